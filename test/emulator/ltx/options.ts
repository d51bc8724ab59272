import type { LtxJob } from './jobs';

/** How Lightricks' service behaves. Every value can be changed while it runs. */
export interface LtxBehaviour {
	/** The only API key that is valid. */
	apiKey: string;
	/** What there is to spend, in US dollars. */
	credits: number;
	/** So many jobs are worked on at once; the others are pending. */
	concurrency: number;
	/** So many jobs may be under way; more are refused with 429. */
	queueLimit: number;
	/** What a 429 says in `Retry-After`, in seconds; undefined leaves it out. */
	retryAfter: number | undefined;
	/** How long a job is pending at least, in milliseconds. */
	pendingDuration: number;
	/** How long a job is worked on, in milliseconds. */
	jobDuration: number | ((job: LtxJob) => number);
	/** For how long a new job can not yet be read, in milliseconds. */
	unreadableFor: number;
	/** After how many milliseconds a finished job is forgotten. */
	jobExpiry: number;
	/** How long the URL of a result works, in milliseconds. */
	outputTtl: number;
	/** How long a file is kept that was uploaded, in milliseconds. */
	uploadTtl: number;
	/** How long the video or the audio of a call is taken to be: nobody looks into it. */
	mediaSeconds: number;
	/** True: every way to make a video is refused, as one that the account may not use. */
	forbidden: boolean;
	/** The status that every call is answered with, as if the service were down. */
	outage: false | 500 | 503 | 529;
	/** Decides, when a job ends, whether it failed and why. */
	failure: ((job: LtxJob) => LtxFailure | undefined) | undefined;
}

/** Why a job failed. */
export interface LtxFailure {
	type: string;
	message: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const DEFAULT_LTX_KEY = 'ltx-emulated-key';

export const defaultLtxBehaviour: LtxBehaviour = {
	apiKey: DEFAULT_LTX_KEY,
	credits: 1_000,
	concurrency: 2,
	queueLimit: 20,
	retryAfter: 10,
	pendingDuration: 1_000,
	jobDuration: 20_000,
	unreadableFor: 0,
	jobExpiry: DAY_MS,
	outputTtl: HOUR_MS,
	uploadTtl: DAY_MS,
	mediaSeconds: 8,
	forbidden: false,
	outage: false,
	failure: undefined,
};
