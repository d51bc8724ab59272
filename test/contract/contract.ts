import type { Exchange } from '../emulator/exchange';
import { checkAnswer, namesOfAnswer } from './answer';
import { Coverage, parameterName } from './coverage';
import type { ApiDocument, Schema } from './document';
import { useapi } from './document';
import type { Call } from './request';
import { checkRequest, findCall, parametersIn } from './request';
import { problemsOfJson, within } from './schemas';

export interface CheckOptions {
	/**
	 * `valid`, the default: the request must keep the contract, whatever was answered. For clients.
	 * `any`: it may break it as long as it was not accepted. For tests that send bad requests on purpose.
	 */
	request?: 'valid' | 'any';
}

/** The API's contract, to hold requests and answers to. */
export interface Contract {
	/** What has been exercised since this contract was created. */
	readonly coverage: Coverage;
	/**
	 * Holds a request and its answer to the contract. An answer that a fault made is not looked at.
	 *
	 * @returns every problem, with its place; empty if there is none
	 */
	check(exchange: Exchange, options?: CheckOptions): string[];
	/** Holds the JSON body of a callback to the contract. @returns every problem, with its place */
	checkCallback(body: unknown): string[];
}

const JOB: Schema = { $ref: `${useapi.id}#/components/schemas/Job` };

/**
 * @param document whose coverage is counted; exchanges of every service are held to their own
 * @returns the contract with nothing covered yet; what it compiles is shared by all of a process
 */
export function createContract({ operations }: ApiDocument = useapi): Contract {
	const coverage = new Coverage(operations);
	return {
		coverage,
		check: (exchange, { request = 'valid' } = {}) =>
			checkExchange(exchange, request === 'any', coverage),
		checkCallback: (body) => within('callback', problemsOfJson(JOB, body)),
	};
}

function checkExchange(exchange: Exchange, anyRequest: boolean, coverage: Coverage): string[] {
	const { request, response } = exchange;
	const isAccepted = wasAccepted(exchange);
	const requestMatters = !anyRequest || isAccepted;
	const title = `${request.method} ${request.path}:`;

	const call = findCall(request);
	if (!call) return requestMatters ? [`${title} no such operation`] : [];

	const requestProblems = checkRequest(call);
	if (isAccepted && requestProblems.length === 0) coverRequest(coverage, call);
	return within(title, [
		...(requestMatters ? requestProblems : []),
		...within(`answer ${response.status}`, judgeAnswer(exchange, call, coverage)),
	]);
}

const wasAccepted = ({ fault, response: { status } }: Exchange) =>
	!fault && status >= 200 && status < 300;

function judgeAnswer(
	{ fault, response }: Exchange,
	{ operation }: Call,
	coverage: Coverage,
): string[] {
	if (fault) return [];
	const problems = checkAnswer(operation, response);
	if (problems.length > 0) return problems;
	for (const name of namesOfAnswer(operation, response)) coverage.answers.see(name);
	return [];
}

function coverRequest(coverage: Coverage, call: Call): void {
	const { operation } = call;
	coverage.operations.see(operation.id);
	for (const name of parametersIn(call)) {
		coverage.parameters.see(parameterName(operation, name));
	}
}
