import type { NodeExecutionHint } from 'n8n-workflow';

import { isItemError, type ItemError } from '../../shared/actions/items';
import type { Entry } from '../../shared/jobs/entry';
import type { JobItem } from './jobItems';

const FACTS: ReadonlyArray<[text: string, holds: (entry: Entry) => boolean]> = [
	[
		'submitted',
		({ submission, jobId, adopted }) => submission !== undefined && jobId !== undefined && !adopted,
	],
	['submitted twice, as chosen in the options', ({ resubmitted }) => resubmitted === true],
	['found again and not paid for twice', ({ adopted }) => adopted === true],
	['completed', ({ outcome }) => outcome?.ok === true],
	['still running', ({ state }) => state === 'running'],
	['failed', ({ outcome }) => outcome?.ok === false],
];

/** Says in the output pane, after a run, what was done and what to do next. */
export function hintsOf(items: ReadonlyArray<JobItem | ItemError>): NodeExecutionHint[] {
	const jobItems = items.flatMap((item) => (isItemError(item) ? [] : [item]));
	const messages = [countJobs(jobItems.flatMap(({ entries }) => entries)), nextStep(jobItems)];
	return messages
		.filter((message) => message !== undefined)
		.map((message) => ({ message, location: 'outputPane' }));
}

function countJobs(entries: readonly Entry[]): string | undefined {
	if (entries.length < 2) return undefined;
	const facts = FACTS.map(([text, holds]) => ({ text, number: entries.filter(holds).length }))
		.filter(({ number }) => number > 0)
		.map(({ text, number }) => `${number} ${text}`);
	return `${entries.length} jobs: ${facts.join(', ')}.`;
}

function nextStep(items: readonly JobItem[]): string | undefined {
	const lacksFile = items.some(
		({ settings, entries }) =>
			!settings.download && entries.some(({ outcome }) => outcome?.ok === true),
	);
	return lacksFile
		? 'To look at the result here, or to hand on its file, turn on "Download Result".'
		: undefined;
}
