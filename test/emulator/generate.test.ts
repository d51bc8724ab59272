import { EMAIL, START, until, useEmulator } from './harness';
import { prices } from './products';

const harness = useEmulator();
const { call } = harness;

const OTHER_EMAIL = 'second@example.com';
const SUBMITTED = {
	jobId: expect.stringMatching(/^email:creator@example\.com-job:[0-9a-f-]{36}-type:/) as string,
	generationId: expect.stringMatching(/^gen_[0-9a-f]{12}$/) as string,
};
const TOO_LONG = 'x'.repeat(2001);

/** Submits and expects the refusal; nothing may have been charged for. */
async function expectRefusal(path: string, json: object, error: string): Promise<void> {
	const { status, body } = await call('POST', path, { json });
	expect([status, body]).toEqual([400, { error, code: 400 }]);
	expect(harness.emulator.ledger.entries).toEqual([]);
	expect(harness.emulator.jobs.all).toEqual([]);
}

const submit = async (path: string, json: object) =>
	await call<{ jobId: string }>('POST', path, { json });

describe('POST images/create', () => {
	const path = '/images/create';
	const prompt = 'a fox';

	it('takes every parameter', async () => {
		const { status, body } = await submit(path, {
			email: EMAIL,
			prompt,
			location: 'a forest',
			weather: 'rain',
			lighting: 'soft',
			aspectRatio: '9:16',
			referenceAssetId: await harness.upload('reference-image'),
			reference_strength: 100,
			style: '3d_cartoon',
			shotType: 'close-up',
			shotAngle: 'birds-eye-view',
			seed: 0,
			model: 'flux',
			maxJobs: 100,
			replyRef: 'mine',
		});
		expect([status, body]).toEqual([200, SUBMITTED]);
		expect(body.jobId).toMatch(/-type:image$/);
	});

	it.each(['flux-create', 'create'])('is there under the name of %s', async (name) => {
		expect((await submit(`/images/${name}`, { prompt })).status).toBe(200);
	});

	it.each([
		['without a prompt', {}, 'prompt is required'],
		['with an empty prompt', { prompt: ' \n' }, 'prompt is required'],
		[
			'with a prompt that is too long',
			{ prompt: TOO_LONG },
			'prompt must not be longer than 2000 characters',
		],
		[
			'with a location that is too long',
			{ prompt, location: TOO_LONG },
			'location must not be longer than 2000 characters',
		],
		[
			'with weather that is too long',
			{ prompt, weather: TOO_LONG },
			'weather must not be longer than 2000 characters',
		],
		[
			'with lighting that is too long',
			{ prompt, lighting: TOO_LONG },
			'lighting must not be longer than 2000 characters',
		],
		['with a number as its prompt', { prompt: 5 }, 'prompt must be a string'],
		[
			'with another ratio',
			{ prompt, aspectRatio: '4:3' },
			'aspectRatio must be one of: 16:9, 9:16, 1:1',
		],
		[
			'with another model',
			{ prompt, model: 'x' },
			'model must be one of: flux, flux-premium, nano-banana',
		],
		['with a broken seed', { prompt, seed: 1.5 }, 'seed must be a whole number'],
		['with text as its seed', { prompt, seed: '1' }, 'seed must be a whole number'],
		[
			'with too much strength',
			{ prompt, reference_strength: 101 },
			'reference_strength must be from 0 to 100',
		],
		[
			'with negative strength',
			{ prompt, reference_strength: -1 },
			'reference_strength must be from 0 to 100',
		],
		[
			'with another angle',
			{ prompt, shotAngle: 'sideways' },
			'shotAngle must be one of: eye-level, low-angle, over-the-shoulder, overhead, birds-eye-view',
		],
		['with too many polls', { prompt, pollForResult: 21 }, 'pollForResult must be from 1 to 20'],
		['with no poll', { prompt, pollForResult: 0 }, 'pollForResult must be from 1 to 20'],
		['with too many jobs', { prompt, maxJobs: 101 }, 'maxJobs must be from 1 to 100'],
		[
			'with a reply URL that is too long',
			{ prompt, replyUrl: `http://a.example/${'x'.repeat(1024)}` },
			'replyUrl must not be longer than 1024 characters',
		],
		[
			'with a reply URL that is none',
			{ prompt, replyUrl: 'a.example' },
			'replyUrl must be an http or https URL',
		],
		[
			'with a reply URL of another scheme',
			{ prompt, replyUrl: 'ftp://a.example' },
			'replyUrl must be an http or https URL',
		],
		[
			'with an asset that is not there',
			{ prompt, referenceAssetId: 'asset:none-type:image/png' },
			`referenceAssetId: account ${EMAIL} has no asset asset:none-type:image/png`,
		],
		['with an unknown parameter', { prompt, duration: '3' }, 'Unknown parameter duration'],
	])('refuses a call %s', async (_name, json, error) => {
		await expectRefusal(path, json, error);
	});

	it.each(['flux-premium', 'nano-banana'])('refuses what %s cannot use', async (model) => {
		for (const [name, value] of [
			['referenceAssetId', 'asset:any-type:image/png'],
			['reference_strength', 50],
			['style', 'anime'],
		] as const) {
			const json = { prompt, model, [name]: value };
			await expectRefusal(path, json, `${name} is not supported by model ${model}`);
		}
	});

	it('takes a prompt of the greatest length', async () => {
		expect((await submit(path, { prompt: 'x'.repeat(2000) })).status).toBe(200);
	});
});

describe('POST images/edit', () => {
	const path = '/images/edit';
	const prompt = 'at night';

	it.each([
		['flux', 2, true],
		['flux-premium', 3, true],
		['nano-banana', 3, false],
	])('takes all that %s can use', async (model, references, hasRatio) => {
		const names = ['referenceAssetId', 'referenceAssetId2', 'referenceAssetId3'];
		const assets: Record<string, string> = {};
		for (const name of names.slice(0, references)) {
			assets[name] = await harness.upload('reference-image');
		}
		const ratio = hasRatio ? { aspectRatio: '1:1' } : {};
		const { status, body } = await submit(path, { prompt, model, ...assets, ...ratio });
		expect([status, body]).toEqual([200, SUBMITTED]);
	});

	it.each([
		['without a prompt', { referenceAssetId: 'x' }, 'prompt is required'],
		['without a picture', { prompt }, 'referenceAssetId is required'],
		['with an empty picture', { prompt, referenceAssetId: '' }, 'referenceAssetId is required'],
		[
			'with a third picture and flux',
			{ prompt, referenceAssetId: 'x', referenceAssetId3: 'y' },
			'referenceAssetId3 is not supported by model flux',
		],
		[
			'with a ratio and nano-banana',
			{ prompt, referenceAssetId: 'x', model: 'nano-banana', aspectRatio: '1:1' },
			'aspectRatio is not supported by model nano-banana',
		],
		['with a style', { prompt, referenceAssetId: 'x', style: 'pop' }, 'Unknown parameter style'],
	])('refuses a call %s', async (_name, json, error) => {
		await expectRefusal(path, json, error);
	});
});

describe('POST images/upscale', () => {
	const path = '/images/upscale';

	it('takes a finished picture and makes a larger one of it', async () => {
		const jobId = await harness.createImage({ aspectRatio: '1:1' });
		await harness.clock.advance(10_000);
		const { status, body } = await submit(path, { jobId });
		expect([status, body]).toEqual([200, SUBMITTED]);
		expect(harness.emulator.jobs.get(body.jobId)?.look).toEqual({
			text: 'a fox',
			ratio: '1:1',
			scale: 2,
		});
	});

	it('refuses a call without a job', async () => {
		await expectRefusal(path, {}, 'jobId is required');
	});

	it('refuses jobs that are unknown, unfinished, videos, cancelled or of another account', async () => {
		harness.emulator.accounts.add({ email: OTHER_EMAIL });
		const startAssetId = await harness.upload('image', EMAIL);
		const video = await submit('/videos/ltx-create', { prompt: 'x', startAssetId, email: EMAIL });
		const foreign = await harness.createImage({ email: OTHER_EMAIL });
		const cancelled = await harness.createImage({ email: EMAIL });
		await call('DELETE', `/scheduler/${cancelled}`);
		await harness.clock.advance(60_000);
		const active = await harness.createImage({ email: EMAIL });
		const unknown = active.replace(/job:.{8}/, 'job:00000000');

		for (const jobId of [unknown, active, video.body.jobId, foreign, cancelled]) {
			const { status, body } = await submit(path, { jobId, email: EMAIL });
			const error = `jobId: account ${EMAIL} has no completed image job ${jobId}`;
			expect([status, body]).toEqual([400, { error, code: 400 }]);
		}
	});
});

describe('POST videos/ltx-create', () => {
	const path = '/videos/ltx-create';
	const prompt = 'a river';

	it.each([
		['a start frame', ['startAssetId']],
		['an end frame', ['endAssetId']],
		['both', ['startAssetId', 'endAssetId']],
	])('takes %s', async (_name, names) => {
		const assets: Record<string, string> = {};
		for (const name of names) assets[name] = await harness.upload('image');
		const { status, body } = await submit(path, { prompt, ...assets });
		expect([status, body]).toEqual([200, SUBMITTED]);
		expect(body.jobId).toMatch(/-type:video$/);
	});

	it.each(['3', '5', '7', '9', '15', '30'])('takes a duration of %s', async (duration) => {
		const startAssetId = await harness.upload('image');
		const json = { prompt, startAssetId, duration, model: 'ltxv' };
		expect((await submit(path, json)).status).toBe(200);
	});

	it.each([
		['without a frame', { prompt }, 'startAssetId or endAssetId is required'],
		['without a prompt', { startAssetId: 'x' }, 'prompt is required'],
		[
			'with another duration',
			{ prompt, startAssetId: 'x', duration: '4' },
			'duration must be one of: 3, 5, 7, 9, 15, 30',
		],
		[
			'with another intensity',
			{ prompt, startAssetId: 'x', intensity: 'extreme' },
			'intensity must be one of: low, medium, high',
		],
		[
			'with another model',
			{ prompt, startAssetId: 'x', model: 'veo2' },
			'model must be one of: ltxv, ltxv-turbo',
		],
		[
			'with text for a switch',
			{ prompt, startAssetId: 'x', audioSFX: 'true' },
			'audioSFX must be true or false',
		],
	])('refuses a call %s', async (_name, json, error) => {
		await expectRefusal(path, json, error);
	});
});

describe('POST videos/veo-create', () => {
	const path = '/videos/veo-create';

	it('makes a Veo 2 video from a start frame alone', async () => {
		const startAssetId = await harness.upload('reference-image');
		const { status, body } = await submit(path, {
			startAssetId,
			duration: '6',
			aspectRatio: '9:16',
		});
		expect([status, body]).toEqual([200, SUBMITTED]);
	});

	it.each(['veo3', 'veo3-fast'])('makes a %s video from text alone', async (model) => {
		const json = { model, prompt: 'a river', resolution: '720p', duration: '8', audioSFX: true };
		expect((await submit(path, json)).status).toBe(200);
	});

	it.each([
		['veo2 without a start frame', {}, 'startAssetId is required by model veo2'],
		[
			'a resolution for veo2',
			{ startAssetId: 'x', resolution: '720p' },
			'resolution is not supported by model veo2',
		],
		[
			'a duration that veo3 lacks',
			{ model: 'veo3', duration: '5' },
			'duration of model veo3 must be one of: 8',
		],
		[
			'a ratio that veo3-fast lacks',
			{ model: 'veo3-fast', aspectRatio: '9:16' },
			'aspectRatio of model veo3-fast must be one of: 16:9',
		],
		[
			'a ratio that no model has',
			{ startAssetId: 'x', aspectRatio: '1:1' },
			'aspectRatio must be one of: 16:9, 9:16',
		],
		['an end frame', { endAssetId: 'x' }, 'Unknown parameter endAssetId'],
	])('refuses %s', async (_name, json, error) => {
		await expectRefusal(path, json, error);
	});
});

describe('assets', () => {
	it('have to be uploaded for what they are used for', async () => {
		const image = await harness.upload('image');
		const reference = await harness.upload('reference-image');
		const wrong: Array<[string, object, string]> = [
			['/videos/ltx-create', { prompt: 'x', startAssetId: reference }, 'startAssetId'],
			['/videos/ltx-create', { prompt: 'x', endAssetId: reference }, 'endAssetId'],
			['/videos/veo-create', { startAssetId: image }, 'startAssetId'],
			['/images/create', { prompt: 'x', referenceAssetId: image }, 'referenceAssetId'],
			['/images/edit', { prompt: 'x', referenceAssetId: image }, 'referenceAssetId'],
		];
		for (const [path, json, name] of wrong) {
			const type = path === '/videos/ltx-create' ? 'image' : 'reference-image';
			await expectRefusal(
				path,
				json,
				`${name} must be an asset that was uploaded with type=${type}`,
			);
		}
	});

	it('may be generated pictures everywhere, and videos nowhere', async () => {
		const results: string[] = [];
		const startAssetId = await harness.upload('image');
		for (const [path, json] of [
			['/images/create', { prompt: 'x' }],
			['/videos/ltx-create', { prompt: 'x', startAssetId }],
		] as const) {
			const { body } = await submit(path, json);
			await harness.clock.advance(60_000);
			results.push(harness.emulator.jobs.get(body.jobId)?.artifact?.fileId ?? '');
		}
		const [picture = '', video = ''] = results;
		for (const [path, name] of [
			['/videos/ltx-create', 'startAssetId'],
			['/videos/veo-create', 'startAssetId'],
			['/images/create', 'referenceAssetId'],
			['/images/edit', 'referenceAssetId'],
		] as const) {
			expect((await submit(path, { prompt: 'x', [name]: picture })).status).toBe(200);
			expect((await submit(path, { prompt: 'x', [name]: video })).body).toEqual({
				error: `${name} must be an image, not video/mp4`,
				code: 400,
			});
		}
	});

	it('have to be in the account that does the work', async () => {
		harness.emulator.accounts.add({ email: OTHER_EMAIL });
		const startAssetId = await harness.upload('image', OTHER_EMAIL);
		await expectRefusal(
			'/videos/ltx-create',
			{ prompt: 'x', startAssetId, email: EMAIL },
			`startAssetId: account ${EMAIL} has no asset ${startAssetId}`,
		);
		const { status } = await submit('/videos/ltx-create', {
			prompt: 'x',
			startAssetId,
			email: OTHER_EMAIL,
		});
		expect(status).toBe(200);
	});
});

describe('what it costs', () => {
	it('follows the prices of the vendor, at 0.00125 dollars a credit', () => {
		expect(prices).toMatchObject({ flux: 12, 'ltxv-turbo': 20, ltxv: 65, veo2: 903 });
	});

	it('is charged at once and written to the ledger', async () => {
		await harness.clock.advance(500);
		const startAssetId = await harness.upload('reference-image');
		const { body } = await submit('/videos/veo-create', { startAssetId, replyRef: 'mine' });
		const { emulator } = harness;
		expect(emulator.ledger.entries).toEqual([
			{
				time: START + 500,
				kind: 'charge',
				jobId: body.jobId,
				email: EMAIL,
				credits: 903,
				replyRef: 'mine',
				endpoint: 'videos/veo-create',
			},
		]);
		expect(emulator.accounts.get(EMAIL)?.credits).toBe(28_000 - 903);
	});

	it('is counted by reply reference', async () => {
		for (const replyRef of ['a', 'b', 'a']) await harness.createImage({ replyRef });
		await harness.createImage();
		const counts = [...harness.emulator.ledger.chargesByReference()].map(([reference, charges]) => [
			reference,
			charges.length,
		]);
		expect(counts).toEqual([
			['a', 2],
			['b', 1],
			[undefined, 1],
		]);
		expect(harness.emulator.ledger.total).toBe(48);
	});

	it('has to be there', async () => {
		harness.emulator.accounts.edit(EMAIL, { credits: 11 });
		const { status, body } = await submit('/images/create', { prompt: 'x' });
		expect([status, body]).toEqual([402, { error: 'Insufficient credits', code: 402 }]);
		expect(harness.emulator.ledger.entries).toEqual([]);
		harness.emulator.accounts.edit(EMAIL, { credits: 12 });
		expect((await submit('/images/create', { prompt: 'x' })).status).toBe(200);
		expect(harness.emulator.accounts.get(EMAIL)?.credits).toBe(0);
	});

	it('is nothing when moderation refuses the prompt', async () => {
		const { status, body } = await submit('/images/create', { prompt: 'a [moderated] fox' });
		expect([status, body]).toEqual([
			422,
			{ error: 'The prompt was refused by content moderation', code: 422 },
		]);
		expect(harness.emulator.ledger.entries).toEqual([]);
	});
});

describe('slots', () => {
	beforeEach(() => {
		harness.emulator.accounts.edit(EMAIL, { maxJobs: 2 });
	});

	const fill = async () => {
		for (let count = 0; count < 2; count++) await harness.createImage();
	};

	it('are refused once they are full, and free again when a job ends', async () => {
		await fill();
		const { status, headers, body } = await submit('/images/create', { prompt: 'x' });
		expect([status, body]).toEqual([
			429,
			{ error: `Account ${EMAIL} has no free slot`, code: 429 },
		]);
		expect(headers.has('retry-after')).toBe(false);
		expect(harness.emulator.ledger.charges).toHaveLength(2);

		await harness.clock.advance(8_000);
		expect((await submit('/images/create', { prompt: 'x' })).status).toBe(200);
	});

	it('can be told apart by the call itself', async () => {
		await fill();
		expect((await submit('/images/create', { prompt: 'x', maxJobs: 3 })).status).toBe(200);
		expect((await submit('/images/create', { prompt: 'x', maxJobs: 3 })).status).toBe(429);
		expect((await submit('/images/create', { prompt: 'x', maxJobs: 1 })).status).toBe(429);
	});

	it.each([
		['seconds', '6'],
		['date', new Date(START + 8_000).toUTCString()],
	] as const)('tell in %s when the next is free', async (retryAfter, expected) => {
		harness.emulator.behaviour.retryAfter = retryAfter;
		await fill();
		await harness.clock.advance(2_000);
		const { headers } = await submit('/images/create', { prompt: 'x' });
		expect(headers.get('retry-after')).toBe(expected);
	});

	it('can be taken by other programs', async () => {
		harness.emulator.occupy(EMAIL, 2, { durationMs: 1_000 });
		expect((await submit('/images/create', { prompt: 'x' })).status).toBe(429);
		await harness.clock.advance(1_000);
		expect((await submit('/images/create', { prompt: 'x' })).status).toBe(200);

		const [foreign] = harness.emulator.occupy(EMAIL, 1);
		await harness.clock.advance(1_000);
		expect((await submit('/images/create', { prompt: 'x' })).status).toBe(429);
		harness.emulator.jobs.finish(foreign?.id ?? '');
		expect((await submit('/images/create', { prompt: 'x' })).status).toBe(200);
		expect(harness.emulator.ledger.charges).toHaveLength(2);
	});
});

describe('pollForResult', () => {
	const poll = (pollForResult: number, more: object = {}) => {
		const answer = submit('/images/create', { prompt: 'x', pollForResult, ...more });
		let isDone = false;
		void answer.finally(() => {
			isDone = true;
		});
		return { answer, isDone: () => isDone };
	};

	/** Moves the clock by one attempt, once the emulator holds the request for it. */
	const attempt = async () => {
		const { activity } = harness.emulator;
		await until(() => activity.held > 0);
		await harness.clock.advance(3_000);
	};

	it('answers with the result when the job ends in time', async () => {
		const { answer, isDone } = poll(5, { replyRef: 'mine' });
		await attempt();
		await attempt();
		expect(isDone()).toBe(false);
		await attempt();
		const { status, body } = await answer;
		expect(status).toBe(200);
		expect(body).toMatchObject({
			status: { type: 'completed', progress: 100, artifact: { asset: { mimeType: 'image/png' } } },
			replyRef: 'mine',
			code: 200,
		});
		expect(harness.clock.now()).toBe(START + 9_000);
	});

	it('answers with the job when it does not', async () => {
		const { answer } = poll(2);
		await attempt();
		await attempt();
		expect((await answer).body).toEqual(SUBMITTED);
	});

	it('answers with the failure of a job that fails', async () => {
		const { answer } = poll(20, { prompt: 'x [fail: no idea]' });
		for (let count = 0; count < 3; count++) await attempt();
		expect((await answer).body).toMatchObject({ status: { type: 'failed', message: 'no idea' } });
	});

	it.each([true, false])('lists the job meanwhile when told to: %p', async (listWhilePolling) => {
		harness.emulator.behaviour.listWhilePolling = listWhilePolling;
		const { answer } = poll(1);
		await until(() => harness.emulator.activity.held > 0);
		const listed = async () => (await call<unknown[]>('GET', '/scheduler')).body.length;
		expect(await listed()).toBe(listWhilePolling ? 1 : 0);
		const { body } = await call('GET', '/scheduler/available');
		expect(body).toMatchObject({ available: [{ executing: 1 }] });
		await attempt();
		await answer;
		expect(await listed()).toBe(1);
	});

	it('stops when the client goes, and keeps the job', async () => {
		const { activity, jobs, token, url } = harness.emulator;
		const abort = new AbortController();
		const answer = fetch(`${url}/v1/ltxstudio/images/create`, {
			method: 'POST',
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			body: JSON.stringify({ prompt: 'x', pollForResult: 20 }),
			signal: abort.signal,
		});
		await until(() => activity.held > 0);
		abort.abort();
		await expect(answer).rejects.toThrow('aborted');
		await until(() => activity.open === 0);
		expect(activity.held).toBe(0);
		expect(jobs.all).toMatchObject([{ state: 'active', isPolled: false }]);
		expect(harness.emulator.requests.at(-1)?.status).toBe(0);
	});
});
