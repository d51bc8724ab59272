import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isItemError, prepareItems, toOutput } from '../../shared/n8n/items';
import { clock } from '../../shared/n8n/clock';
import { FieldReader } from '../../shared/n8n/fieldReader';
import { toRunningEntry } from '../../shared/jobs/entry';
import { JobRun } from '../../shared/jobs/jobRun';
import { readResultSettings } from '../../shared/jobs/jobResult';
import { createLtxStudioApi } from '../service/api';
import { Memory } from '../../shared/jobs/memory';
import { connect } from '../../shared/api/client';
import { hintsOf } from './hints';
import { concludeItems, readPace } from './jobItems';
import type { WaitOperation } from './operation';

/** Waits for the jobs of all items in one loop. */
export async function runWaits(
	context: IExecuteFunctions,
	operation: WaitOperation,
): Promise<INodeExecutionData[]> {
	const prepared = prepareItems(context, (item) => {
		const form = new FieldReader(context, operation.description, item);
		return { jobIds: operation.prepare(context, item), settings: readResultSettings(form) };
	});
	if (prepared.length === 0) return [];

	const client = await connect(context);
	const items = prepared.map((item) =>
		isItemError(item)
			? item
			: {
					settings: item.settings,
					title: '',
					entries: item.jobIds.map((jobId) => toRunningEntry(jobId, clock.now())),
				},
	);
	const entries = items.flatMap((item) => (isItemError(item) ? [] : item.entries));
	const run = new JobRun(
		entries,
		{
			...readPace(new FieldReader(context, operation.description, 0)),
			firstLook: 0,
			onUncertain: 'fail',
			stopOnProblem: !context.continueOnFail(),
			mayHaveDied: false,
			isOurs: () => false,
		},
		{ api: createLtxStudioApi(client), clock, memory: new Memory({}), signal: client.signal },
	);
	await run.refresh();
	await run.finishAll();
	const outcomes = await concludeItems(context, client, items, entries);
	context.addExecutionHints(...hintsOf(items));
	return toOutput(context, outcomes);
}
