import findMyWay from 'find-my-way';

import type { Exchange } from '../emulator/exchange';
import { alternativesOf, answerName, Coverage, parameterName } from './coverage';
import type { Answer, Content, Operation, Parameter, Schema } from './document';
import { DOCUMENT_ID, operations } from './document';
import { problemsOfJson, problemsOfText } from './schemas';

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

interface Call {
	operation: Operation;
	/** Decoded. */
	path: Record<string, string | undefined>;
	request: Exchange['request'];
}

const JOB: Schema = { $ref: `${DOCUMENT_ID}#/components/schemas/Job` };

const MAX_PATH_PARAMETER_LENGTH = 2_048;

const router = findMyWay({ maxParamLength: MAX_PATH_PARAMETER_LENGTH });
for (const operation of operations) {
	const template = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
	router.on(operation.method, template, () => undefined, operation);
}

/** Path and query of each operation, each as one object. */
const pathSchemas = new Map(
	operations.map((operation) => [operation, objectOf(operation, 'path')]),
);
const querySchemas = new Map(
	operations.map((operation) => [operation, objectOf(operation, 'query')]),
);

/** @returns the contract with nothing covered yet; what it compiles is shared by all of a process */
export function createContract(): Contract {
	const coverage = new Coverage();
	return {
		coverage,
		check: (exchange, { request = 'valid' } = {}) =>
			checkExchange(exchange, request === 'any', coverage),
		checkCallback: (body) => within('callback', problemsOfJson(JOB, body)),
	};
}

function checkExchange(exchange: Exchange, anyRequest: boolean, coverage: Coverage): string[] {
	const { request, response, fault } = exchange;
	const isAccepted = !fault && response.status >= 200 && response.status < 300;
	const requestMatters = !anyRequest || isAccepted;
	const title = `${request.method} ${request.path}`;

	const call = findCall(request);
	if (!call) return requestMatters ? [`${title}: no such operation`] : [];

	const requestProblems = checkRequest(call);
	const { names, problems: answerProblems } = fault
		? { names: [], problems: [] }
		: checkAnswer(call.operation, response);

	if (requestProblems.length === 0) {
		coverage.operations.see(call.operation.id);
		for (const name of parametersIn(call)) {
			coverage.parameters.see(parameterName(call.operation, name));
		}
	}
	if (answerProblems.length === 0) for (const name of names) coverage.answers.see(name);

	return within(`${title}:`, [
		...(requestMatters ? requestProblems : []),
		...within(`answer ${response.status}`, answerProblems),
	]);
}

function findCall(request: Exchange['request']): Call | undefined {
	const method = operations.find((operation) => operation.method === request.method)?.method;
	const route = method && router.find(method, request.path);
	if (!route) return undefined;
	return { operation: route.store as Operation, path: route.params, request };
}

function checkRequest({ operation, path, request }: Call): string[] {
	return [
		...(/^Bearer \S+$/.test(request.headers.authorization ?? '')
			? []
			: ['the Authorization header is no bearer token']),
		...within('path', problemsOfText(pathSchemas.get(operation) ?? {}, path)),
		...within('query', problemsOfText(querySchemas.get(operation) ?? {}, request.query)),
		...within('body', checkBody(operation.body, request)),
	];
}

function checkBody(content: Content | undefined, request: Exchange['request']): string[] {
	const { body, contentType } = request;
	if (!content) return body === undefined ? [] : ['is not taken here'];
	const media = contentType === undefined ? undefined : findMedia(content, contentType);
	if (!media) return [`cannot be ${contentType ?? 'without a Content-Type'}`];
	if (!media.schema) {
		const isEmpty =
			Number(request.headers['content-length'] ?? 0) === 0 &&
			request.headers['transfer-encoding'] === undefined;
		return isEmpty ? ['is empty'] : [];
	}
	const problemsOf = contentType === 'multipart/form-data' ? problemsOfText : problemsOfJson;
	return problemsOf(media.schema, body);
}

function checkAnswer(
	operation: Operation,
	{ status, headers, body }: Exchange['response'],
): { names: string[]; problems: string[] } {
	const answer = findAnswer(operation, status);
	if (!answer) return { names: [], problems: ['is not in the contract'] };
	const names = [answerName(operation, answer)];
	if (!answer.content) {
		return { names, problems: body === undefined ? [] : ['must have no body'] };
	}
	const contentType = mediaType(headers['content-type']);
	const media = contentType === undefined ? undefined : findMedia(answer.content, contentType);
	if (!media) return { names, problems: [`cannot be ${contentType ?? 'without a Content-Type'}`] };
	if (!media.schema) return { names, problems: [] };
	return {
		names: [...names, ...alternativeNames(operation, answer, body)],
		problems: problemsOfJson(media.schema, body),
	};
}

function findAnswer({ answers }: Operation, status: number): Answer | undefined {
	const exact = String(status);
	const range = `${exact.charAt(0)}XX`;
	return (
		answers.find((answer) => answer.status === exact) ??
		answers.find((answer) => answer.status === range)
	);
}

function alternativeNames(operation: Operation, answer: Answer, body: unknown): string[] {
	const schemas = answer.content?.['application/json']?.oneOf ?? [];
	return alternativesOf(answer)
		.filter((_, index) => problemsOfJson(schemas[index] ?? {}, body).length === 0)
		.map((alternative) => answerName(operation, answer, alternative));
}

function findMedia(content: Content, type: string): { schema: Schema | undefined } | undefined {
	const key = [type, '*/*'].find((candidate) => candidate in content);
	return key === undefined ? undefined : { schema: content[key] };
}

const mediaType = (header: string | undefined) => header?.split(';', 1)[0]?.trim().toLowerCase();

function parametersIn({ operation, path, request }: Call): string[] {
	const sent = new Set(
		[path, request.query, request.body].flatMap((part) =>
			typeof part === 'object' && part !== null ? Object.keys(part) : [],
		),
	);
	return operation.parameters.map(({ name }) => name).filter((name) => sent.has(name));
}

function objectOf(operation: Operation, place: Parameter['in']): Schema {
	const parameters = operation.parameters.filter((parameter) => parameter.in === place);
	return {
		type: 'object',
		additionalProperties: false,
		required: parameters.filter(({ required }) => required).map(({ name }) => name),
		properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
	};
}

const within = (place: string, problems: string[]) =>
	problems.map((problem) => `${place} ${problem}`);
