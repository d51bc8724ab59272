import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { FieldReader } from '../../shared/n8n/fieldReader';
import type { BaseOperation, ItemOperation } from '../../shared/n8n/itemOperation';
import type { Media } from '../fields/media';
import type { Endpoint } from '../service/jobId';

/** What the form says of a video that is to be made. */
export interface Generation {
	endpoint: Endpoint;
	/** Under the API's names; those that are undefined are not sent. */
	parameters: IDataObject;
	/** Under the API's names, too: what becomes an address once it is uploaded. */
	media: Readonly<Record<string, Media | undefined>>;
	/** In US dollars; undefined where it depends on how long the media are. */
	price: number | undefined;
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

/** No video takes less to make. */
const FIRST_LOOK_MS = 10_000;

/** Defines a generation by its fields and how it reads an item. */
export function jobOperation(definition: {
	description: INodeProperties[];
	read: (form: FieldReader, context: IExecuteFunctions) => Generation;
}): JobOperation {
	const { description, read } = definition;
	return {
		kind: 'job',
		description,
		firstLook: FIRST_LOOK_MS,
		prepare: (context, item) => read(new FieldReader(context, description, item), context),
	};
}
