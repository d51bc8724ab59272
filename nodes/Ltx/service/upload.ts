import type { IDataObject, IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';

import type { ApiClient } from '../../shared/api/client';
import {
	BROKEN_SOURCE,
	networkFailure,
	statusFailure,
	toThrownFailure,
	UNFIT_SOURCE,
	unreadableFailure,
	type Answer,
	type Failure,
} from '../../shared/api/failure';
import { isReachable } from '../../shared/api/privateHost';
import { startTimeLimit, type TimeLimit } from '../../shared/api/timeLimit';
import { isTransient, RETRY_BUDGET_MS, retryDelay } from '../../shared/api/retryPolicy';
import type { FileSource, OpenFile } from '../../shared/files/source';
import { clock, pause } from '../../shared/n8n/clock';

/** A place for a file, as the API answers it. */
interface Place {
	upload_url: string;
	storage_uri: string;
	required_headers: Record<string, string>;
}

/** A file that the API now has. */
export interface Upload {
	/** `ltx://…` */
	uri: string;
	mimeType: string;
	/** The API's own answer. */
	raw: IDataObject;
}

const PUT_TIMEOUT_MS = 60 * 60 * 1000;

/**
 * Uploads a file: asks for a place, and streams the file there with exactly the headers that the place wants. It costs
 * nothing, so that all of it is tried again where that may help.
 * @see https://docs.ltx.io/api-documentation/api-reference/upload/create-upload
 */
export async function uploadFile(
	context: IExecuteFunctions,
	client: ApiClient,
	source: FileSource,
): Promise<Answer<Upload>> {
	const deadline = clock.now() + RETRY_BUDGET_MS;
	for (let attempt = 1; ; attempt++) {
		const answer = await uploadOnce(context, client, source);
		if (answer.ok || client.signal?.aborted) return answer;
		const delay = retryDelay(attempt, answer.failure.retryAfter);
		if (!isTransient(answer.failure) || clock.now() + delay > deadline) return answer;
		await pause(delay, client.signal);
	}
}

async function uploadOnce(
	context: IExecuteFunctions,
	client: ApiClient,
	source: FileSource,
): Promise<Answer<Upload>> {
	const place = await client.send<IDataObject>({
		method: 'POST',
		path: 'v1/upload',
		repeatable: true,
	});
	if (!place.ok) return place;
	if (!isPlace(place.body)) return { ok: false, failure: unreadableFailure(200, {}) };
	return await put(context, client, source, place.body);
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';

function isPlace(body: IDataObject | undefined): body is IDataObject & Place {
	const headers: unknown = body?.required_headers;
	return (
		isText(body?.storage_uri) &&
		typeof body?.upload_url === 'string' &&
		URL.canParse(body.upload_url) &&
		typeof headers === 'object' &&
		headers !== null &&
		Object.values(headers).every(isText)
	);
}

async function put(
	context: IExecuteFunctions,
	client: ApiClient,
	source: FileSource,
	place: IDataObject & Place,
): Promise<Answer<Upload>> {
	const url = new URL(place.upload_url);
	const isSecure = url.protocol === 'https:' || url.origin === client.baseUrl.origin;
	if (!isSecure || !isReachable(url, client.baseUrl)) {
		return { ok: false, failure: unreadableFailure(200, {}) };
	}
	const limit = startTimeLimit(PUT_TIMEOUT_MS, client.signal);
	const opened = await openFile(source, limit, client.baseUrl);
	if (!opened.ok) {
		limit.lift();
		return opened;
	}
	const file = opened.body;
	try {
		// Not by the credential: the address itself is signed, and the key is none of the storage's business.
		const response = (await context.helpers.httpRequest({
			method: 'PUT',
			url: url.href,
			headers: {
				...place.required_headers,
				'content-type': file.type,
				...(file.size === undefined ? {} : { 'content-length': file.size }),
			},
			body: file.body,
			timeout: PUT_TIMEOUT_MS,
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// With redirects allowed, a streamed body would be kept in memory to be sent again.
			disableFollowRedirect: true,
			abortSignal: limit.signal,
		})) as IN8nHttpFullResponse;
		const { statusCode, headers } = response;
		if (statusCode >= 200 && statusCode < 300) {
			const raw: IDataObject = { ...place };
			return { ok: true, body: { uri: place.storage_uri, mimeType: file.type, raw } };
		}
		return { ok: false, failure: { ...refused(statusCode, headers), host: url.host } };
	} catch (error) {
		const fault = file.fault();
		const failure = fault
			? networkFailure(fault.unfit ? UNFIT_SOURCE : BROKEN_SOURCE, fault.reason)
			: { ...toThrownFailure(error), host: url.host };
		return { ok: false, failure };
	} finally {
		file.close();
		limit.lift();
	}
}

/** @returns the failure that stands for a file which is not fit to be sent */
async function openFile(
	source: FileSource,
	limit: TimeLimit,
	baseUrl: URL,
): Promise<Answer<OpenFile>> {
	try {
		return { ok: true, body: await source.open(limit, baseUrl) };
	} catch (error) {
		const { message } = error instanceof Error ? error : new Error(String(error));
		const reason = message.replace(/^The file cannot be (used|read): /, '');
		return { ok: false, failure: networkFailure(UNFIT_SOURCE, reason) };
	}
}

/** What the storage said is XML that nobody can act on. What it has turned down for good is not fit to be sent. */
function refused(status: number, headers: IDataObject): Failure {
	const detail = `the storage for uploads answered ${status}`;
	const failure = { ...statusFailure(status, undefined, headers, clock.now()), detail };
	return isTransient(failure) ? failure : networkFailure(UNFIT_SOURCE, detail);
}
