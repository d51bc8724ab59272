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
import type { ApiDescription } from './description';
import { explain, type Explanation, type Meanings } from './explain';
import {
	BROKEN_SOURCE,
	networkFailure,
	statusFailure,
	toThrownFailure,
	UNFIT_SOURCE,
	unreadableFailure,
	type Answer,
	type Failure,
} from './failure';
import {
	FOREIGN_BUDGET_MS,
	isForeign,
	isTransient,
	RETRY_BUDGET_MS,
	retryDelay,
} from './retryPolicy';

/** Every n8n context that can call an API. */
export type ApiContext =
	IExecuteFunctions | ILoadOptionsFunctions | IWebhookFunctions | IHookFunctions;

export interface ApiRequest {
	method: 'GET' | 'POST' | 'DELETE';
	/** Below the base URL, without a leading slash: `v1/accounts`. */
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
	/** What a status means at this endpoint, where it differs from what it means to this API. */
	meanings?: Meanings;
	/** Values that must not come back in any error. */
	secrets?: string[];
}

/** An API, bound to one n8n context and its credential. */
export interface ApiClient {
	readonly api: ApiDescription;
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
	/** Says what happened, and what to do next. */
	explain(failure: Failure, meanings?: Meanings): Explanation;
	/** Makes the error of a failure. */
	error(failure: Failure, meanings?: Meanings): NodeApiError;
}

export type UseapiClient = ApiClient;

const TIMEOUT_MS = 30_000;

const cancelSignal = (context: ApiContext): AbortSignal | undefined =>
	'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;

/**
 * Reads the credential once and binds the API to it.
 *
 * @param retryBudget for how long a call is tried again, in milliseconds
 * @throws {NodeOperationError} when the key is empty, or the base URL no URL
 */
export async function connect(
	context: ApiContext,
	api: ApiDescription,
	retryBudget = RETRY_BUDGET_MS,
): Promise<ApiClient> {
	const credential = await context.getCredentials<Record<string, unknown>>(api.credential);
	const baseUrl = readBaseUrl(context, api, credential.baseUrl);
	const token = readKey(context, api, credential[api.key.field]);
	const signal = cancelSignal(context);

	const explainFailure = (failure: Failure, meanings: Meanings = {}) =>
		explain(failure, baseUrl.host, api, meanings);

	const error = (failure: Failure, meanings: Meanings = {}) =>
		toNodeApiError(context, failure, explainFailure(failure, meanings));

	const send = async <Body>(request: ApiRequest): Promise<Answer<Body>> => {
		const { method, repeatable = method !== 'POST' } = request;
		const start = clock.now();
		for (let attempt = 1; ; attempt++) {
			const answer = await tryOnce<Body>(context, api, request, baseUrl, [
				token,
				...(request.secrets ?? []),
			]);
			if (answer.ok || signal?.aborted) return answer;
			const { failure } = answer;
			if (method === 'DELETE' && attempt > 1 && failure.status === 404 && !failure.foreign) {
				// An earlier try did the work, and only its answer was lost.
				return { ok: true, body: undefined as Body };
			}
			const mayRepeat = repeatable || (failure.effect === 'none' && failure.status === undefined);
			const patience = mayRepeat ? patienceFor(failure, retryBudget) : 0;
			const delay = retryDelay(attempt, failure.retryAfter);
			if (clock.now() + delay > start + patience) return answer;
			await pause(delay, signal);
		}
	};

	const request = async <Body>(apiRequest: ApiRequest): Promise<Body> => {
		const answer = await send<Body>(apiRequest);
		if (!answer.ok) throw error(answer.failure, apiRequest.meanings);
		return answer.body;
	};

	return { api, baseUrl, token, signal, send, request, explain: explainFailure, error };
}

/** @returns for how long a call that failed so may be tried again, in milliseconds */
function patienceFor(failure: Failure, budget: number): number {
	if (isTransient(failure)) return budget;
	return isForeign(failure) ? Math.min(FOREIGN_BUDGET_MS, budget) : 0;
}

function readKey(context: ApiContext, { key, label }: ApiDescription, value: unknown): string {
	if (typeof value === 'string' && value.trim() !== '') return value;
	throw new NodeOperationError(context.getNode(), `The ${key.label} is empty`, {
		description: `Set ${key.label} in the ${label}.`,
	});
}

function readBaseUrl(
	context: ApiContext,
	{ label, usualBaseUrl }: ApiDescription,
	value: unknown,
): URL {
	const text = typeof value === 'string' ? value : '';
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !['https:', 'http:'].includes(url.protocol)) {
		throw new NodeOperationError(context.getNode(), `The Base URL "${text}" is not a URL`, {
			description: `Set Base URL in the ${label}, such as ${usualBaseUrl}.`,
		});
	}
	if (!url.pathname.endsWith('/')) url.pathname += '/';
	return url;
}

async function tryOnce<Body>(
	context: ApiContext,
	api: ApiDescription,
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
			api.credential,
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
	{ status, detail }: Failure,
	{ message, description }: Explanation,
): NodeApiError {
	const response: JsonObject = { message: detail };
	return new NodeApiError(context.getNode(), response, {
		message,
		description,
		...(status === undefined ? {} : { httpCode: String(status) }),
	});
}
