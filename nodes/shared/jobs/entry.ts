import type { IDataObject } from 'n8n-workflow';

import type { Failure } from '../api/failure';
import type { Job, JobAnswer } from '../../LtxStudio/service/job';
import type { MediaType } from '../../LtxStudio/service/jobId';
import type { Slot } from './slots';

/** A generation to be submitted. */
export interface Submission {
	/** The endpoint below `v1/ltxstudio`, such as `videos/ltx-create`. */
	path: string;
	type: MediaType;
	/** The request without `email`, `replyRef` and `replyUrl`. */
	body: IDataObject;
	/** The account to run on; chosen by free slots if undefined. */
	email: string | undefined;
	/** Whether it names assets, so that not every account will do. */
	namesAssets: boolean;
	maxJobs: number | undefined;
	/** What the vendor says that it costs, in US dollars; undefined where it says nothing. */
	price: number | undefined;
	/** The reply reference, the same on every run of the same item. */
	reference: string;
	replyUrl: string | undefined;
}

/** Why an item has no finished job. */
export type Problem =
	/** The vendor says that the job failed. */
	| { kind: 'failed'; job: Job }
	/** The API refused the submission: nothing was submitted. */
	| { kind: 'rejected'; failure: Failure }
	/** A submission whose answer was lost, and whose job can't be found. */
	| {
			kind: 'uncertain';
			reference: string;
			failure: Failure | undefined;
			candidates: string[];
			isResubmitted: boolean;
	  }
	/** The API can't be asked what an earlier try, whose worker died, may have submitted. */
	| { kind: 'unchecked'; reference: string; failure: Failure }
	/** The job is known, but can't be read. */
	| { kind: 'unreadable'; jobId: string; failure: Failure }
	/** Still running when the time was up. */
	| { kind: 'timedOut'; jobId: string; waited: number }
	/** No slot came free in time: nothing was submitted. */
	| { kind: 'noSlot'; waited: number }
	/** No account can take it: nothing was submitted. */
	| { kind: 'noAccount'; wanted: string | undefined; configured: string[]; namesAssets: boolean };

export type Outcome = { ok: true; job: Job; answer: JobAnswer } | { ok: false; problem: Problem };

/** One item on its way from a submission, or from a job ID, to a finished job. */
export interface Entry {
	/** Undefined for a job that was submitted earlier or elsewhere. */
	readonly submission: Submission | undefined;
	state: 'queued' | 'submitting' | 'unsettled' | 'running' | 'done';
	jobId?: string;
	/** What the API last said of the job. */
	answer?: JobAnswer;
	slot?: Slot;
	/** When the job was submitted, or found, in milliseconds since the epoch. */
	since: number;
	/** Why it is not known whether the submission took effect. */
	doubt?: Failure;
	adopted?: true;
	/** It was sent a second time, because the user has chosen so. */
	resubmitted?: true;
	outcome?: Outcome;
}

export const toEntry = (submission: Submission): Entry => ({
	submission,
	state: 'queued',
	since: 0,
});

/** @param now milliseconds since the epoch */
export const toRunningEntry = (jobId: string, now: number): Entry => ({
	submission: undefined,
	state: 'running',
	jobId,
	since: now,
});
