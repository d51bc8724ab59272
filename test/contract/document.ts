import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { OpenAPIV3_1 as OpenApi } from 'openapi-types';
import { parse } from 'yaml';

import { withLtxChanges } from './ltx/changes';

/** Where the contract of useapi.net lies, for tools that read it themselves. */
export const DOCUMENT_FILE = join(__dirname, 'ltxstudio.openapi.yaml');

/** The file of Lightricks, of July 2026, without its prose. What has changed since is in `ltx/changes.ts`. */
export const LTX_FILE = join(__dirname, 'ltx.openapi.json');

/** A schema as it stands in the document; anything of JSON Schema 2020-12 may be in it. */
export interface Schema {
	$ref?: string;
	title?: string;
	type?: string | string[];
	enum?: unknown[];
	const?: unknown;
	default?: unknown;
	minimum?: number;
	maximum?: number;
	required?: string[];
	properties?: Record<string, Schema | boolean>;
	additionalProperties?: Schema | boolean;
	oneOf?: Schema[];
	if?: Schema;
	then?: Schema;
	else?: Schema;
}

export interface Parameter {
	name: string;
	in: 'path' | 'query' | 'header' | 'body';
	required: boolean;
	schema: Schema;
}

/** Media type → its schema, or undefined where any content will do. */
export type Content = Record<string, Schema | undefined>;

export interface Answer {
	/** `200`, or a whole class as `4XX`. */
	status: string;
	/** Undefined: the answer has no body. */
	content: Content | undefined;
	/** False: no page of the vendor's shows it. */
	documented: boolean;
}

export interface Operation {
	id: string;
	method: 'GET' | 'POST' | 'DELETE';
	/** As in the document, with `{parameters}`. */
	path: string;
	tag: string;
	/** The vendor's page. */
	page: string | undefined;
	/** Path and query parameters, and the properties of a body that is an object. */
	parameters: Parameter[];
	/** Undefined: the operation takes no body. */
	body: Content | undefined;
	/** A JSON body that has every parameter, of operations that generate something. */
	example: Readonly<Record<string, unknown>> | undefined;
	answers: Answer[];
}

/** An OpenAPI document, its references made absolute: a schema can then be compiled from wherever it stands. */
export interface ApiDocument {
	/** What it is called in references: `ID#/components/…`. */
	id: string;
	content: OpenApi.Document;
	operations: Operation[];
}

interface Extension {
	'x-undocumented'?: boolean;
}

const METHODS = ['get', 'post', 'delete'] as const;

const contents = new Map<string | undefined, OpenApi.Document>();

/** Follows a reference to what it names. */
export function resolve<Target extends object>(value: Target | OpenApi.ReferenceObject): Target {
	if (!('$ref' in value) || typeof value.$ref !== 'string') return value as Target;
	const [id, pointer = ''] = value.$ref.split('#/');
	const target = pointer
		.split('/')
		.reduce<unknown>((parent, key) => (parent as Record<string, unknown>)[key], contents.get(id));
	return resolve(target as Target | OpenApi.ReferenceObject);
}

/** A schema with its references followed: keywords beside a reference win over those behind it. */
export function flatten({ $ref, ...own }: Schema): Schema {
	return $ref === undefined ? own : { ...flatten(resolve<Schema>({ $ref })), ...own };
}

/** That a document is valid OpenAPI 3.1 is shown by a test, and relied on here. */
function readDocument(id: string, original: unknown): ApiDocument {
	const content = JSON.parse(JSON.stringify(original), (key, value: unknown) =>
		key === '$ref' && typeof value === 'string' ? `${id}${value}` : value,
	) as OpenApi.Document;
	contents.set(id, content);
	const operations = Object.entries(content.paths ?? {}).flatMap(([path, item = {}]) =>
		METHODS.flatMap((method) => {
			const operation = item[method] as OpenApi.OperationObject<Extension> | undefined;
			return operation ? [readOperation(path, item, method, operation)] : [];
		}),
	);
	return { id, content, operations };
}

function readOperation(
	path: string,
	item: OpenApi.PathItemObject,
	method: (typeof METHODS)[number],
	operation: OpenApi.OperationObject<Extension>,
): Operation {
	const body = operation.requestBody && resolve(operation.requestBody).content;
	const documented = operation['x-undocumented'] !== true;
	return {
		id: operation.operationId ?? `${method} ${path}`,
		method: method.toUpperCase() as Operation['method'],
		path,
		tag: operation.tags?.[0] ?? '',
		page: operation.externalDocs?.url,
		parameters: [
			...[...(item.parameters ?? []), ...(operation.parameters ?? [])]
				.map(readParameter)
				// The one header is the bearer token, which every call is held to.
				.filter((parameter) => parameter.in !== 'header'),
			...readProperties(body?.['application/json']?.schema),
		],
		body: body && readContent(body),
		example: body?.['application/json']?.example as Operation['example'],
		answers: Object.entries(operation.responses ?? {}).map(([status, response]) => {
			const answer = resolve<OpenApi.ResponseObject & Extension>(response);
			return {
				status,
				content: answer.content && readContent(answer.content),
				documented: documented && answer['x-undocumented'] !== true,
			};
		}),
	};
}

function readParameter(value: OpenApi.ReferenceObject | OpenApi.ParameterObject): Parameter {
	const { name, in: place, required = false, schema = {} } = resolve(value);
	return { name, in: place as Parameter['in'], required, schema: schema };
}

function readProperties(body: Schema | undefined): Parameter[] {
	const { properties = {}, required = [] } = body ? flatten(body) : {};
	return Object.entries(properties).map(([name, schema]) => ({
		name,
		in: 'body',
		required: required.includes(name),
		schema: typeof schema === 'boolean' ? {} : schema,
	}));
}

function readContent(content: Record<string, OpenApi.MediaTypeObject>): Content {
	return Object.fromEntries(
		Object.entries(content).map(([type, media]) => [type, media.schema as Schema | undefined]),
	);
}

/** The LTX Studio API of useapi.net, and what is used beside it. */
export const useapi = readDocument('useapi', parse(readFileSync(DOCUMENT_FILE, 'utf8')));

/** The LTX API of Lightricks. */
export const ltx = readDocument('ltx', withLtxChanges(JSON.parse(readFileSync(LTX_FILE, 'utf8'))));

/** Every document that exchanges are held to; their paths are all different. */
export const documents = [useapi, ltx];

/** Every operation of the first service's contract. */
export const { operations } = useapi;
