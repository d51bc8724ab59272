import type { Endpoint, EndpointRule } from './endpoints';
import type { Library, StoredAsset } from './library';
import type { JobFailure } from './options';
import type { AspectRatio } from './picture';
import type { Product } from './products';
import type { Random } from './random';
import { randomHex, randomUuid } from './random';
import type { Parameters } from './validate';
import { text } from './validate';

export type JobState = 'active' | 'completed' | 'failed';

/** A generation. */
export interface Job {
	/** The job id that the API shows. */
	readonly id: string;
	readonly generationId: string;
	readonly type: 'image' | 'video';
	readonly endpoint: Endpoint;
	readonly artifactSubtype: EndpointRule['artifactSubtype'];
	readonly product: Product;
	readonly email: string;
	readonly parameters: Parameters;
	readonly prompt: string | undefined;
	readonly look: Look;
	readonly replyRef: string | undefined;
	readonly replyUrl: string | undefined;
	readonly createdAt: number;
	/** Credits taken for it. */
	readonly charged: number;
	/** Another program's: it takes a slot and is in no ledger. */
	readonly isForeign: boolean;
	state: JobState;
	/** When it is due to end; `finishedAt` tells when it did. */
	endsAt: number;
	finishedAt: number | undefined;
	/** False once it was cancelled: it goes on, and the API no longer knows it. */
	isTracked: boolean;
	/** True while the request that submitted it waits for it. */
	isPolled: boolean;
	artifact: StoredAsset | undefined;
	failure: JobFailure | undefined;
}

/** What a generated picture looks like. */
export interface Look {
	readonly text: string;
	readonly ratio: AspectRatio;
	readonly scale: number;
}

/** How a job ended. */
export type Outcome = Pick<Job, 'state' | 'finishedAt' | 'artifact' | 'failure'>;

/** A job as the API answers with it. */
export interface JobView {
	status: {
		/** A {@link JobState}, or one that no page tells of. */
		type: string;
		progress: number;
		message?: string;
		artifact?: ReturnType<Library['sign']>;
	};
	jobId: string;
	replyRef?: string;
	replyUrl?: string;
	code?: number;
}

/** What a job is started with. */
export interface Submission {
	endpoint: EndpointRule;
	product: Product;
	email: string;
	parameters: Parameters;
	prompt: string | undefined;
	credits: number;
	replyUrl: string | undefined;
	look: Look;
}

const jobIdPattern = /^email:\S+@\S+-job:([0-9a-z-]{36})-type:(image|video)$/;

export const isJobId = (value: string) => jobIdPattern.test(value);

/** The id that a job has at LTX Studio. */
export const uuidOf = ({ id }: Job) => jobIdPattern.exec(id)?.[1] ?? id;

/** A job that starts at `createdAt` and has no end yet. */
export function newJob(
	submission: Submission,
	random: Random,
	createdAt: number,
	isForeign: boolean,
): Job {
	const { endpoint, product, email, parameters, prompt, replyUrl, look } = submission;
	return {
		id: `email:${email}-job:${randomUuid(random)}-type:${endpoint.output}`,
		generationId: `gen_${randomHex(random, 12)}`,
		type: endpoint.output,
		endpoint: endpoint.name,
		artifactSubtype: endpoint.artifactSubtype,
		product,
		email,
		parameters,
		prompt,
		look,
		replyRef: text(parameters, 'replyRef'),
		replyUrl,
		createdAt,
		charged: submission.credits,
		isForeign,
		state: 'active',
		endsAt: Infinity,
		finishedAt: undefined,
		isTracked: true,
		isPolled: false,
		artifact: undefined,
		failure: undefined,
	};
}
