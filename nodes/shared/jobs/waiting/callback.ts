import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { isPrintable } from '../../api/text';
import { isRecord } from '../../values';

/** What a service calls with: a job, as it says. */
export interface CalledBack {
	jobId: string;
	replyRef?: string | undefined;
	status: object;
}

export type Callback =
	{ ok: true; body: CalledBack & IDataObject } | { ok: false; status: number; message: string };

/** The query parameter by which a trigger learns whom to resume. */
export const RESUME_PARAMETER = 'resume';

/** The vendor's callbacks have about 1 kB. */
const LARGEST_BODY = 64 * 1024;
/** In characters. What is longer is nobody's ID, reference or URL, and is not looked at. */
const LONGEST_ID = 400;
const LONGEST_REFERENCE = 1024;
const LONGEST_PARAMETER = 2048;

/** Reads a callback without believing it. What passes is short enough to be worked with. */
export function readCallback(context: IWebhookFunctions): Callback {
	if (sizeOf(context) > LARGEST_BODY) {
		return { ok: false, status: 413, message: 'The body is too large' };
	}
	const body: unknown = context.getBodyData();
	if (!isCalledBack(body)) {
		return { ok: false, status: 400, message: 'The body is not a job with a jobId' };
	}
	return { ok: true, body };
}

/** A body that is sent in chunks does not say its length: n8n keeps it as it came. */
function sizeOf(context: IWebhookFunctions): number {
	const stated = Number(context.getHeaderData()['content-length'] ?? 0);
	const request = context.getRequestObject();
	const raw = 'rawBody' in request && Buffer.isBuffer(request.rawBody) ? request.rawBody.length : 0;
	return Math.max(stated, raw);
}

function isCalledBack(body: unknown): body is CalledBack & IDataObject {
	if (!isRecord(body)) return false;
	const { jobId, replyRef, status } = body;
	return (
		isShort(jobId, LONGEST_ID) &&
		isPrintable(jobId) &&
		// The user's own part of it may have any characters.
		(replyRef === undefined || replyRef === null || isShort(replyRef, LONGEST_REFERENCE)) &&
		isRecord(status)
	);
}

const isShort = (value: unknown, longest: number): value is string =>
	typeof value === 'string' && value.length <= longest;

/** @returns a query parameter that was given once */
export function queryText(context: IWebhookFunctions, name: string): string | undefined {
	const value = (context.getQueryData() as Record<string, unknown>)[name];
	return isShort(value, LONGEST_PARAMETER) && isPrintable(value) && value !== ''
		? value
		: undefined;
}

/** Answers a callback at once; what follows may take its time. */
export function accept(context: IWebhookFunctions): IWebhookResponseData {
	context.getResponseObject().status(200).json({ accepted: true });
	return { noWebhookResponse: true };
}

/** Answers a callback that changes nothing. */
export function refuse(
	context: IWebhookFunctions,
	status: number,
	message: string,
): IWebhookResponseData {
	context.getResponseObject().status(status).json({ accepted: false, message });
	return { noWebhookResponse: true };
}
