import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { BaseOperation, ItemOperation } from '../../shared/n8n/itemOperation';
import { FieldReader } from '../../shared/n8n/fieldReader';
import type { Submission } from '../../shared/jobs/entry';

/** The part of a submission that the form decides on; the rest is the same for every generation. */
export type Generation = Pick<Submission, 'path' | 'body' | 'type' | 'price' | 'namesAssets'> & {
	/** The assets that it names, by which the account of the item that carries them is known. */
	assets: string[];
	/** The account that it can only run on. */
	email?: string;
};

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
