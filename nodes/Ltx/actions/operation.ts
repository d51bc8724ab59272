import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { WaitOperation } from '../../shared/jobs/waits';
import { FieldReader } from '../../shared/n8n/fieldReader';
import type { ItemOperation, OperationFacts, OutputFields } from '../../shared/n8n/itemOperation';
import type { Media } from '../fields/media';
import type { Endpoint } from '../service/jobId';

/** Where the vendor describes the API. */
export const PAGES = 'https://docs.ltx.io/api-documentation/api-reference';

/** What a job puts out. */
export const JOB_OUTPUT: OutputFields = {
	jobId: 'string',
	status: 'string',
	mimeType: 'string',
	createdAt: 'string',
	completedAt: 'string',
	expiresAt: 'string',
	assetUrl: 'string',
};

/** What a generation puts out: the job, and what it was made for. */
const GENERATION_OUTPUT: OutputFields = { prompt: 'string', ...JOB_OUTPUT, priceUsd: 'number' };

/** What the form says of a video that is to be made. */
interface FilledForm {
	/** Under the API's names; those that are undefined are not sent. */
	parameters: IDataObject;
	/** Under the API's names, too: what becomes an address once it is uploaded. */
	media: Readonly<Record<string, Media | undefined>>;
	/** In US dollars; undefined where it depends on how long the media are. */
	price: number | undefined;
}

/** A video that is to be made. */
export interface Generation extends FilledForm {
	endpoint: Endpoint;
}

/** An operation that submits a generation for each item. */
export interface JobOperation extends OperationFacts {
	kind: 'job';
	/** When its jobs can finish at the earliest, in milliseconds. */
	firstLook: number;
	/** Reads and checks an item. */
	prepare(context: IExecuteFunctions, item: number): Generation;
}

export type Operation = ItemOperation | JobOperation | WaitOperation;

/** No video takes less to make. */
const FIRST_LOOK_MS = 10_000;

interface JobDefinition extends Pick<
	OperationFacts,
	'name' | 'summary' | 'action' | 'description'
> {
	endpoint: Endpoint;
	read: (form: FieldReader, context: IExecuteFunctions) => FilledForm;
}

/** Defines a generation by what it says of itself, and how it reads an item. */
export const jobOperation = ({ endpoint, read, ...facts }: JobDefinition): JobOperation => ({
	...facts,
	kind: 'job',
	endpoint: `POST v2/${endpoint}`,
	page: `${PAGES}/async-video-generation/submit-${endpoint}`,
	output: GENERATION_OUTPUT,
	firstLook: FIRST_LOOK_MS,
	prepare: (context, item) => ({
		endpoint,
		...read(new FieldReader(context, facts.description, item), context),
	}),
});
