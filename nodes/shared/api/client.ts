import { NodeApiError, type JsonObject } from 'n8n-workflow';

import { clock, pause } from '../n8n/clock';
import { Credential } from './credential';
import type { ApiDescription, Explanation, Meanings } from './description';
import { exchange } from './exchange';
import { explain } from './explain';
import { isNotThere, isUnreached, TIME_LIMIT, type Answer, type Failure } from './failure';
import type { ApiContext, ApiRequest } from './request';
import { costOfTry, isForeign, patienceFor, RETRY_BUDGET_MS, retryDelay } from './retryPolicy';

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
	 * @throws {NodeOperationError} where the file to send could not be opened
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
 * Reads the credential and binds the API to it.
 *
 * @param retryBudget for how long a call is tried again, in milliseconds
 * @throws {NodeOperationError} when the key is empty, or the base URL no URL
 */
export async function connect(
	context: ApiContext,
	api: ApiDescription,
	retryBudget = RETRY_BUDGET_MS,
): Promise<ApiClient> {
	const credential = await Credential.read(context, api);
	const { baseUrl, token } = credential;
	const signal = cancelSignal(context);
	const target = { credential, cancelled: signal };

	const explainFailure = (failure: Failure, meanings: Meanings = {}) =>
		explain(failure, baseUrl.host, api, meanings);

	const error = (failure: Failure, meanings: Meanings = {}) =>
		toNodeApiError(context, failure, explainFailure(failure, meanings));

	const send = async <Body>(request: ApiRequest): Promise<Answer<Body>> => {
		const { method, repeatable = method !== 'POST' } = request;
		const start = clock.now();
		let hasRenewed = false;
		let mayBeDone = false;
		let spentOnFile = 0;
		for (let attempt = 1; ; attempt++) {
			const triedAt = clock.now();
			const answer = await exchange<Body>(context, target, request);
			if (answer.ok || signal?.aborted) return answer;
			const { failure } = answer;
			if (method === 'DELETE' && mayBeDone && isNotThere(failure)) {
				// An earlier try did the work, and only its answer was lost.
				return { ok: true, body: undefined as Body };
			}
			mayBeDone ||= failure.effect === 'unknown';
			if (failure.status === 401 && !isForeign(failure) && !hasRenewed) {
				hasRenewed = true;
				// It may have been changed while the old one still counted as fresh. A refused call has done nothing.
				if (await credential.renew()) continue;
			}
			const mayRepeat = repeatable || isUnreached(failure);
			const patience = mayRepeat ? patienceFor(failure, retryBudget) : 0;
			const delay = retryDelay(attempt, failure.retryAfter);
			spentOnFile += costOfTry(failure, delay, clock.now() - triedAt);
			const spent = request.file ? spentOnFile : clock.now() + delay - start;
			if (spent > patience || (request.file && failure.code === TIME_LIMIT)) return answer;
			await pause(delay, signal);
		}
	};

	const request = async <Body>(apiRequest: ApiRequest): Promise<Body> => {
		const answer = await send<Body>(apiRequest);
		if (!answer.ok) throw answer.error ?? error(answer.failure, apiRequest.meanings);
		return answer.body;
	};

	return { api, baseUrl, token, signal, send, request, explain: explainFailure, error };
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
