import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { JobAnswer } from '../jobs/job';

export type Callback =
	| { ok: true; body: JobAnswer & { jobId: string } }
	| { ok: false; status: number; message: string };

/** The vendor's callbacks have about 1 kB. */
const LARGEST_BODY = 64 * 1024;

/**
 * Reads a callback without believing it.
 * @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-assets-jobId
 */
export function readCallback(context: IWebhookFunctions): Callback {
	const length = Number(context.getHeaderData()['content-length'] ?? 0);
	const body: unknown = context.getBodyData();
	if (length > LARGEST_BODY) return { ok: false, status: 413, message: 'The body is too large' };
	if (!isJobAnswer(body)) {
		return { ok: false, status: 400, message: 'The body is not a job with a jobId' };
	}
	return { ok: true, body };
}

const isJobAnswer = (body: unknown): body is JobAnswer & { jobId: string } =>
	typeof body === 'object' &&
	body !== null &&
	typeof (body as JobAnswer).jobId === 'string' &&
	typeof (body as JobAnswer).status === 'object';

/** Answers a callback that changes nothing. */
export function refuse(
	context: IWebhookFunctions,
	status: number,
	message: string,
): IWebhookResponseData {
	context.getResponseObject().status(status).json({ accepted: false, message });
	return { noWebhookResponse: true };
}
