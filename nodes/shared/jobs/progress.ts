import type { IExecuteFunctions, Logger } from 'n8n-workflow';

import { countJobs, type Fact } from './hints';
import type { Entry, State } from './state';

/** Is told by a run where its items are, and in how many milliseconds it looks at their jobs again, if it knows. */
export type OnProgress = (entries: readonly Entry[], nextLookIn: number) => void;

const isIn =
	(...states: Array<State['name']>) =>
	({ state }: Entry): boolean =>
		states.includes(state.name);

const STAGES: readonly Fact[] = [
	{ text: 'to be submitted', holds: isIn('queued', 'submitting', 'unsettled') },
	{ text: 'running', holds: isIn('running') },
	{ text: 'finished', holds: isIn('done') },
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
		const text = countJobs(entries, STAGES);
		if (text === told) return;
		told = text;
		const next = Number.isFinite(nextLookIn)
			? `. Next look in ${Math.ceil(nextLookIn / 1000)} s`
			: '';
		context.sendMessageToUI(`${text}${next}`);
		context.logger.debug(`${service}: ${text}${next}`);
	};
}
