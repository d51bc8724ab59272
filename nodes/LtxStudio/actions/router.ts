import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { chosenOperation, type Resource } from '../../shared/n8n/resource';
import { runItems } from '../../shared/n8n/runItems';
import { account } from './account';
import { asset } from './asset';
import { image } from './image';
import type { Operation } from './operation';
import { scheduler } from './scheduler';
import { video } from './video';
import { runGenerations, waitForJobs } from '../generations';
import { LTX_STUDIO_API } from '../service/texts';

/** What the node is for, and all its operations. */
export const resources: ReadonlyArray<Resource<Operation>> = [
	account,
	asset,
	image,
	scheduler,
	video,
];

/** Runs all items through the chosen operation. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const operation = chosenOperation(this, resources);
	switch (operation.kind) {
		case 'item':
			return [await runItems(this, operation, LTX_STUDIO_API)];
		case 'job':
			return [await runGenerations(this, operation)];
		case 'wait':
			return [await waitForJobs(this, operation)];
	}
}
