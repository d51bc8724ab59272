import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import type { Resource } from '../../shared/n8n/resource';
import { runItems } from '../../shared/n8n/runItems';
import { runGenerations, waitForJobs } from '../generations';
import { LTX_API } from '../service/texts';
import { asset } from './asset';
import { job } from './job';
import type { Operation } from './operation';
import { video } from './video';

/** What the node is for, and all its operations. */
export const resources: ReadonlyArray<Resource<Operation>> = [asset, job, video];

const findOperation = (resource: string, operation: string): Operation | undefined =>
	resources.find(({ value }) => value === resource)?.operations[operation];

/** Runs all items through the chosen operation. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const resource = this.getNodeParameter('resource', 0);
	const name = this.getNodeParameter('operation', 0);
	const operation = findOperation(resource, name);
	if (!operation) {
		throw new NodeOperationError(
			this.getNode(),
			`There is no operation "${name}" of "${resource}"`,
		);
	}
	switch (operation.kind) {
		case 'item':
			return [await runItems(this, operation, LTX_API)];
		case 'job':
			return [await runGenerations(this, operation)];
		case 'wait':
			return [await waitForJobs(this, operation)];
	}
}
