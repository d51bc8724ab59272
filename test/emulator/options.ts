import type { AccountSeed } from './accounts';
import type { Clock } from './clock';
import type { Exchange } from './exchange';
import type { Job } from './job';
import type { LtxBehaviour } from './ltx/options';

/** How the service behaves. Every value can be changed while it runs. */
export interface Behaviour {
	/** False: every call is refused with 402. */
	subscription: boolean;
	/** The status that every LTX Studio endpoint answers with, as if the API had been retired. */
	retired: false | 404 | 410;
	/** True: 400 for a call that leaves `email` out while several accounts are configured. */
	requireEmail: boolean;
	/** Renewing an account without a maximum of jobs sets it back to the default. */
	resetsMaxJobs: boolean;
	/** Give the credits of a failed job back. */
	refundFailed: boolean;
	/** Forget a reply reference that came without a reply URL. */
	dropReplyRefWithoutUrl: boolean;
	/** Forget all but the first so many characters of a reply reference; 0 forgets it whole. */
	longestReplyRef: number | undefined;
	/** List a job in the scheduler while its own request still waits for it (`pollForResult`). */
	listWhilePolling: boolean;
	/** How old a job is before the scheduler lists it, in milliseconds. Its slot is taken at once, unless `slotsLag`. */
	listedAfter: number;
	/** For how long the scheduler lists a job that has ended, in milliseconds. Its slot is free at once, unless `slotsLag`. */
	listedBeyond: number;
	/** The numbers of slots are as late as the list. */
	slotsLag: boolean;
	/** How old a job is before it can be read, in milliseconds. */
	readableAfter: number;
	/** For how long before and after its end a job can't be read, in milliseconds. */
	unreadableAroundEnd: number;
	/** The HTTP status of an answer that tells of a failed job; by default it is 200. */
	failedStatus: number | undefined;
	/** How long a job takes, in milliseconds, in place of the built-in times. */
	jobDuration: number | ((job: Job) => number) | undefined;
	/** For how long a completed job has no asset URL yet, in milliseconds. */
	assetUrlDelay: number;
	/** After how many milliseconds a finished job can no longer be read. */
	jobExpiry: number | undefined;
	/** How long a signed URL works, in milliseconds. */
	assetTtl: number;
	/** Serve synthetic artifacts of this many bytes in place of real pictures and videos. */
	artifactBytes: number | undefined;
	/** The share of fields that every answer and callback leaves out, from 0 to 1: all are optional. */
	sparse: number;
	/** What a 429 says in `Retry-After`. */
	retryAfter: 'none' | 'seconds' | 'date';
	/** How often a callback that was not taken is sent again. */
	callbackRetries: number;
	/** How long every request takes at least, in milliseconds. */
	latency: number;
	/** Compute the SHA-256 of uploads. */
	hashUploads: boolean;
	/** Decides, when a job ends, whether it failed and why. */
	failure: ((job: Job) => JobFailure | undefined) | undefined;
}

/** Why a job failed. */
export interface JobFailure {
	/** What the API calls the state that the job has ended in, such as `cancelled`; default `failed`. */
	status?: string;
	message?: string;
	code?: number;
}

/** An account of the Luma API. */
export interface LumaAccount {
	email: string;
	/** The session no longer works: 596. */
	dead?: boolean;
}

export interface EmulatorOptions extends Partial<Behaviour> {
	host?: string;
	/** 0, the default, takes a free port. */
	port?: number;
	/** The only API token that is valid. */
	token?: string;
	clock?: Clock;
	/** Makes ids, and which account is picked, repeatable. */
	seed?: number;
	/** The LTX Studio accounts configured at the start; by default one. */
	accounts?: AccountSeed[];
	/** The Luma accounts configured at the start; by default one. */
	lumaAccounts?: LumaAccount[];
	/** How Lightricks' LTX API behaves at the start. */
	ltx?: Partial<LtxBehaviour>;
	/** Called with every exchange of the API, before the answer leaves. */
	onExchange?: (exchange: Exchange) => void;
}

export const DEFAULT_TOKEN = 'user:1234-emulatedTokenForTests';

export const defaultBehaviour: Behaviour = {
	subscription: true,
	retired: false,
	requireEmail: false,
	resetsMaxJobs: false,
	refundFailed: true,
	dropReplyRefWithoutUrl: false,
	longestReplyRef: undefined,
	listWhilePolling: true,
	listedAfter: 0,
	listedBeyond: 0,
	slotsLag: false,
	readableAfter: 0,
	unreadableAroundEnd: 0,
	failedStatus: undefined,
	jobDuration: undefined,
	assetUrlDelay: 0,
	jobExpiry: undefined,
	assetTtl: 60 * 60 * 1000,
	artifactBytes: undefined,
	sparse: 0,
	retryAfter: 'none',
	callbackRetries: 0,
	latency: 0,
	hashUploads: true,
	failure: undefined,
};
