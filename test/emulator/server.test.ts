import { startEmulator } from '.';
import { EMAIL, useEmulator } from './harness';

const harness = useEmulator();
const { call } = harness;

describe('authorization', () => {
	it.each([
		['none', null],
		['a wrong one', 'user:1-wrong'],
		['one without its prefix', '1234-emulatedTokenForTests'],
	])('refuses a call with %s as its token', async (_name, token) => {
		for (const path of ['/accounts', '/scheduler', '/assets/', '/v2/account']) {
			const { status, body } = await call('GET', path, { token });
			expect([status, body]).toEqual([401, { error: 'Unauthorized', code: 401 }]);
		}
	});

	it('refuses every call without a subscription', async () => {
		harness.emulator.behaviour.subscription = false;
		const { status, body } = await call('GET', '/accounts');
		expect([status, body]).toEqual([402, { error: 'Subscription required', code: 402 }]);
	});
});

describe('endpoints that are not there', () => {
	it('says so', async () => {
		for (const path of ['/v1/ltxstudio/nothing', '/v1/runwayml/assets', '/v2/accounts']) {
			const { status, body } = await call('GET', path);
			expect([status, body]).toEqual([404, { error: 'Endpoint not found' }]);
		}
	});

	it.each([404, 410] as const)(
		'says so of the whole API once it is retired, with %d',
		async (code) => {
			harness.emulator.behaviour.retired = code;
			for (const path of ['/accounts', '/scheduler/available', '/assets/?limit=1']) {
				const { status, body } = await call('GET', path);
				expect([status, body]).toEqual([code, { error: 'Endpoint not found' }]);
			}
			expect((await call('GET', '/v2/account')).status).toBe(200);
		},
	);
});

describe('bodies', () => {
	it('takes form data in place of JSON', async () => {
		const form = { prompt: 'a fox', seed: '7', reference_strength: '40', maxJobs: '3' };
		expect((await call('POST', '/images/create', { form })).status).toBe(200);
		expect(harness.emulator.jobs.all[0]?.parameters).toEqual({
			prompt: 'a fox',
			seed: 7,
			reference_strength: 40,
			maxJobs: 3,
		});
	});

	it('reads what a form field stands for, and refuses what it does not', async () => {
		const startAssetId = await harness.upload('image');
		const fields = { prompt: 'go', startAssetId };
		const sent = await call('POST', '/videos/ltx-create', {
			form: { ...fields, audioSFX: 'true' },
		});
		expect(sent.status).toBe(200);
		expect(harness.emulator.jobs.all[0]?.parameters.audioSFX).toBe(true);
		const wrongFields: Array<Record<string, string>> = [
			{ audioSFX: 'yes' },
			{ seed: 'one' },
			{ seed: '' },
		];
		for (const wrong of wrongFields) {
			const { status } = await call('POST', '/videos/ltx-create', {
				form: { ...fields, ...wrong },
			});
			expect(status).toBe(400);
		}
	});

	it.each([
		['that is no JSON', '{"prompt":'],
		['that is empty', ''],
		['that is a list', '["prompt"]'],
		['that is null', 'null'],
	])('refuses a body %s', async (_name, text) => {
		const { status, body } = await call('POST', '/images/create', {
			file: { bytes: Buffer.from(text), type: 'application/json' },
		});
		expect([status, body]).toEqual([400, { error: expect.any(String) as string, code: 400 }]);
	});

	it('refuses another type of body', async () => {
		const file = { bytes: Buffer.from('prompt=fox'), type: 'application/x-www-form-urlencoded' };
		expect((await call('POST', '/images/create', { file })).status).toBe(400);
	});

	it('takes a JSON type without a body where none is needed', async () => {
		const headers = { 'content-type': 'application/json' };
		expect((await call('DELETE', `/accounts/${EMAIL}`, { headers })).status).toBe(204);
	});
});

describe('what is told of a request', () => {
	it('logs it without its token', async () => {
		await call('GET', '/assets/?limit=1');
		await call('POST', '/images/create', { json: { prompt: 'a fox' } });
		const common = { time: harness.clock.now(), status: 200 };
		const authorization = 'Bearer …';
		expect(harness.emulator.requests).toEqual([
			{
				...common,
				method: 'GET',
				path: '/v1/ltxstudio/assets/',
				query: { limit: '1' },
				headers: expect.objectContaining({ authorization }) as object,
				body: undefined,
				bytes: 0,
			},
			{
				...common,
				method: 'POST',
				path: '/v1/ltxstudio/images/create',
				query: {},
				headers: expect.objectContaining({ authorization }) as object,
				body: { prompt: 'a fox' },
				bytes: Buffer.byteLength('{"prompt":"a fox"}'),
			},
		]);
	});

	it('reports both sides of an exchange', async () => {
		await call('GET', '/assets/?limit=1');
		expect(harness.exchanges).toEqual([
			{
				request: {
					method: 'GET',
					path: '/v1/ltxstudio/assets/',
					query: { limit: '1' },
					headers: expect.objectContaining({
						authorization: `Bearer ${harness.emulator.token}`,
					}) as object,
				},
				response: {
					status: 200,
					headers: expect.objectContaining({
						'content-type': 'application/json; charset=utf-8',
					}) as object,
					body: expect.objectContaining({ items: [] }) as object,
				},
				fault: false,
			},
		]);
	});

	it('reports the type and no content of an upload', async () => {
		await call('POST', '/assets/', { file: { bytes: Buffer.from('x'), type: 'image/png' } });
		expect(harness.exchanges[0]?.request).toMatchObject({ contentType: 'image/png' });
		expect(harness.exchanges[0]?.request).not.toHaveProperty('body');
	});
});

describe('the seed', () => {
	it('decides on all ids', async () => {
		const idWithSeed = async (seed: number) => {
			await harness.emulator.close();
			harness.emulator = await startEmulator({ clock: harness.clock, seed });
			return await harness.createImage();
		};
		const first = await idWithSeed(7);
		expect(await idWithSeed(7)).toBe(first);
		expect(await idWithSeed(8)).not.toBe(first);
	});
});
