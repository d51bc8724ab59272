import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { FieldReader } from '../../shared/fields/fieldReader';
import type { Submission } from '../../shared/jobs/entry';
import type { UseapiClient } from '../../shared/transport/client';

/** What an operation hands over for an item, before it is paired. */
export type OperationResult = INodeExecutionData[];

/** The part of a submission that the form decides on; the rest is the same for every generation. */
export type Generation = Pick<Submission, 'path' | 'body' | 'type' | 'namesAssets'> & {
	/** The assets that it names, by which the account of the item that carries them is known. */
	assets: string[];
	/** The account that it can only run on. */
	email?: string;
};

interface BaseOperation {
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

/** An operation that submits a generation for each item. */
export interface JobOperation extends BaseOperation {
	kind: 'job';
	/** When its jobs can finish at the earliest, in milliseconds. */
	firstLook: number;
	/** Reads and checks an item. */
	prepare(context: IExecuteFunctions, item: number): Generation;
}

/** An operation that waits for jobs which were submitted before. */
export interface WaitOperation extends BaseOperation {
	kind: 'wait';
	/** Reads and checks the job IDs of an item. */
	prepare(context: IExecuteFunctions, item: number): string[];
}

export type Operation = ItemOperation | JobOperation | WaitOperation;

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

/** Defines a generation by its fields and how it reads an item. */
export function jobOperation(definition: {
	description: INodeProperties[];
	firstLook: number;
	read: (fields: FieldReader) => Generation;
}): JobOperation {
	const { description, firstLook, read } = definition;
	return {
		kind: 'job',
		description,
		firstLook,
		prepare: (context, item) => read(new FieldReader(context, description, item)),
	};
}
