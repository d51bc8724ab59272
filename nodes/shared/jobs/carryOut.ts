import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { clock } from '../n8n/clock';
import { toOutput, type ItemError } from '../n8n/items';
import { hintsOf } from './hints';
import { nameJobs } from './jobNames';
import type { Memory } from './memory';
import { concludeItems, type Desk, type JobItem } from './outcome';
import { progressTo } from './progress';
import { JobRun, type JobRunOptions } from './run';
import type { Entry } from './state';

type NodeDesk = Desk & { context: IExecuteFunctions };

/** A run of jobs in a node, which says how far it is. */
export const toRun = (
	{ context, client: { signal }, service }: NodeDesk,
	entries: readonly Entry[],
	{ memory, ...options }: JobRunOptions & { memory: Memory },
): JobRun => {
	const onProgress = progressTo(context, service.texts.name);
	return new JobRun(entries, options, { service, clock, memory, signal, onProgress });
};

/** Puts out what has become of all items, and hints at what was done and what it cost. */
export async function putOut(
	desk: NodeDesk,
	items: ReadonlyArray<JobItem | ItemError>,
): Promise<INodeExecutionData[]> {
	const outcomes = await concludeItems(desk, items);
	desk.context.addExecutionHints(...hintsOf(items, desk.service.texts));
	return toOutput(desk.context, outcomes);
}

/**
 * Does what a run is for.
 *
 * @throws {NodeOperationError | NodeApiError} whatever is thrown, with every job of the run where it does not name them itself
 */
export async function namingJobs<Result>(
	{ context, service }: NodeDesk,
	entries: readonly Entry[],
	work: () => Promise<Result>,
): Promise<Result> {
	try {
		return await work();
	} catch (error) {
		throw nameJobs(context.getNode(), error, entries, service);
	}
}
