import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { catalogue, ltxStudio, operationsOf } from '../../build/catalogue';
import { DOCUMENT_FILE, documents, LTX_FILE, operations } from './document';
import { assertSchema, problemsOfJson } from './schemas';

const VALIDATOR = require.resolve('@seriousme/openapi-schema-validator/bin/validate-api-cli.js');
const all = documents.flatMap((document) => document.operations);

const ofLtxStudio = operations.filter(({ tag }) => tag === 'ltxstudio');

test.each([DOCUMENT_FILE, LTX_FILE])('%s is valid OpenAPI 3.1', async (file) => {
	// In a process of its own: the validator is an ES module, which jest cannot load.
	const { stdout } = await promisify(execFile)(process.execPath, [VALIDATOR, file]);
	expect(JSON.parse(stdout)).toEqual({ valid: true });
});

test.each(catalogue)('has the endpoints of $folder, each with its page', (node) => {
	const called = operationsOf(node).flatMap(({ facts: { endpoint, page } }) =>
		endpoint === undefined ? [] : [`${endpoint} ${page ?? ''}`],
	);
	const documented = all.map(
		({ method, path, page }) => `${method} ${path.slice(1)} ${page ?? ''}`,
	);
	expect(called.length).toBeGreaterThan(0);
	expect(documented).toEqual(expect.arrayContaining(called));
});

test('has no LTX Studio endpoint that the node does not offer', () => {
	const offered = operationsOf(ltxStudio).map(({ facts }) => facts.endpoint);
	for (const { method, path } of ofLtxStudio)
		expect(offered).toContain(`${method} ${path.slice(1)}`);
});

test('gives every operation an id of its own', () => {
	expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

test('takes every body that is an object as JSON and as form data alike', () => {
	const objects = ofLtxStudio
		.map(({ body = {} }) => body)
		.filter((body) => 'application/json' in body);
	expect(objects.length).toBeGreaterThan(0);
	for (const body of objects) {
		expect(Object.keys(body)).toEqual(['application/json', 'multipart/form-data']);
		expect(body['multipart/form-data']).toEqual(body['application/json']);
	}
});

test.each(all)('$id: all schemas are valid JSON Schema', ({ parameters, body, answers }) => {
	const contents = [body ?? {}, ...answers.map(({ content = {} }) => content)];
	const schemas = [
		...parameters.map(({ schema }) => schema),
		...contents.flatMap((content) => Object.values(content)),
	];
	for (const schema of schemas) {
		if (!schema) continue;
		expect(() => {
			assertSchema(schema);
		}).not.toThrow();
		expect(() => problemsOfJson(schema, null)).not.toThrow();
	}
});
