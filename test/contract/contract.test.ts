import type { Exchange } from '../emulator/exchange';
import { brokenBodies, goodBodies, IMAGE, JOB_ID, VIDEO_JOB_ID } from './bodies';
import { createContract } from './contract';

interface Changes {
	request?: Partial<Exchange['request']>;
	response?: Partial<Exchange['response']>;
	fault?: boolean;
}

/** `GET scheduler` and an empty list, but for the changes. */
const exchange = ({ request, response, fault = false }: Changes = {}): Exchange => ({
	request: {
		method: 'GET',
		path: '/v1/ltxstudio/scheduler',
		query: {},
		headers: { authorization: 'Bearer user:1-a' },
		...request,
	},
	response: {
		status: 200,
		headers: { 'content-type': 'application/json; charset=utf-8' },
		body: [],
		...response,
	},
	fault,
});

const post = (path: string, body: unknown, contentType = 'application/json'): Exchange =>
	exchange({
		request: { method: 'POST', path: `/v1/ltxstudio/${path}`, body, contentType },
		fault: true,
	});

describe('bodies', () => {
	test.each(goodBodies)('$path: $body keeps the contract', ({ path, body }) => {
		expect(createContract().check(post(path, body))).toEqual([]);
	});

	test.each(brokenBodies)('$path: $problem', ({ path, body, problem }) => {
		expect(createContract().check(post(path, body))).toContainEqual(
			expect.stringContaining(problem),
		);
	});

	test('as form data, where everything is text', () => {
		const fields = {
			prompt: 'Waves',
			startAssetId: IMAGE,
			seed: '5',
			audioSFX: 'true',
			pollForResult: '3',
		};
		const form = post('videos/ltx-create', { ...fields }, 'multipart/form-data');
		expect(createContract().check(form)).toEqual([]);
		expect(form.request.body).toEqual(fields);
	});
});

describe('the rest of a request', () => {
	const problemsOf = (request: Changes['request']) =>
		createContract().check(exchange({ request, fault: true }));

	test.each([
		[{ path: '/v1/ltxstudio/nowhere' }, 'no such operation'],
		[{ method: 'PATCH' }, 'no such operation'],
		[{ headers: {} }, 'Authorization'],
		[{ query: { page: '1' } }, 'unknown key "page"'],
		[{ body: {} }, 'body is not taken here'],
		[{ path: '/v1/ltxstudio/assets/1234' }, '/jobId must match pattern'],
		[{ path: '/v1/ltxstudio/assets/', query: { limit: 'all' } }, '/limit must be integer'],
		[{ path: '/v1/ltxstudio/assets/', query: { page: '0' } }, '/page must be >= 1'],
		[{ path: '/v1/ltxstudio/assets/', query: { email: ['a@b.c', 'd@e.f'] } }, '/email must be'],
		[
			{ method: 'POST', path: '/v1/ltxstudio/assets/', headers: { 'content-length': '3' } },
			'body has no Content-Type',
		],
		[{ method: 'POST', path: '/v1/ltxstudio/assets/', contentType: 'image/png' }, 'body is empty'],
		[
			{
				method: 'POST',
				path: '/v1/luma/assets/a@b.c',
				headers: { 'transfer-encoding': 'chunked' },
				contentType: 'image/bmp',
			},
			'cannot be image/bmp',
		],
	])('%j: %s', (request, problem) => {
		expect(problemsOf(request)).toContainEqual(expect.stringContaining(problem));
	});

	test('reads encoded paths, and numbers in a query', () => {
		const path = `/v1/ltxstudio/assets/${encodeURIComponent(JOB_ID)}`;
		expect(problemsOf({ path })).toEqual([]);
		expect(problemsOf({ path: '/v1/ltxstudio/assets/', query: { limit: '50' } })).toEqual([]);
	});
});

describe('answers', () => {
	const running = {
		jobId: JOB_ID,
		email: 'user@example.com',
		started: '2025-06-03T12:34:56.789Z',
		elapsed: '03:45',
	};

	test.each([
		[{ body: [running] }, undefined],
		[{ body: [{ ...running, elapsed: '3 minutes' }] }, '/0/elapsed must match pattern'],
		[{ body: [{ ...running, slot: 1 }] }, 'unknown key "slot"'],
		[{ body: {} }, 'must be array'],
		[{ status: 401, body: { error: 'Unauthorized', code: 401 } }, undefined],
		[{ status: 401, body: { error: 'Unauthorized' } }, "required property 'code'"],
		[{ status: 401, body: { error: 'Who?', code: 401 } }, '/error must be "Unauthorized"'],
		[{ status: 429, body: { error: 'Busy' } }, undefined],
		[{ status: 522, headers: { 'content-type': 'text/html' }, body: '<html>' }, undefined],
		[{ status: 302 }, 'is not in the contract'],
		[{ headers: { 'content-type': 'text/html' } }, 'cannot be text/html'],
	])('%j: %s', (response, problem) => {
		const problems = createContract().check(exchange({ response }));
		expect(problems).toEqual(problem === undefined ? [] : [expect.stringContaining(problem)]);
	});

	test('a job without a status is not one that waited for its result', () => {
		const contract = createContract();
		const submit = { method: 'POST', path: '/v1/ltxstudio/images/create', body: { prompt: 'A' } };
		const request = { ...submit, contentType: 'application/json' };
		const body = { jobId: JOB_ID, generationId: 'gen_1' };
		expect(contract.check(exchange({ request, response: { body } }))).toEqual([]);
		expect(contract.coverage.answers.missing).not.toContain('postImagesCreate 200 SubmittedJob');
		expect(contract.coverage.answers.missing).toContain('postImagesCreate 200 Job');
		expect(
			contract.check(exchange({ request, response: { body: { ...body, jobId: VIDEO_JOB_ID } } })),
		).toContainEqual(expect.stringContaining('/jobId must match pattern "-type:image$"'));
	});
});

describe('what is looked at', () => {
	const bad = exchange({
		request: { query: { page: '1' } },
		response: { status: 400, body: { error: 'No pages here', code: 400 } },
	});

	test('a bad request counts for a client, and is fine for a test if it was refused', () => {
		const refused = { ...bad, response: { ...bad.response, status: 422, body: { error: 'No' } } };
		expect(createContract().check(refused)).toHaveLength(1);
		expect(createContract().check(refused, { request: 'any' })).toEqual([]);
	});

	test('a bad request that was accepted counts always', () => {
		const accepted = exchange({ request: bad.request });
		expect(createContract().check(accepted, { request: 'any' })).toHaveLength(1);
	});

	test('the answer of a fault does not count', () => {
		const cut = exchange({ response: { status: 0, headers: {}, body: undefined }, fault: true });
		expect(createContract().check(cut)).toEqual([]);
	});

	test('callbacks are jobs', () => {
		const contract = createContract();
		const failed = { jobId: JOB_ID, status: { type: 'failed', message: 'No' } };
		expect(contract.checkCallback(failed)).toEqual([]);
		expect(contract.checkCallback({ jobId: JOB_ID })).toEqual([
			"callback / must have required property 'status'",
		]);
	});
});
