import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { runItems } from '../../shared/n8n/runItems';
import { account } from './account';
import { asset } from './asset';
import { image } from './image';
import type { Operation } from './operation';
import { runGenerations } from './runGenerations';
import { runWaits } from './runWaits';
import { scheduler } from './scheduler';
import { video } from './video';

/** Every operation by resource and value. */
export const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
	account,
	asset,
	image,
	video,
	scheduler,
};

/** Runs all items through the chosen operation. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const resource = this.getNodeParameter('resource', 0);
	const name = this.getNodeParameter('operation', 0);
	const operation = operations[resource]?.[name];
	if (!operation) {
		throw new NodeOperationError(
			this.getNode(),
			`There is no operation "${name}" of "${resource}"`,
		);
	}
	switch (operation.kind) {
		case 'item':
			return [await runItems(this, operation)];
		case 'job':
			return [await runGenerations(this, operation)];
		case 'wait':
			return [await runWaits(this, operation)];
	}
}
