import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { clock } from '../n8n/clock';
import { toOutput, type ItemError } from '../n8n/items';
import { hintsOf } from './hints';
import { concludeItems, entriesOf, type Desk, type JobItem } from './outcome';
import { nameJobs } from './problems';
import { progressTo } from './progress';
import { JobRun, type JobRunDependencies, type JobRunOptions } from './run';

/** What is carried out, and how. */
interface Work {
	items: ReadonlyArray<JobItem | ItemError>;
	options: JobRunOptions;
	memory: JobRunDependencies['memory'];
	/** @returns what the node hands on at once, if it does not put out what has become of the items */
	proceed: (run: JobRun) => Promise<INodeExecutionData[] | undefined>;
}

/**
 * Runs the jobs of all items in one loop, and puts out what has become of them.
 *
 * @throws {NodeOperationError | NodeApiError} an error that names every job, whatever it comes from
 */
export async function carryOut(
	desk: Desk & { context: IExecuteFunctions },
	{ items, options, memory, proceed }: Work,
): Promise<INodeExecutionData[]> {
	const { context, client, service } = desk;
	const entries = entriesOf(items);
	const run = new JobRun(entries, options, {
		service,
		clock,
		memory,
		signal: client.signal,
		onProgress: progressTo(context, service.texts.name),
	});
	try {
		const handedOn = await proceed(run);
		if (handedOn) return handedOn;
		const outcomes = await concludeItems(desk, items);
		context.addExecutionHints(...hintsOf(items, service.texts));
		return toOutput(context, outcomes);
	} catch (error) {
		throw nameJobs(context.getNode(), error, entries, service);
	}
}
