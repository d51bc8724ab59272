import type { HTTPMethod } from 'find-my-way';
import findMyWay from 'find-my-way';

import type { Exchange } from '../emulator/exchange';
import type { Operation, Parameter, Schema } from './document';
import { documents } from './document';
import { problemsOfBody } from './media';
import { problemsOfText, within } from './schemas';

/** A request, and the operation that it is for. */
export interface Call {
	operation: Operation;
	/** The path's parameters, decoded. */
	path: Record<string, string | undefined>;
	request: Exchange['request'];
}

const MAX_PATH_PARAMETER_LENGTH = 2_048;

const router = findMyWay({ maxParamLength: MAX_PATH_PARAMETER_LENGTH });
const operations = documents.flatMap((document) => document.operations);
for (const operation of operations) {
	const template = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
	router.on(operation.method, template, () => undefined, operation);
}

const pathSchemas = schemasOf('path');
const querySchemas = schemasOf('query');

/** @returns undefined if there is no operation at this method and path */
export function findCall(request: Exchange['request']): Call | undefined {
	const route = router.find(request.method as HTTPMethod, request.path);
	if (!route) return undefined;
	return { operation: route.store as Operation, path: route.params, request };
}

/** Holds a request to its operation. @returns every problem, with its place */
export function checkRequest({ operation, path, request }: Call): string[] {
	return [
		...checkAuthorization(request.headers.authorization),
		...within('path', problemsOfText(pathSchemas.get(operation) ?? {}, path)),
		...within('query', problemsOfText(querySchemas.get(operation) ?? {}, request.query)),
		...within('body', checkBody(operation, request)),
	];
}

/** The parameters of its operation that a request carries. */
export function parametersIn({ operation, path, request }: Call): string[] {
	const carried = new Set(
		[path, request.query, request.body].flatMap((part) =>
			typeof part === 'object' && part !== null ? Object.keys(part) : [],
		),
	);
	return operation.parameters.map(({ name }) => name).filter((name) => carried.has(name));
}

function checkAuthorization(header = ''): string[] {
	return /^Bearer \S+$/.test(header) ? [] : ['the Authorization header is no bearer token'];
}

function checkBody({ body: content }: Operation, request: Exchange['request']): string[] {
	const { body, contentType, headers } = request;
	if (!content) return body === undefined ? [] : ['is not taken here'];
	// The bytes of an upload are not kept: the headers tell whether there were some.
	const hasBytes =
		Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
	if (body === undefined && !hasBytes) return ['is empty'];
	return problemsOfBody(content, contentType, body);
}

/** The parameters of each operation that stand in one place, as one object. */
function schemasOf(place: Parameter['in']): Map<Operation, Schema> {
	return new Map(
		operations.map((operation) => {
			const parameters = operation.parameters.filter((parameter) => parameter.in === place);
			const schema = {
				type: 'object',
				additionalProperties: false,
				required: parameters.filter(({ required }) => required).map(({ name }) => name),
				properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
			};
			return [operation, schema];
		}),
	);
}
