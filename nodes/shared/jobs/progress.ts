import type { IExecuteFunctions, Logger } from 'n8n-workflow';

import type { Entry, State } from './state';

/** Is told by a run where its items are, and in how many milliseconds it looks at their jobs again, if it knows. */
export type OnProgress = (entries: readonly Entry[], nextLookIn: number) => void;

const STAGES: ReadonlyArray<[text: string, states: ReadonlyArray<State['name']>]> = [
	['to be submitted', ['queued', 'submitting', 'unsettled']],
	['running', ['running']],
	['finished', ['done']],
];

/**
 * Says how far a node is while it runs, whenever that has changed. n8n shows nothing of a running node in its editor: what
 * it is sent in a manual run goes to the browser's console, and in all runs to n8n's log, at the level `debug`.
 */
export function progressTo(
	context: Pick<IExecuteFunctions, 'sendMessageToUI'> & { logger: Pick<Logger, 'debug'> },
	service: string,
): OnProgress {
	let told: string | undefined;
	return (entries, nextLookIn) => {
		const text = `${entries.length} ${entries.length === 1 ? 'job' : 'jobs'}: ${stagesOf(entries)}`;
		if (text === told) return;
		told = text;
		const next = Number.isFinite(nextLookIn)
			? `. Next look in ${Math.ceil(nextLookIn / 1000)} s`
			: '';
		context.sendMessageToUI(`${text}${next}`);
		context.logger.debug(`${service}: ${text}${next}`);
	};
}

const stagesOf = (entries: readonly Entry[]): string =>
	STAGES.map(([text, states]) => ({
		text,
		number: entries.filter(({ state }) => states.includes(state.name)).length,
	}))
		.filter(({ number }) => number > 0)
		.map(({ text, number }) => `${number} ${text}`)
		.join(', ');
