import type {
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IWebhookFunctions,
	JsonObject,
} from 'n8n-workflow';
import { jsonParse, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { clock, pause } from '../n8n/clock';
import type { FileSource, OpenFile } from '../files/source';
import { explain, type Explain, type Explanation } from './explain';
import {
	BROKEN_SOURCE,
	isRetired,
	networkFailure,
	statusFailure,
	toThrownFailure,
	UNFIT_SOURCE,
	unreadableFailure,
	type Answer,
	type Failure,
} from './failure';
import { isTransient, RETRY_BUDGET_MS, retryDelay } from './retryPolicy';

export const CREDENTIAL = 'useapiApi';

/** Every n8n context that can call the API. */
export type ApiContext =
	IExecuteFunctions | ILoadOptionsFunctions | IWebhookFunctions | IHookFunctions;

export interface ApiRequest {
	method: 'GET' | 'POST' | 'DELETE';
	/** Below the base URL, without a leading slash: `v1/ltxstudio/accounts`. */
	path: string;
	query?: IDataObject;
	/** Sent as JSON. */
	body?: IDataObject;
	/** A file to send instead, opened anew for each try. */
	file?: FileSource;
	/** Milliseconds for one try. */
	timeout?: number;
	/** Whether the call may be repeated although it may have taken effect. Default: all but POST. */
	repeatable?: boolean;
	/** What a status means at this endpoint, where it differs from the general table. */
	meanings?: Partial<Record<number, Explanation | Explain>>;
	/** Values that must not come back in any error. */
	secrets?: string[];
}

/** The vendor's API, bound to one n8n context and its credential. */
export interface UseapiClient {
	readonly baseUrl: URL;
	readonly token: string;
	/** Fires when the execution is cancelled. */
	readonly signal: AbortSignal | undefined;
	/** Sends a call and gives its answer; never throws for what went wrong outside. */
	send<Body>(request: ApiRequest): Promise<Answer<Body>>;
	/**
	 * Sends a call that must succeed.
	 * @throws {NodeApiError} with status, what happened and what to do next
	 */
	request<Body>(request: ApiRequest): Promise<Body>;
	/** Makes the error of a failure. */
	error(failure: Failure, meanings?: ApiRequest['meanings']): NodeApiError;
}

const TIMEOUT_MS = 30_000;

const cancelSignal = (context: ApiContext): AbortSignal | undefined =>
	'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;

/**
 * Reads the credential once and binds the API to it.
 *
 * @param retryBudget for how long a call is tried again, in milliseconds
 * @throws {NodeOperationError} when the base URL is no URL
 */
export async function connect(
	context: ApiContext,
	retryBudget = RETRY_BUDGET_MS,
): Promise<UseapiClient> {
	const credential = await context.getCredentials<{ token: string; baseUrl: string }>(CREDENTIAL);
	const baseUrl = parseBaseUrl(context, credential.baseUrl);
	const token = credential.token;
	const signal = cancelSignal(context);

	const error = (failure: Failure, meanings: ApiRequest['meanings'] = {}) =>
		toNodeApiError(context, failure, meanings, baseUrl.host);

	const send = async <Body>(request: ApiRequest): Promise<Answer<Body>> => {
		const { method, repeatable = method !== 'POST' } = request;
		const deadline = clock.now() + retryBudget;
		for (let attempt = 1; ; attempt++) {
			const answer = await tryOnce<Body>(context, request, baseUrl, [
				token,
				...(request.secrets ?? []),
			]);
			if (answer.ok || signal?.aborted) return answer;
			const { failure } = answer;
			if (method === 'DELETE' && attempt > 1 && failure.status === 404) {
				// An earlier try did the work, and only its answer was lost.
				return { ok: true, body: undefined as Body };
			}
			const mayRepeat = repeatable || (failure.effect === 'none' && failure.status === undefined);
			if (!mayRepeat || !isTransient(failure)) return answer;
			const delay = retryDelay(attempt, failure.retryAfter);
			if (clock.now() + delay > deadline) return answer;
			await pause(delay, signal);
		}
	};

	const request = async <Body>(apiRequest: ApiRequest): Promise<Body> => {
		const answer = await send<Body>(apiRequest);
		if (!answer.ok) throw error(answer.failure, apiRequest.meanings);
		return answer.body;
	};

	return { baseUrl, token, signal, send, request, error };
}

function parseBaseUrl(context: ApiContext, baseUrl: string): URL {
	const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
	if (!url || !['https:', 'http:'].includes(url.protocol)) {
		throw new NodeOperationError(context.getNode(), `The Base URL "${baseUrl}" is not a URL`, {
			description: 'Set Base URL in the useapi.net credential, such as https://api.useapi.net.',
		});
	}
	if (!url.pathname.endsWith('/')) url.pathname += '/';
	return url;
}

async function tryOnce<Body>(
	context: ApiContext,
	request: ApiRequest,
	baseUrl: URL,
	secrets: string[],
): Promise<Answer<Body>> {
	const { method, path, query, body, timeout = TIMEOUT_MS } = request;
	const file = await request.file?.open();
	const content = file?.body ?? body;
	const options: IHttpRequestOptions = {
		method,
		url: new URL(path, baseUrl).href,
		headers: { accept: 'application/json', ...(file && fileHeaders(file)) },
		...(query ? { qs: query } : {}),
		...(content === undefined ? {} : { body: content }),
		timeout,
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// With redirects allowed, a streamed body would be kept in memory to be sent again.
		disableFollowRedirect: true,
	};
	try {
		const response = (await context.helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL,
			options,
		)) as IN8nHttpFullResponse;
		return readResponse<Body>(response, secrets);
	} catch (error) {
		const fault = file?.fault();
		const failure = fault
			? networkFailure(fault.unfit ? UNFIT_SOURCE : BROKEN_SOURCE, fault.reason)
			: toThrownFailure(error);
		return { ok: false, failure: redact(failure, secrets) };
	} finally {
		file?.close();
	}
}

const fileHeaders = ({ type, size }: OpenFile): IDataObject => ({
	'content-type': type,
	...(size === undefined ? {} : { 'content-length': size }),
});

function readResponse<Body>(response: IN8nHttpFullResponse, secrets: string[]): Answer<Body> {
	const { statusCode: status, headers } = response;
	const text = typeof response.body === 'string' ? response.body : '';
	const body = text === '' ? undefined : jsonParse<unknown>(text, { fallbackValue: NOT_JSON });
	if (status < 200 || status > 299) {
		return {
			ok: false,
			failure: redact(statusFailure(status, body, headers, clock.now()), secrets),
		};
	}
	if (body === NOT_JSON || (body === undefined && status !== 204)) {
		return { ok: false, failure: unreadableFailure(status, headers) };
	}
	return { ok: true, body: body as Body };
}

const NOT_JSON = Symbol('not JSON');

function redact(failure: Failure, secrets: string[]): Failure {
	const detail = secrets
		.filter((secret) => secret.length > 3)
		.reduce((text, secret) => text.replaceAll(secret, '[hidden]'), failure.detail);
	return { ...failure, detail };
}

function toNodeApiError(
	context: ApiContext,
	failure: Failure,
	meanings: NonNullable<ApiRequest['meanings']>,
	host: string,
): NodeApiError {
	const { status } = failure;
	const special = status === undefined || isRetired(failure) ? undefined : meanings[status];
	const meaning = special ?? explain(failure, host);
	const { message, description } = typeof meaning === 'function' ? meaning(failure) : meaning;
	const response: JsonObject = { message: failure.detail };
	return new NodeApiError(context.getNode(), response, {
		message,
		description,
		...(status === undefined ? {} : { httpCode: String(status) }),
	});
}
