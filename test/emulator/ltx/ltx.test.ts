import { request } from 'undici';
import { useEmulator } from '../harness';
import { ltxEndpoints } from './endpoints';

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
const MB = 1024 * 1024;

const harness = useEmulator();

const call = async <T>(method: string, path: string, json?: object) =>
	await harness.call<T>(method, path, {
		token: harness.emulator.ltx.behaviour.apiKey,
		...(json && { json }),
	});

interface Job {
	id: string;
	status: string;
	created_at: string;
	completed_at?: string;
	result?: { video_url?: string; exr_frames_url?: string };
	error?: { type: string; message: string };
}

interface Upload {
	upload_url: string;
	storage_uri: string;
	expires_at: string;
	required_headers: Record<string, string>;
}

const lake = {
	prompt: 'A lake',
	model: 'ltx-2-3-fast',
	duration: 6,
	resolution: '1280x720',
};

async function submit(json: object = lake, endpoint = 'text-to-video'): Promise<string> {
	const { status, body } = await call<Job>('POST', `/v2/${endpoint}`, json);
	expect([status, body]).toEqual([202, { id: body.id, created_at: '2026-01-01T00:00:00.000Z' }]);
	return body.id;
}

const read = async (id: string, endpoint = 'text-to-video') =>
	await call<Job>('GET', `/v2/${endpoint}/${id}`);

const errorOf = async (json: object, endpoint = 'text-to-video') => {
	const { status, body } = await call<{ error: { type: string; message: string } }>(
		'POST',
		`/v2/${endpoint}`,
		json,
	);
	return [status, body.error.type, body.error.message];
};

describe('a job', () => {
	it('is pending, processing and then completed, with a URL that works for an hour', async () => {
		const { clock } = harness;
		const id = await submit();
		expect((await read(id)).body.status).toBe('pending');
		await clock.advance(SECOND_MS);
		expect((await read(id)).body.status).toBe('processing');
		await clock.advance(20 * SECOND_MS);

		const { body } = await read(id);
		const url = body.result?.video_url ?? '';
		expect(body).toEqual({
			id,
			status: 'completed',
			created_at: '2026-01-01T00:00:00.000Z',
			completed_at: '2026-01-01T00:00:21.000Z',
			result: { video_url: expect.stringMatching(/\/storage\/ltx\/.*\.mp4\?expires=/) as string },
		});
		const file = await fetch(url);
		expect([file.status, file.headers.get('content-type')]).toEqual([200, 'video/mp4']);
		await file.arrayBuffer();
		await clock.advance(HOUR_MS);
		expect((await fetch(url)).status).toBe(403);
		expect((await fetch((await read(id)).body.result?.video_url ?? '')).status).toBe(200);
	});

	it('waits for one of two places', async () => {
		const ids = [await submit(), await submit(), await submit()];
		const statuses = async () =>
			await Promise.all(ids.map(async (id) => (await read(id)).body.status));
		await harness.clock.advance(SECOND_MS);
		expect(await statuses()).toEqual(['processing', 'processing', 'pending']);
		await harness.clock.advance(20 * SECOND_MS);
		expect(await statuses()).toEqual(['completed', 'completed', 'processing']);
	});

	it('that fails costs nothing', async () => {
		const id = await submit({ ...lake, prompt: '[fail: too blue]' });
		await harness.clock.advance(21 * SECOND_MS);
		const { body } = await read(id);
		expect([body.status, body.error]).toEqual([
			'failed',
			{ type: 'api_error', message: 'too blue' },
		]);
		const { ledger, behaviour } = harness.emulator.ltx;
		expect(ledger.entries.map(({ kind, jobId, credits }) => [kind, jobId, credits])).toEqual([
			['charge', id, 0.18],
			['refund', id, 0.18],
		]);
		expect([ledger.total, behaviour.credits]).toEqual([0, 1_000]);
	});

	it('is found by its own endpoint only, and for 24 hours', async () => {
		const id = await submit();
		await harness.clock.advance(21 * SECOND_MS + 24 * HOUR_MS);
		expect((await read(id)).status).toBe(200);
		expect((await read(id, 'extend')).status).toBe(404);
		await harness.clock.advance(1);
		expect([(await read(id)).status, (await read(id)).body]).toEqual([
			404,
			{ type: 'error', error: { type: 'not_found_error', message: 'Job not found' } },
		]);
	});

	it('can not be read at once where that is switched on', async () => {
		harness.emulator.ltx.behaviour.unreadableFor = 2 * SECOND_MS;
		const id = await submit();
		expect((await read(id)).status).toBe(404);
		await harness.clock.advance(2 * SECOND_MS);
		expect((await read(id)).status).toBe(200);
	});

	it('of HDR is an archive', async () => {
		const id = await submit({ video_uri: 'https://example.com/a.mp4' }, 'video-to-video-hdr');
		harness.emulator.ltx.jobs.end(id);
		const url = (await read(id, 'video-to-video-hdr')).body.result?.exr_frames_url ?? '';
		expect((await fetch(url)).headers.get('content-type')).toBe('application/zip');
	});
});

describe('what is refused', () => {
	it.each(ltxEndpoints)('%s: without a valid key', async (endpoint) => {
		const { status, headers, body } = await harness.call('POST', `/v2/${endpoint}`, {
			json: lake,
			token: 'wrong',
		});
		expect([status, body]).toEqual([
			401,
			{ type: 'error', error: { type: 'authentication_error', message: 'Invalid API key' } },
		]);
		expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
	});

	it('more jobs than the queue takes', async () => {
		harness.emulator.ltx.behaviour.queueLimit = 1;
		await submit();
		const { status, headers } = await call('POST', '/v2/text-to-video', lake);
		expect([status, headers.get('retry-after')]).toEqual([429, '10']);
		harness.emulator.ltx.behaviour.retryAfter = undefined;
		const again = await call('POST', '/v2/text-to-video', lake);
		expect([again.status, again.headers.get('retry-after')]).toEqual([429, null]);
		await harness.clock.advance(21 * SECOND_MS);
		expect((await call('POST', '/v2/text-to-video', lake)).status).toBe(202);
	});

	it('what there is no money for', async () => {
		harness.emulator.ltx.behaviour.credits = 0.17;
		expect(await errorOf(lake)).toEqual([402, 'insufficient_funds_error', 'Insufficient credits']);
	});

	it.each([
		['ltx-2-5-fast', '1920x1080', 25, 20, 202],
		['ltx-2-5-fast', '1920x1080', 48, 12, 400],
		['ltx-2-5-fast', '2560x1440', 24, 12, 400],
		['ltx-2-5-fast', '3840x2160', 50, 10, 202],
		['ltx-2-5-pro', '1920x1080', 24, 12, 400],
		['ltx-2-5-pro', '2160x3840', 48, 10, 202],
		['ltx-2-3-fast', '1080x1920', 24, 18, 202],
		['ltx-2-3-fast', '1920x1080', 24, 5, 400],
		['ltx-2-3-pro', '1280x720', 30, 6, 400],
		['ltx-2-3-pro', '1280x720', 24, null, 400],
		['ltx-2-5-pro', '1280x720', 24, null, 202],
	])('or not: %s at %s, %d frames a second, %p seconds', async (...combination) => {
		const [model, resolution, fps, duration, expected] = combination;
		const json = { prompt: 'A lake', model, resolution, fps, duration };
		expect((await call('POST', '/v2/text-to-video', json)).status).toBe(expected);
	});

	it.each([
		[
			'image-to-video',
			{
				...{ ...lake, model: 'ltx-2-5-fast', duration: null },
				...{ image_uri: 'https://example.com/a.png', last_frame_uri: 'https://example.com/b.png' },
			},
			'last_frame_uri needs an explicit duration',
		],
		[
			'image-to-video',
			{ ...lake, image_uri: 'http://example.com/a.png' },
			'image_uri must be an HTTPS URL, a data URI or an upload',
		],
		[
			'image-to-video',
			{ ...lake, image_uri: 'https://127.0.0.1/a.png' },
			'image_uri must name a domain',
		],
		[
			'image-to-video',
			{ ...lake, image_uri: 'ltx://uploads/nothing' },
			'image_uri names no file that was uploaded',
		],
		[
			'image-to-video',
			{ ...lake, image_uri: 'data:video/mp4;base64,AA' },
			'image_uri must be image',
		],
		[
			'extend',
			{ video_uri: 'https://example.com/a.mp4', duration: 12, context: 10 },
			'context and duration must not exceed 505 frames',
		],
		[
			'audio-to-video',
			{ audio_uri: 'https://example.com/a.mp3', prompt: 'x', fps: 30 },
			'fps must be one of: 24, 25, 48, 50',
		],
	])('%s: %j', async (endpoint, json, message) => {
		expect(await errorOf(json, endpoint)).toEqual([400, 'invalid_request_error', message]);
	});

	it('audio that is too short or too long for the model', async () => {
		const { behaviour } = harness.emulator.ltx;
		const json = { audio_uri: 'https://example.com/a.mp3', prompt: 'x', model: 'ltx-2-5-pro' };
		behaviour.mediaSeconds = 10;
		expect((await call('POST', '/v2/audio-to-video', json)).status).toBe(202);
		behaviour.mediaSeconds = 11;
		expect((await errorOf(json, 'audio-to-video'))[2]).toContain('from 2 to 10 seconds');
		behaviour.mediaSeconds = 1;
		expect((await errorOf(json, 'audio-to-video'))[2]).toContain('from 2 to 10 seconds');
	});
});

test.each([
	['text-to-video', lake, 0.18],
	['text-to-video', { ...lake, model: 'ltx-2-5-pro', resolution: '3840x2160' }, 2.34],
	['text-to-video', { ...lake, model: 'ltx-2-5-fast', duration: null }, 0.72],
	['image-to-video', { ...lake, image_uri: 'https://example.com/a.png' }, 0.18],
	['audio-to-video', { audio_uri: 'https://example.com/a.mp3', prompt: 'x' }, 0.8],
	['retake', { video_uri: 'https://example.com/a.mp4', start_time: 0, duration: 2 }, 0.8],
	['extend', { video_uri: 'https://example.com/a.mp4', duration: 10 }, 1.8],
	['extend', { video_uri: 'https://example.com/a.mp4', duration: 10, context: 2 }, 1.2],
	['video-to-video-hdr', { video_uri: 'https://example.com/a.mp4' }, 1.6],
	[
		'video-to-video-reframe',
		{ video_uri: 'https://example.com/a.mp4', resolution: '720x720' },
		0.8,
	],
	[
		'video-to-video-reframe',
		{ video_uri: 'https://example.com/a.mp4', resolution: '1080x1350' },
		1.6,
	],
])('%s of 8 seconds of media: %j costs %d dollars', async (endpoint, json, dollars) => {
	await submit(json, endpoint);
	expect(harness.emulator.ltx.ledger.total).toBeCloseTo(dollars, 10);
});

describe('an upload', () => {
	const place = async () => (await call<Upload>('POST', '/v1/upload')).body;

	const put = async (
		{ upload_url, required_headers }: Upload,
		{ headers = {}, body = new TextEncoder().encode('A file') } = {},
	) => {
		const type = { 'content-type': 'image/png' };
		const answer = await request(upload_url, {
			method: 'PUT',
			headers: { ...type, ...required_headers, ...headers },
			body,
		});
		await answer.body.dump();
		return answer.statusCode;
	};

	it('has a place of its own for an hour, and is kept for 24', async () => {
		const upload = await place();
		expect(upload).toEqual({
			upload_url: expect.stringContaining('/storage/ltx/uploads/') as string,
			storage_uri: expect.stringMatching(/^ltx:\/\/uploads\/[0-9a-f-]{36}$/) as string,
			expires_at: '2026-01-01T01:00:00.000Z',
			required_headers: {
				'x-goog-content-length-range': '0,209715200',
				'x-goog-if-generation-match': '0',
			},
		});
		const json = { ...lake, image_uri: upload.storage_uri };
		expect((await call('POST', '/v2/image-to-video', json)).status).toBe(400);
		expect(await put(upload)).toBe(200);
		expect(harness.emulator.uploads.map(({ bytes }) => bytes)).toEqual([6]);
		await submit(json, 'image-to-video');
		expect(await put(upload)).toBe(412);
		await harness.clock.advance(24 * HOUR_MS + 1);
		expect((await call('POST', '/v2/image-to-video', json)).status).toBe(400);
	});

	it('of another kind is not taken for an image', async () => {
		const upload = await place();
		await put(upload, { headers: { 'content-type': 'video/mp4' } });
		expect((await errorOf({ ...lake, image_uri: upload.storage_uri }, 'image-to-video'))[2]).toBe(
			'image_uri must be image, not video/mp4',
		);
	});

	it.each([
		['without a header that is required', { headers: { 'x-goog-if-generation-match': '1' } }, 403],
		['with the API key', { headers: { authorization: 'Bearer x' } }, 400],
		['of more than 200 MB', { body: new Uint8Array(200 * MB + 1) }, 400],
	])('is refused %s', async (_name, request, status) => {
		expect(await put(await place(), request)).toBe(status);
	});

	it('is refused when the place has expired, or is no place', async () => {
		const upload = await place();
		await harness.clock.advance(HOUR_MS);
		expect(await put(upload)).toBe(400);
		expect(await put({ ...upload, upload_url: `${upload.upload_url}0` })).toBe(403);
	});
});
