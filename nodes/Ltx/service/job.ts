import type { IDataObject } from 'n8n-workflow';

import {
	withoutError,
	withOrder,
	type JobFile,
	type JobReport,
	type OutputForm,
} from '../../shared/jobs/service';
import { isRecord, textOf } from '../../shared/values';
import { parseJobId, toJobId, type JobIdParts } from './jobId';

/** What a status of the API's means for whoever waits; any other is unknown. */
const STATUSES: Readonly<Partial<Record<string, JobReport['status']>>> = {
	pending: 'active',
	processing: 'active',
	completed: 'completed',
	failed: 'failed',
};

/** What each way to make a video hands out, by the key of the result that names it. */
const FILES: Readonly<Record<string, { mimeType: string; kind: string }>> = {
	video_url: { mimeType: 'video/mp4', kind: 'video' },
	exr_frames_url: { mimeType: 'application/zip', kind: 'exr-frames' },
};

/** What to do about a failed job, by what the API calls its error. */
const ADVICE: Readonly<Partial<Record<string, string>>> = {
	insufficient_funds_error: 'buy credits at console.ltx.io, and run the workflow again',
	content_filtered_error: 'change the prompt, or the picture, video or sound that is given',
	invalid_request_error: 'correct what its message names, and run the workflow again',
	api_error: 'run the workflow again',
	service_unavailable_error: 'run the workflow again later',
	overloaded_error: 'run the workflow again later',
};

const SHOWN_CHARACTERS = 8;
const SECOND_MS = 1000;

/**
 * Understands a job as the API answers it: all that is not as the vendor's pages have it counts as missing.
 *
 * @param answer of `GET /v2/{endpoint}/{id}`, or of a submission
 * @see https://docs.ltx.io/async-jobs
 */
export function toReport(parts: JobIdParts, answer: IDataObject): JobReport {
	const word = textOf(answer.status) ?? 'pending';
	const { type = '', message } = errorOf(answer);
	return {
		jobId: toJobId(parts),
		status: STATUSES[word] ?? 'unknown',
		word,
		reference: undefined,
		message,
		advice: ADVICE[type],
		file: fileOf(parts, answer.result),
		facts: {},
		answer,
	};
}

/** What the API says of a failed job. */
function errorOf({ error }: IDataObject): {
	type?: string | undefined;
	message?: string | undefined;
} {
	return isRecord(error) ? { type: textOf(error.type), message: textOf(error.message) } : {};
}

function fileOf({ id }: JobIdParts, result: unknown): JobFile | undefined {
	if (!isRecord(result)) return undefined;
	for (const [key, { mimeType, kind }] of Object.entries(FILES)) {
		const url = textOf(result[key]);
		if (url === undefined) continue;
		return { url, mimeType, kind, expiresAt: expiryOf(url), unique: id.slice(0, SHOWN_CHARACTERS) };
	}
	return undefined;
}

/**
 * @param address signed as Google's storage signs
 * @returns when it stops working, in milliseconds since the epoch; undefined where it does not say so
 */
function expiryOf(address: string): number | undefined {
	if (!URL.canParse(address)) return undefined;
	const { searchParams } = new URL(address);
	const signedAt = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(
		searchParams.get('X-Goog-Date') ?? '',
	);
	const seconds = Number(searchParams.get('X-Goog-Expires') ?? NaN);
	if (!signedAt || !Number.isFinite(seconds)) return undefined;
	const [year = 0, month = 1, ...rest] = signedAt.slice(1).map(Number);
	return Date.UTC(year, month - 1, ...rest) + seconds * SECOND_MS;
}

/** A job of which nothing but its ID is known. */
export const blankReport = (jobId: string): JobReport => ({
	...toReport(parseJobId(jobId) ?? { endpoint: 'text-to-video', id: jobId }, {}),
	jobId,
});

/** A job as the node puts it out: what it was made for comes first, and the long address of its file last. */
export function toOutput(report: JobReport, form: OutputForm): IDataObject {
	const { jobId, status, word, file, message, answer } = report;
	if (!form.isSimplified) return withOrder(form, { ...withoutError(answer), jobId });
	const { type: errorType } = errorOf(answer);
	const job = {
		jobId,
		status: status === 'unknown' ? word : status,
		mimeType: file?.mimeType ?? null,
		createdAt: textOf(answer.created_at) ?? null,
		completedAt: textOf(answer.completed_at) ?? null,
		...(message === undefined ? {} : { message }),
		...(errorType === undefined ? {} : { errorType }),
	};
	return withOrder(form, job, {
		expiresAt: file?.expiresAt === undefined ? null : new Date(file.expiresAt).toISOString(),
		assetUrl: file?.url ?? null,
	});
}
