import type { Readable } from 'node:stream';
import {
	UnexpectedError,
	type IBinaryData,
	type IBinaryKeyData,
	type IDataObject,
	type INodeExecutionData,
} from 'n8n-workflow';

import { BinaryDataService, Container, FileLocation } from './core';

export interface BinarySpec {
	data: Buffer | Readable;
	mimeType: string;
	fileName?: string;
}

/** An item whose files are not stored yet. */
export interface ItemSpec {
	json?: IDataObject;
	binary?: Record<string, BinarySpec>;
}

/** Makes items of an execution: files go to where n8n keeps them in the current binary mode. */
export async function toItems(
	specs: ItemSpec[],
	workflowId: string,
	executionId: string,
): Promise<INodeExecutionData[]> {
	const location = FileLocation.ofExecution(workflowId, executionId);
	const service = Container.get(BinaryDataService);
	const items: INodeExecutionData[] = [];
	for (const { json = {}, binary } of specs) {
		const item: INodeExecutionData = { json };
		for (const [property, { data, mimeType, fileName }] of Object.entries(binary ?? {})) {
			const meta: IBinaryData = { data: '', mimeType };
			if (fileName !== undefined) Object.assign(meta, { fileName });
			item.binary ??= {} satisfies IBinaryKeyData;
			item.binary[property] = await service.store(location, data, meta);
		}
		items.push(item);
	}
	return items;
}

/** The bytes of an item's file, in either binary mode. */
export async function readBinary(item: INodeExecutionData, property: string): Promise<Buffer> {
	const binary = item.binary?.[property];
	if (!binary) throw new UnexpectedError(`The item has no binary property "${property}"`);
	return await Container.get(BinaryDataService).getAsBuffer(binary);
}
