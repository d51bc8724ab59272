import type { NodeExecutionHint } from 'n8n-workflow';

import type { Entry } from '../../shared/jobs/entry';

const count = (entries: readonly Entry[], holds: (entry: Entry) => boolean) =>
	entries.filter(holds).length;

/** Says after a run what was done and what was paid for. */
export function summarise(entries: readonly Entry[]): NodeExecutionHint[] {
	if (entries.length < 2) return [];
	const parts: Array<[number, string]> = [
		[count(entries, ({ jobId, adopted }) => jobId !== undefined && !adopted), 'submitted'],
		[count(entries, ({ adopted }) => adopted === true), 'found again and not paid for twice'],
		[count(entries, ({ outcome }) => outcome?.ok === true), 'completed'],
		[count(entries, ({ state }) => state === 'running'), 'still running'],
		[count(entries, ({ outcome }) => outcome?.ok === false), 'failed'],
	];
	const text = parts
		.filter(([number]) => number > 0)
		.map(([number, what]) => `${number} ${what}`)
		.join(', ');
	return [{ message: `${entries.length} items: ${text}.`, location: 'outputPane' }];
}
