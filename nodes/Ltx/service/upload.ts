import type { IDataObject, IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';

import type { ApiClient } from '../../shared/api/client';
import {
	networkFailure,
	statusFailure,
	TIME_LIMIT,
	toThrownFailure,
	UNFIT_SOURCE,
	unreadableFailure,
	type Answer,
	type Failure,
} from '../../shared/api/failure';
import { whyBrokenOff } from '../../shared/api/exchange';
import { isReachable } from '../../shared/api/privateHost';
import { startTimeLimit, type TimeLimit } from '../../shared/api/timeLimit';
import { costOfTry, isTransient, RETRY_BUDGET_MS, retryDelay } from '../../shared/api/retryPolicy';
import type { FileStream } from '../../shared/files/firstBytes';
import type { OpenFile } from '../../shared/files/openFile';
import type { FileSource } from '../../shared/files/source';
import { SourceError } from '../../shared/files/sourceError';
import { clock, pause } from '../../shared/n8n/clock';
import { isRecord, isText, isWebUrl } from '../../shared/values';

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
	let spent = 0;
	for (let attempt = 1; ; attempt++) {
		const place = await askForPlace(client);
		if (!place.ok) return place;
		const triedAt = clock.now();
		const answer = await put(context, client, source, place.body);
		if (answer.ok || !mayRepeat(answer.failure)) return answer;
		const delay = retryDelay(attempt, answer.failure.retryAfter);
		spent += costOfTry(answer.failure, delay, clock.now() - triedAt);
		const isOver = spent > RETRY_BUDGET_MS;
		if (!isOver) await pause(delay, client.signal);
		if (isOver || client.signal?.aborted) return answer;
	}
}

/** What an hour was not enough for, another one is not either. */
const mayRepeat = (failure: Failure) => isTransient(failure) && failure.code !== TIME_LIMIT;

/** It is the client that asks again. */
async function askForPlace(client: ApiClient): Promise<Answer<IDataObject & Place>> {
	const place = await client.send<IDataObject>({
		method: 'POST',
		path: 'v1/upload',
		repeatable: true,
	});
	if (!place.ok) return place;
	if (!isPlace(place.body)) return { ok: false, failure: unreadableFailure(200, {}) };
	return { ok: true, body: place.body };
}

function isPlace(body: IDataObject | undefined): body is IDataObject & Place {
	const headers: unknown = body?.required_headers;
	return (
		isText(body?.storage_uri) &&
		isText(body.upload_url) &&
		isWebUrl(body.upload_url) &&
		isRecord(headers) &&
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
	let file: OpenFile | undefined;
	try {
		file = await source.open(limit, client.baseUrl);
		const { statusCode, headers, body } = await send(context, url, place, file, limit);
		// Its status is all that an answer of the storage is good for.
		(body as FileStream).destroy();
		if (statusCode >= 200 && statusCode < 300) {
			const raw: IDataObject = { ...place };
			return { ok: true, body: { uri: place.storage_uri, mimeType: file.type, raw } };
		}
		return { ok: false, failure: { ...refused(statusCode, headers), host: url.host } };
	} catch (error) {
		const failure = whyThrown(error, url.host, { file, limit });
		return {
			ok: false,
			failure,
			...(error instanceof SourceError && !limit.isOver() ? { error } : {}),
		};
	} finally {
		file?.close();
		limit.lift();
	}
}

async function send(
	context: IExecuteFunctions,
	url: URL,
	place: Place,
	file: OpenFile,
	{ signal }: TimeLimit,
): Promise<IN8nHttpFullResponse> {
	// Not by the credential: the address itself is signed, and the key is none of the storage's business.
	return (await context.helpers.httpRequest({
		method: 'PUT',
		url: url.href,
		headers: {
			...place.required_headers,
			'content-type': file.type,
			...(file.size === undefined ? {} : { 'content-length': file.size }),
		},
		body: file.body,
		// This would be a limit of idle time only. There is one of all the time instead.
		timeout: 0,
		// As a stream, so that no more is read than is needed.
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// With redirects allowed, a streamed body would be kept in memory to be sent again.
		disableFollowRedirect: true,
		abortSignal: signal,
	})) as IN8nHttpFullResponse;
}

function whyThrown(
	error: unknown,
	host: string,
	{ file, limit }: { file: OpenFile | undefined; limit: TimeLimit },
): Failure {
	const brokenOff = whyBrokenOff(file, limit);
	// What is wrong with the file is not the storage's fault.
	if (brokenOff) return file?.fault() ? brokenOff : { ...brokenOff, host };
	return error instanceof SourceError ? error.failure : { ...toThrownFailure(error), host };
}

/** The storage says so of the place, and not of the file. */
const OF_PLACE = new Set([403, 404, 407, 410, 412]);

/** What the storage said is XML that nobody can act on. */
function refused(status: number, headers: IDataObject): Failure {
	const detail = `the storage for uploads answered ${status}`;
	const failure = { ...statusFailure(status, undefined, headers, clock.now()), detail };
	const isOfFile = !isTransient(failure) && !OF_PLACE.has(status);
	return isOfFile ? networkFailure(UNFIT_SOURCE, detail) : failure;
}
