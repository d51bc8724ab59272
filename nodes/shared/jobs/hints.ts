import type { NodeExecutionHint } from 'n8n-workflow';

import { isItemError, type ItemError } from '../n8n/items';
import { entriesOf, type JobItem } from './outcome';
import { describeTotal, paidFor } from './price';
import type { ServiceTexts } from './service';
import type { Entry } from './state';

const isGenerated = ({ submission, report }: Entry) =>
	submission !== undefined && report !== undefined;

const isDone = ({ state }: Entry, isOk: boolean) =>
	state.name === 'done' && state.outcome.ok === isOk;

const FACTS: ReadonlyArray<[text: string, holds: (entry: Entry) => boolean]> = [
	['submitted', (entry) => isGenerated(entry) && !entry.trail.isFound],
	['submitted twice, as chosen in the options', ({ trail }) => trail.isResubmitted],
	['found again and not paid for twice', ({ trail }) => trail.isFound],
	['completed', (entry) => isDone(entry, true)],
	['still running', ({ state }) => state.name === 'running'],
	['failed', (entry) => isDone(entry, false)],
];

/** Says in the output pane, after a run, what was done, what it cost and what to do next. */
export function hintsOf(
	items: ReadonlyArray<JobItem | ItemError>,
	{ seeResult, priceList }: ServiceTexts,
): NodeExecutionHint[] {
	const jobItems = items.flatMap((item) => (isItemError(item) ? [] : [item]));
	const entries = entriesOf(items);
	return [
		`${countJobs(entries)} ${costOf(entries, priceList)}`.trim(),
		nextStep(jobItems, seeResult),
	]
		.filter((message) => message !== '')
		.map((message) => ({ message, location: 'outputPane' }));
}

function countJobs(entries: readonly Entry[]): string {
	if (entries.length === 0) return '';
	const facts = FACTS.map(([text, holds]) => ({ text, number: entries.filter(holds).length }))
		.filter(({ number }) => number > 0)
		.map(({ text, number }) => `${number} ${text}`);
	return `${entries.length} ${entries.length === 1 ? 'job' : 'jobs'}: ${facts.join(', ')}.`;
}

/** What the jobs of this execution cost, those that were found again too, as far as the vendor's price list tells. */
function costOf(entries: readonly Entry[], priceList: string): string {
	const generated = entries.filter(isGenerated);
	return generated.length === 0 ? '' : `Cost: ${describeTotal(paidFor(generated), priceList)}.`;
}

function nextStep(items: readonly JobItem[], seeResult: string): string {
	const lacksFile = items.some(
		({ settings, entries }) => !settings.download && entries.some((entry) => isDone(entry, true)),
	);
	return lacksFile ? `${seeResult} For the next runs, turn on "Download Result".` : '';
}
