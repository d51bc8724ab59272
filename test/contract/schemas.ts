import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

import type { Schema } from './document';
import { documents } from './document';

/** What is said of a value that is fine by itself and may not be there, such as of one that a model lacks. */
export const MISPLACED = 'does not go with the rest';

const options: Options = {
	allErrors: true,
	strict: true,
	// Keywords beside a reference, or in an `if`, rely on the type and properties that stand elsewhere.
	strictTypes: false,
	strictRequired: false,
	// Left to a test, by `assertSchema`: to check all schemas whenever they are used takes most of the time.
	validateSchema: false,
};

function createAjv(extra: Options): Ajv2020 {
	const ajv = new Ajv2020({ ...options, ...extra });
	addFormats(ajv);
	// References lead into the documents, which as a whole are no schemas: their own keys say nothing of values.
	const keys = documents.flatMap(({ content }) => Object.keys(content));
	ajv.addVocabulary([...new Set(keys), 'discriminator']);
	for (const { id, content } of documents) ajv.addSchema(content, id);
	return ajv;
}

const json = createAjv({});
const text = createAjv({ coerceTypes: true });

/** @throws {Error} when a schema is not one by JSON Schema's own rules */
export function assertSchema(schema: Schema): void {
	void json.validateSchema(schema, true);
}

/** Holds a JSON value to a schema of a document. @returns what is wrong with it, place by place */
export function problemsOfJson(schema: Schema, value: unknown): string[] {
	return describe(json.compile(schema), value);
}

/**
 * Holds values that travelled as text, such as a query or form fields, to a schema of a document:
 * `"5"` is the number 5 where the schema asks for one.
 */
export function problemsOfText(schema: Schema, value: unknown): string[] {
	return describe(text.compile(schema), structuredClone(value));
}

function describe(validate: ValidateFunction, value: unknown): string[] {
	if (validate(value)) return [];
	return (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(describeError);
}

function describeError({ instancePath, keyword, message = keyword, params }: ErrorObject): string {
	const place = instancePath || '/';
	if (keyword === 'false schema') return `${place} ${MISPLACED}`;
	if (keyword === 'additionalProperties') {
		return `${place} has the unknown key "${String(params.additionalProperty)}"`;
	}
	if (keyword === 'enum') return `${place} must be one of ${JSON.stringify(params.allowedValues)}`;
	if (keyword === 'const') return `${place} must be ${JSON.stringify(params.allowedValue)}`;
	return `${place} ${message}`;
}

/** Says where problems are. */
export const within = (place: string, problems: string[]): string[] =>
	problems.map((problem) => `${place} ${problem}`);
