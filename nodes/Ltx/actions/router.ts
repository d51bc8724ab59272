import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { chosenOperation, type Resource } from '../../shared/n8n/resource';
import { runItems } from '../../shared/n8n/runItems';
import { runGenerations, waitForJobs } from '../generations';
import { LTX_API } from '../service/texts';
import { asset } from './asset';
import { job } from './job';
import type { Operation } from './operation';
import { video } from './video';

/** What the node is for, and all its operations. */
export const resources: ReadonlyArray<Resource<Operation>> = [asset, job, video];

/** Runs all items through the chosen operation. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const operation = chosenOperation(this, resources);
	switch (operation.kind) {
		case 'item':
			return [await runItems(this, operation, LTX_API)];
		case 'job':
			return [await runGenerations(this, operation)];
		case 'wait':
			return [await waitForJobs(this, operation)];
	}
}
