import type { NodeExecutionHint } from 'n8n-workflow';

import { isItemError, type ItemError } from '../n8n/items';
import { lastSeen, mayBeSubmitted } from './jobNames';
import { entriesOf, type JobItem } from './outcome';
import { describeTotal, paidFor, type PriceTexts } from './price';
import type { ServiceTexts } from './service';
import type { Entry } from './state';

const isGenerated = ({ submission, report }: Entry) =>
	submission !== undefined && report !== undefined;

const isCompleted = ({ state }: Entry) => state.name === 'done' && state.outcome.ok;

/** How it has ended that an item has no finished job; undefined where it has one, or may yet get it. */
function failure(entry: Entry): 'running' | 'unseen' | 'inDoubt' | 'failed' | undefined {
	if (!entry.problem) return undefined;
	const seen = lastSeen(entry);
	if (seen !== 'ended') return seen;
	return mayBeSubmitted(entry) && !entry.report ? 'inDoubt' : 'failed';
}

/** What may be said of a job. */
export interface Fact {
	text: string;
	holds: (entry: Entry) => boolean;
}

const FACTS: readonly Fact[] = [
	{ text: 'submitted', holds: (entry) => isGenerated(entry) && !entry.trail.isFound },
	{ text: 'submitted twice, as chosen in the options', holds: ({ trail }) => trail.isResubmitted },
	{
		text: 'found again and not paid for twice',
		holds: ({ trail }) => trail.isFound && !trail.isResubmitted,
	},
	{ text: 'completed', holds: isCompleted },
	{
		text: 'still running',
		holds: (entry) => entry.state.name === 'running' || failure(entry) === 'running',
	},
	{ text: 'not seen to have ended', holds: (entry) => failure(entry) === 'unseen' },
	{ text: 'may have been submitted', holds: (entry) => failure(entry) === 'inDoubt' },
	{ text: 'failed', holds: (entry) => failure(entry) === 'failed' },
];

/** Says in the output pane, after a run, what was done, what it cost and what to do next. */
export function hintsOf(
	items: ReadonlyArray<JobItem | ItemError>,
	texts: ServiceTexts,
): NodeExecutionHint[] {
	const jobItems = items.flatMap((item) => (isItemError(item) ? [] : [item]));
	const entries = entriesOf(items);
	return [
		entries.length === 0 ? '' : `${countJobs(entries, FACTS)}. ${costOf(entries, texts)}`.trim(),
		nextStep(jobItems, texts.seeResult),
	]
		.filter((message) => message !== '')
		.map((message) => ({ message, location: 'outputPane' }));
}

/** How many jobs there are, and of how many each fact holds. */
export function countJobs(entries: readonly Entry[], facts: readonly Fact[]): string {
	const counts = facts
		.map(({ text, holds }) => ({ text, number: entries.filter(holds).length }))
		.filter(({ number }) => number > 0)
		.map(({ text, number }) => `${number} ${text}`);
	return `${entries.length} ${entries.length === 1 ? 'job' : 'jobs'}: ${counts.join(', ')}`;
}

/** What the jobs of this execution cost, those that were found again too, as far as the vendor's price list tells. */
function costOf(entries: readonly Entry[], texts: PriceTexts): string {
	const generated = entries.filter(isGenerated);
	return generated.length === 0 ? '' : `Cost: ${describeTotal(paidFor(generated), texts)}.`;
}

function nextStep(items: readonly JobItem[], seeResult: string): string {
	const lacksFile = items.some(
		({ settings, entries }) => !settings.download && entries.some(isCompleted),
	);
	return lacksFile ? `${seeResult} For the next runs, turn on "Download Result".` : '';
}
