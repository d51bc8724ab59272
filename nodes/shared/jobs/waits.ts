import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { clock } from '../n8n/clock';
import { FieldReader } from '../n8n/fieldReader';
import type { OperationFacts } from '../n8n/itemOperation';
import { isItemError, prepareItems } from '../n8n/items';
import { namingJobs, putOut, toRun } from './carryOut';
import { Memory } from './memory';
import {
	entriesOf,
	readResultSettings,
	type Desk,
	type JobItem,
	type ResultSettings,
} from './outcome';
import { readTiming } from './runSettings';
import { NO_ORDER, type JobService } from './service';
import { Entry } from './state';

/** An operation that waits for jobs which were submitted before. */
export interface WaitOperation extends OperationFacts {
	kind: 'wait';
	/** Reads and checks the job IDs of an item. */
	prepare(context: IExecuteFunctions, item: number): string[];
}

/** A wait for jobs that were submitted earlier or elsewhere. */
export interface WaitPlan {
	operation: WaitOperation;
	connect: () => Promise<Desk & { context: IExecuteFunctions }>;
}

/** Waits for jobs that were submitted earlier or elsewhere: all of them in one loop. */
export async function runWaits(
	context: IExecuteFunctions,
	{ operation, connect }: WaitPlan,
): Promise<INodeExecutionData[]> {
	const formOf = (item: number) => new FieldReader(context, operation.description, item);
	const prepared = prepareItems(context, (item) => ({
		jobIds: operation.prepare(context, item),
		settings: readResultSettings(formOf(item)),
	}));
	if (prepared.length === 0) return [];
	const desk = await connect();
	const items = prepared.map((item) =>
		isItemError(item) ? item : toWaitItem(desk.service, item.jobIds, item.settings),
	);
	const entries = entriesOf(items);
	const run = toRun(desk, entries, {
		...readTiming(formOf(0)),
		firstLook: 0,
		onUncertain: 'fail',
		stopsOnProblem: !context.continueOnFail(),
		memory: new Memory({}),
	});
	return await namingJobs(desk, entries, async () => {
		await run.look();
		await run.finishAll();
		return await putOut(desk, items);
	});
}

const toWaitItem = (
	service: JobService,
	jobIds: readonly string[],
	settings: ResultSettings,
): JobItem => ({
	settings,
	order: NO_ORDER,
	entries: jobIds.map((jobId) => Entry.running(service.blank(jobId), clock.now())),
});
