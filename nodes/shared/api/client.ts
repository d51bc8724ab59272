import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type IHookFunctions,
	type ILoadOptionsFunctions,
	type IWebhookFunctions,
	type JsonObject,
} from 'n8n-workflow';

import { clock, pause } from '../n8n/clock';
import type { FileSource } from '../files/source';
import type { ApiDescription } from './description';
import { exchange } from './exchange';
import { explain, type Explanation, type Meanings } from './explain';
import type { Answer, Failure } from './failure';
import { Redactor } from './redact';
import {
	FOREIGN_BUDGET_MS,
	isForeign,
	isLocal,
	isTransient,
	RETRY_BUDGET_MS,
	retryDelay,
} from './retryPolicy';
import { isPrintable } from './text';

/** Every n8n context that can call an API. */
export type ApiContext =
	IExecuteFunctions | ILoadOptionsFunctions | IWebhookFunctions | IHookFunctions;

export interface ApiRequest {
	method: 'GET' | 'POST' | 'DELETE';
	/** Below the base URL, without a leading slash and without a query: `v1/accounts`. */
	path: string;
	query?: IDataObject;
	/** Sent as JSON. */
	body?: IDataObject;
	/** A file to send instead, opened anew for each try. */
	file?: FileSource;
	/** Milliseconds for one try, up to the last byte of its answer. */
	timeout?: number;
	/** Whether the call may be repeated although it may have taken effect. Default: all but POST. */
	repeatable?: boolean;
	/** What a status means at this endpoint, where it differs from what it means to this API. */
	meanings?: Meanings;
	/** Values that must not come back, neither in an error nor in an answer. */
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
	const target = { credential: api.credential, baseUrl, cancelled: signal };

	const redactorOf = (...secrets: string[]) => new Redactor(secrets, api.confidential);
	const ownRedactor = redactorOf(token);

	const explainFailure = (failure: Failure, meanings: Meanings = {}) =>
		explain(failure, baseUrl.host, api, meanings);

	const error = (failure: Failure, meanings: Meanings = {}) =>
		toNodeApiError(context, failure, explainFailure(failure, meanings));

	const send = async <Body>(request: ApiRequest): Promise<Answer<Body>> => {
		const { method, repeatable = method !== 'POST', secrets = [] } = request;
		const redactor = secrets.length === 0 ? ownRedactor : redactorOf(token, ...secrets);
		const start = clock.now();
		for (let attempt = 1; ; attempt++) {
			const answer = await exchange<Body>(context, target, request, redactor);
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
	if (isForeign(failure) || isLocal(failure)) return Math.min(FOREIGN_BUDGET_MS, budget);
	return isTransient(failure) ? budget : 0;
}

function readKey(context: ApiContext, { key, label }: ApiDescription, value: unknown): string {
	const text = typeof value === 'string' ? value.trim() : '';
	if (text === '') {
		throw new NodeOperationError(context.getNode(), `The ${key.label} is empty`, {
			description: `Set ${key.label} in the ${label}.`,
		});
	}
	if (!isPrintable(text)) {
		throw new NodeOperationError(context.getNode(), `The ${key.label} cannot be sent`, {
			description: `There is a line break or an invisible character in it. Paste ${key.label} again in the ${label}.`,
		});
	}
	return text;
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
	url.search = '';
	url.hash = '';
	return url;
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
