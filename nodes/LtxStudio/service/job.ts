import type { IDataObject } from 'n8n-workflow';

import { parseJobId, type MediaType } from './jobId';
import { readReplyReference } from '../../shared/jobs/reference';

/** A file of LTX Studio behind a signed URL, as the API answers it. */
export interface SignedAsset {
	assetUrl?: string;
	/** Epoch milliseconds as a string. */
	expirationDateString?: string;
	asset?: { type?: string; fileId?: string; mimeType?: string; artifactSubtype?: string };
}

/**
 * A job as `GET assets/{jobId}`, a create call and a callback answer it.
 * @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-assets-jobId
 */
export interface JobAnswer {
	jobId?: string;
	generationId?: string;
	status?: {
		type?: string;
		progress?: number;
		message?: string;
		artifact?: SignedAsset;
	};
	replyRef?: string;
	replyUrl?: string;
	code?: number;
}

/** A job as the nodes put it out, the same for every operation. */
export interface Job {
	jobId: string;
	type: MediaType | undefined;
	status: 'active' | 'completed' | 'failed';
	/** 0 to 100 */
	progress: number;
	assetUrl: string | null;
	fileId: string | null;
	mimeType: string | null;
	/** When `assetUrl` stops working, ISO 8601. */
	expiresAt: string | null;
	email: string | undefined;
	/** The user's own reference, as it was given. */
	replyRef: string | null;
	/** What the vendor says of a failed job. */
	message?: string;
	generationId?: string;
	/** Set on a job that had not finished when the wait ended. */
	timedOut?: true;
}

/** @param value epoch milliseconds as a string */
export function toIsoDate(value: string | undefined): string | null {
	const time = Number(value);
	return value && Number.isFinite(time) ? new Date(time).toISOString() : null;
}

/** The user's own part of a reference, or all of one that this package did not make. */
export function userReferenceOf(replyRef: string | undefined): string | null {
	const reference = readReplyReference(replyRef);
	return (reference ? reference.userReference : replyRef) ?? null;
}

/** Brings an answer of the API into the one shape of a job. */
export function toJob(answer: JobAnswer, jobId = answer.jobId ?? ''): Job {
	const { status } = answer;
	const parts = parseJobId(jobId);
	const type = status?.type;
	const known = type === 'completed' || type === 'failed' ? type : 'active';
	const message = status?.message;
	return {
		assetUrl: status?.artifact?.assetUrl ?? null,
		jobId,
		type: parts?.type,
		status: known,
		progress: status?.progress ?? (known === 'completed' ? 100 : 0),
		fileId: status?.artifact?.asset?.fileId ?? null,
		mimeType: status?.artifact?.asset?.mimeType ?? null,
		expiresAt: toIsoDate(status?.artifact?.expirationDateString),
		email: parts?.email,
		replyRef: userReferenceOf(answer.replyRef),
		...(message ? { message } : {}),
		...(answer.generationId ? { generationId: answer.generationId } : {}),
	};
}

/** A job has finished once it failed, or completed *and* has its URL: the API may be out of step with itself. */
export function isFinished(job: Job): boolean {
	return job.status === 'failed' || (job.status === 'completed' && job.assetUrl !== null);
}

/** The output of a job that is not simplified: the API's own answer, with the user's reference and the account. */
export function toRawOutput(answer: JobAnswer, job: Job): IDataObject {
	return { ...answer, jobId: job.jobId, email: job.email, replyRef: job.replyRef };
}
