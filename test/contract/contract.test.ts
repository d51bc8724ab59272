import type { Exchange } from '../emulator/exchange';
import { createContract } from './contract';

const JOB_ID = 'email:user@example.com-job:7a34b821-9fd0-205e-d21b-4abc6f7839e7-type:image';
const VIDEO_JOB_ID = JOB_ID.replace('type:image', 'type:video');
const IMAGE = 'asset:3b18-type:image/png';
const COOKIE = 'lt_id=user123; lt_token=eyJ; lt_refresh_token=abc123';

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

const ltx = { prompt: 'Waves', startAssetId: IMAGE };
const veo3 = { prompt: 'Waves', model: 'veo3' };
const edit = { prompt: 'Rain', referenceAssetId: IMAGE };

describe('bodies that keep the contract', () => {
	test.each([
		['accounts', { cookie: COOKIE, maxJobs: 100 }],
		['images/create', { prompt: 'Waves' }],
		[
			'images/create',
			{ prompt: 'Waves', referenceAssetId: IMAGE, reference_strength: 0, style: 'y2k' },
		],
		['images/create', { prompt: 'Waves', model: 'nano-banana', aspectRatio: '1:1' }],
		['images/edit', { ...edit, model: 'flux', referenceAssetId2: IMAGE, aspectRatio: '9:16' }],
		['images/edit', { ...edit, model: 'flux-premium', referenceAssetId3: IMAGE }],
		['images/upscale', { jobId: JOB_ID, pollForResult: 20 }],
		['videos/ltx-create', ltx],
		['videos/ltx-create', { prompt: 'Waves', endAssetId: IMAGE, duration: '30' }],
		['videos/veo-create', { startAssetId: IMAGE, duration: '6', aspectRatio: '9:16' }],
		['videos/veo-create', { ...veo3, duration: '8', resolution: '720p' }],
	])('%s %j', (path, body) => {
		expect(createContract().check(post(path, body))).toEqual([]);
	});

	test('as form data, where everything is text', () => {
		const fields = { ...ltx, seed: '5', audioSFX: 'true', pollForResult: '3' };
		const form = post('videos/ltx-create', fields, 'multipart/form-data');
		expect(createContract().check(form)).toEqual([]);
		expect(form.request.body).toEqual(fields);
	});
});

describe('bodies that break it', () => {
	test.each([
		['accounts', { cookie: 'lt_id=user123; lt_token=eyJ' }, '/cookie must match pattern'],
		['accounts', { cookie: COOKIE, maxJobs: 101 }, '/maxJobs must be <= 100'],
		['images/create', {}, "must have required property 'prompt'"],
		['images/create', { prompt: '' }, '/prompt must NOT have fewer than 1 characters'],
		['images/create', { prompt: 'x'.repeat(2001) }, '/prompt must NOT have more than 2000'],
		['images/create', { prompt: 'Waves', colour: 'red' }, 'unknown key "colour"'],
		['images/create', { prompt: 'Waves', seed: '5' }, '/seed must be integer'],
		[
			'images/create',
			{ prompt: 'Waves', model: 'nano-banana', style: 'pop' },
			'/style does not go with the rest',
		],
		[
			'images/create',
			{ prompt: 'Waves', model: 'flux-premium', reference_strength: 1 },
			'/reference_strength does not go with the rest',
		],
		['images/create', { prompt: 'Waves', reference_strength: 101 }, 'must be <= 100'],
		['images/edit', { prompt: 'Rain' }, "required property 'referenceAssetId'"],
		['images/edit', { ...edit, referenceAssetId3: IMAGE }, '/referenceAssetId3 does not go'],
		[
			'images/edit',
			{ ...edit, model: 'nano-banana', aspectRatio: '1:1' },
			'/aspectRatio does not go',
		],
		['images/upscale', { jobId: VIDEO_JOB_ID }, '/jobId must match pattern'],
		['images/upscale', { jobId: JOB_ID, pollForResult: 21 }, '/pollForResult must be <= 20'],
		['videos/ltx-create', { prompt: 'Waves' }, "required property 'startAssetId'"],
		['videos/ltx-create', { ...ltx, startAssetId: JOB_ID }, '/startAssetId must match pattern'],
		['videos/ltx-create', { ...ltx, duration: '4' }, '/duration must be one of'],
		['videos/ltx-create', { ...ltx, replyUrl: 'no URL' }, '/replyUrl must match format "uri"'],
		['videos/veo-create', { prompt: 'Waves' }, "required property 'startAssetId'"],
		['videos/veo-create', { startAssetId: IMAGE, resolution: '720p' }, '/resolution does not go'],
		['videos/veo-create', { ...veo3, duration: '5' }, '/duration must be "8"'],
		['videos/veo-create', { ...veo3, aspectRatio: '9:16' }, '/aspectRatio must be "16:9"'],
	])('%s %j: %s', (path, body, problem) => {
		expect(createContract().check(post(path, body))).toContainEqual(
			expect.stringContaining(problem),
		);
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
		[{ method: 'POST', path: '/v1/ltxstudio/assets/' }, 'without a Content-Type'],
		[{ method: 'POST', path: '/v1/ltxstudio/assets/', contentType: 'image/png' }, 'body is empty'],
		[
			{ method: 'POST', path: '/v1/luma/assets/a@b.c', contentType: 'image/bmp' },
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
