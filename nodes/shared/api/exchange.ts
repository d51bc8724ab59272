import {
	jsonParse,
	type ICredentialsDecrypted,
	type IDataObject,
	type IHttpRequestOptions,
	type IN8nHttpFullResponse,
} from 'n8n-workflow';

import { clock } from '../n8n/clock';
import type { OpenFile } from '../files/openFile';
import { SourceError } from '../files/sourceError';
import type { Credential } from './credential';
import {
	BROKEN_SOURCE,
	networkFailure,
	SIZE_LIMIT,
	statusFailure,
	TIME_LIMIT,
	toThrownFailure,
	UNFIT_REQUEST,
	UNFIT_SOURCE,
	UNREAD_CREDENTIAL,
	unreadableFailure,
	type Answer,
	type Failure,
} from './failure';
import type { Redactor } from './redact';
import type { ApiContext, ApiRequest } from './request';
import { inWords, startTimeLimit, type TimeLimit } from './timeLimit';

/** Where calls go. */
export interface Target {
	credential: Credential;
	cancelled: AbortSignal | undefined;
}

const TIMEOUT_MS = 30_000;

/** The largest answer that is read, in bytes. A long list has some hundred kB. */
const LARGEST_ANSWER = 8 * 1024 * 1024;
const LARGEST_ANSWER_NAME = '8 MB';

/** The answer is larger than any that is read. */
class TooLargeError extends Error {}

/** Sends a call once and reads its answer; never throws for what went wrong outside. */
export async function exchange<Body>(
	context: ApiContext,
	{ credential, cancelled }: Target,
	call: ApiRequest,
): Promise<Answer<Body>> {
	const { timeout = TIMEOUT_MS, secrets } = call;
	const url = urlBelow(credential.baseUrl, call.path);
	if (!url) {
		const failure = networkFailure(UNFIT_REQUEST, 'its path leads elsewhere');
		return failed(failure, credential.redactorFor(secrets));
	}
	const decrypted = await readCredential(credential);
	const redactor = credential.redactorFor(secrets);
	if (!decrypted.ok) return failed(decrypted.failure, redactor);
	const limit = startTimeLimit(timeout, cancelled);
	try {
		const file = await call.file?.open(limit, credential.baseUrl);
		const options = toOptions(call, url, file);
		const send = async () => await request(context, decrypted.body, options, limit.signal);
		return await answerTo<Body>(send, file, redactor, limit);
	} catch (error) {
		// The file could not be opened: nothing was sent.
		const isOfSource = error instanceof SourceError;
		const why = isOfSource ? error.failure : toThrownFailure(error);
		const broken = whyBrokenOff(undefined, limit);
		const answer = failed({ ...(broken ?? why), effect: 'none' }, redactor);
		return { ...answer, ...(isOfSource && !broken && { error }) };
	} finally {
		limit.lift();
	}
}

/** While it can't be read, nothing is sent. */
async function readCredential(credential: Credential): Promise<Answer<ICredentialsDecrypted>> {
	try {
		return { ok: true, body: await credential.decrypted() };
	} catch (error) {
		const { detail } = toThrownFailure(error);
		return {
			ok: false,
			failure: networkFailure(UNREAD_CREDENTIAL, `${credential.label}: ${detail}`),
		};
	}
}

async function answerTo<Body>(
	send: () => Promise<IN8nHttpFullResponse>,
	file: OpenFile | undefined,
	redactor: Redactor,
	limit: TimeLimit,
): Promise<Answer<Body>> {
	try {
		return await readAnswer<Body>(await send(), redactor);
	} catch (error) {
		return failed(whyThrown(error, file, limit), redactor);
	} finally {
		file?.close();
	}
}

const failed = (failure: Failure, redactor: Redactor): { ok: false; failure: Failure } => ({
	ok: false,
	failure: redactor.failure(failure),
});

/** @returns undefined for a path that would lead elsewhere: out of the base URL by `..`, or into its query */
function urlBelow(baseUrl: URL, path: string): URL | undefined {
	const whole = `${baseUrl.href}${path}`;
	const url = URL.canParse(whole) ? new URL(whole) : undefined;
	return url?.href === whole && url.search === '' && url.hash === '' ? url : undefined;
}

function toOptions(
	{ method, query, body }: ApiRequest,
	url: URL,
	file: OpenFile | undefined,
): IHttpRequestOptions {
	const content = file?.body ?? body;
	return {
		method,
		url: url.href,
		headers: { accept: 'application/json', ...(file && fileHeaders(file)) },
		...(query ? { qs: query } : {}),
		...(content === undefined ? {} : { body: content }),
		// This would be a limit of idle time only. There is one of all the time instead.
		timeout: 0,
		// As a stream, so that no more is read than fits.
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// With redirects allowed, a streamed body would be kept in memory to be sent again.
		disableFollowRedirect: true,
	};
}

async function request(
	context: ApiContext,
	credentialsDecrypted: ICredentialsDecrypted,
	options: IHttpRequestOptions,
	signal: AbortSignal,
): Promise<IN8nHttpFullResponse> {
	// n8n takes the signal of the context, and overwrites one that is in the options.
	const limited = Object.create(context, {
		getExecutionCancelSignal: { value: () => signal },
	}) as ApiContext;
	return (await context.helpers.httpRequestWithAuthentication.call(
		limited,
		credentialsDecrypted.type,
		options,
		{ credentialsDecrypted },
	)) as IN8nHttpFullResponse;
}

const fileHeaders = ({ type, size }: OpenFile): IDataObject => ({
	'content-type': type,
	...(size === undefined ? {} : { 'content-length': size }),
});

async function readAnswer<Body>(
	{ statusCode: status, headers, body: stream }: IN8nHttpFullResponse,
	redactor: Redactor,
): Promise<Answer<Body>> {
	const text = await readText(stream);
	const parsed = text === '' ? undefined : jsonParse<unknown>(text, { fallbackValue: NOT_JSON });
	const isSuccess = status >= 200 && status <= 299;
	if (isSuccess && (parsed === NOT_JSON || (parsed === undefined && status !== 204))) {
		return failed(unreadableFailure(status, headers), redactor);
	}
	const body = redactor.json(parsed, text);
	if (isSuccess) return { ok: true, body: body as Body };
	return failed(statusFailure(status, body, headers, clock.now()), redactor);
}

const NOT_JSON = Symbol('not JSON');

async function readText(stream: unknown): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of stream as AsyncIterable<Uint8Array>) {
		size += chunk.length;
		// Leaving the loop closes the connection.
		if (size > LARGEST_ANSWER) throw new TooLargeError();
		chunks.push(chunk);
	}
	return Buffer.concat(chunks)
		.toString()
		.replace(/^\uFEFF/, '');
}

/** @returns why sending a file was broken off from this side, or undefined where it was not */
export function whyBrokenOff(file: OpenFile | undefined, limit: TimeLimit): Failure | undefined {
	const fault = file?.fault();
	if (fault) return networkFailure(fault.unfit ? UNFIT_SOURCE : BROKEN_SOURCE, fault.reason);
	return limit.isOver() ? networkFailure(TIME_LIMIT, inWords(limit.ms)) : undefined;
}

function whyThrown(error: unknown, file: OpenFile | undefined, limit: TimeLimit): Failure {
	const brokenOff = whyBrokenOff(file, limit);
	if (brokenOff) return brokenOff;
	if (error instanceof TooLargeError) return networkFailure(SIZE_LIMIT, LARGEST_ANSWER_NAME);
	return toThrownFailure(error);
}
