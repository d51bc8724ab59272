import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { DOCUMENT_FILE, documents, LTX_FILE, operations } from './document';
import { problemsOfJson } from './schemas';

const VALIDATOR = require.resolve('@seriousme/openapi-schema-validator/bin/validate-api-cli.js');
const PAGES = 'https://useapi.net/docs/api-ltxstudio-v1/';

/** The vendor's page of every LTX Studio endpoint, and the endpoint that it is about. */
const endpoints = {
	'post-ltxstudio-accounts': 'POST /v1/ltxstudio/accounts',
	'get-ltxstudio-accounts': 'GET /v1/ltxstudio/accounts',
	'get-ltxstudio-accounts-email': 'GET /v1/ltxstudio/accounts/{email}',
	'del-ltxstudio-accounts-email': 'DELETE /v1/ltxstudio/accounts/{email}',
	'post-ltxstudio-assets': 'POST /v1/ltxstudio/assets/',
	'get-ltxstudio-assets': 'GET /v1/ltxstudio/assets/',
	'get-ltxstudio-assets-jobId': 'GET /v1/ltxstudio/assets/{jobId}',
	'post-ltxstudio-images-flux-create': 'POST /v1/ltxstudio/images/create',
	'post-ltxstudio-images-flux-edit': 'POST /v1/ltxstudio/images/edit',
	'post-ltxstudio-images-upscale': 'POST /v1/ltxstudio/images/upscale',
	'post-ltxstudio-videos-ltx-create': 'POST /v1/ltxstudio/videos/ltx-create',
	'post-ltxstudio-videos-veo-create': 'POST /v1/ltxstudio/videos/veo-create',
	'get-ltxstudio-scheduler': 'GET /v1/ltxstudio/scheduler',
	'get-ltxstudio-scheduler-available': 'GET /v1/ltxstudio/scheduler/available',
	'del-ltxstudio-scheduler-jobId': 'DELETE /v1/ltxstudio/scheduler/{jobId}',
};

const ofLtxStudio = operations.filter(({ tag }) => tag === 'ltxstudio');

test.each([DOCUMENT_FILE, LTX_FILE])('%s is valid OpenAPI 3.1', async (file) => {
	// In a process of its own: the validator is an ES module, which jest cannot load.
	const { stdout } = await promisify(execFile)(process.execPath, [VALIDATOR, file]);
	expect(JSON.parse(stdout)).toEqual({ valid: true });
});

test('has every LTX Studio endpoint, each with its page', () => {
	expect(ofLtxStudio).toHaveLength(15);
	const found = ofLtxStudio.map(({ page, method, path }) => [
		page?.replace(PAGES, ''),
		`${method} ${path}`,
	]);
	expect(Object.fromEntries(found)).toEqual(endpoints);
});

const all = documents.flatMap((document) => document.operations);

test('gives every operation an id of its own', () => {
	expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

test('takes every body that is an object as JSON and as form data alike', () => {
	const bodies = ofLtxStudio.map(({ body = {} }) => body);
	const objects = bodies.filter((body) => 'application/json' in body);
	expect(objects).toHaveLength(6);
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
		if (schema) expect(() => problemsOfJson(schema, null)).not.toThrow();
	}
});
