import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { FieldReader } from './fieldReader';
import type { UseapiClient } from '../api/client';

/** What an operation hands over for an item, before it is paired. */
export type OperationResult = INodeExecutionData[];

export interface BaseOperation {
	/** The fields, shown for this operation only. */
	description: INodeProperties[];
}

/** An operation that does its work for each item by itself. */
export interface ItemOperation extends BaseOperation {
	kind: 'item';
	/** Reads and checks an item, and returns what is to be done for it once all items are checked. */
	prepare(
		context: IExecuteFunctions,
		item: number,
	): (client: UseapiClient) => Promise<OperationResult>;
}

interface ItemCall {
	context: IExecuteFunctions;
	client: UseapiClient;
	item: number;
}

/** Defines an operation by its fields, how it reads an item, and what it does with it. */
export function itemOperation<Input>(definition: {
	description: INodeProperties[];
	read: (fields: FieldReader, context: IExecuteFunctions, item: number) => Input;
	execute: (call: ItemCall, input: Input) => Promise<OperationResult>;
}): ItemOperation {
	const { description, read, execute } = definition;
	return {
		kind: 'item',
		description,
		prepare: (context, item) => {
			const input = read(new FieldReader(context, description, item), context, item);
			return async (client) => await execute({ context, client, item }, input);
		},
	};
}
