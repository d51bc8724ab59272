import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Submission } from '../../shared/jobs/service';
import type { WaitOperation } from '../../shared/jobs/waits';
import { FieldReader } from '../../shared/n8n/fieldReader';
import {
	requestTo,
	type ItemOperation,
	type OperationFacts,
	type OutputFields,
} from '../../shared/n8n/itemOperation';
import { priceOf, type Model } from '../models';
import { LTX_STUDIO } from '../service/api';
import type { MediaType } from '../service/jobId';

/** Where the vendor describes the API. */
export const PAGES = 'https://useapi.net/docs/api-ltxstudio-v1';

/** What a job puts out. */
export const JOB_OUTPUT: OutputFields = {
	jobId: 'string',
	type: 'string',
	status: 'string',
	progress: 'number',
	fileId: 'string',
	mimeType: 'string',
	email: 'string',
	replyRef: 'string',
	generationId: 'string',
	expiresAt: 'string',
	assetUrl: 'string',
};

/** What a generation puts out: the job, and what it was made for. */
const GENERATION_OUTPUT: OutputFields = {
	prompt: 'string',
	...JOB_OUTPUT,
	priceUsd: 'number',
	credits: 'number',
};

/** The part of a submission that the form decides on; the rest is the same for every generation. */
export type Generation = Pick<Submission, 'path' | 'body' | 'price'> & {
	/** What it makes. */
	type: MediaType;
	/** The assets that it names, by which the account of the item that carries them is known. */
	assets: string[];
	/** The account that it can only run on. */
	email?: string;
};

/** An operation that submits a generation for each item. */
export interface JobOperation extends OperationFacts {
	kind: 'job';
	/** When its jobs can finish at the earliest, in milliseconds. */
	firstLook: number;
	/** Reads and checks an item. */
	prepare(context: IExecuteFunctions, item: number): Generation;
}

export type Operation = ItemOperation | JobOperation | WaitOperation;

/** What the form of a generation says. */
interface FilledForm {
	/** The request, under the API's names; what is undefined is not sent. */
	parameters: IDataObject;
	/** The model that makes it, if there is a choice. */
	model?: Model;
	/** The account that it can only run on. */
	email?: string;
}

interface JobDefinition extends Omit<OperationFacts, 'output' | 'firstOutput'> {
	endpoint: `POST ${typeof LTX_STUDIO}/${string}`;
	makes: MediaType;
	/** When its jobs can finish at the earliest, in milliseconds. */
	firstLook: number;
	read: (form: FieldReader) => FilledForm;
}

/** Defines a generation by what it says of itself, and how it reads an item. */
export function jobOperation({ makes, read, ...facts }: JobDefinition): JobOperation {
	const path = requestTo(facts.endpoint).path.slice(`${LTX_STUDIO}/`.length);
	return {
		...facts,
		kind: 'job',
		output: GENERATION_OUTPUT,
		firstOutput: JOB_OUTPUT,
		prepare: (context, item) => {
			const form = new FieldReader(context, facts.description, item);
			const { parameters, model, email } = read(form);
			const pollForResult = form.integer('pollForResult', { optional: true });
			const body: IDataObject = Object.fromEntries(
				Object.entries({ ...parameters, pollForResult }).filter(([, value]) => value !== undefined),
			);
			return {
				path,
				type: makes,
				body,
				price: model && priceOf(model),
				assets: assetsIn(body),
				...(email === undefined ? {} : { email }),
			};
		},
	};
}

const ASSET_PARAMETER = /AssetId\d?$/;

const assetsIn = (body: IDataObject): string[] =>
	Object.entries(body).flatMap(([name, value]) =>
		ASSET_PARAMETER.test(name) && typeof value === 'string' ? [value] : [],
	);
