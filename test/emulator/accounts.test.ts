import { EMAIL, START, useEmulator } from './harness';

const DAY_MS = 86_400_000;
const COOKIE = 'x-country-code=CA; lt_refresh_token=r-secret; lt_id=director; lt_token=t-secret=';
const SECURED = '…secured…';

const harness = useEmulator();
const { call } = harness;

describe('POST accounts', () => {
	it('adds the account that the cookie belongs to and shows no secret', async () => {
		const { status, body } = await call('POST', '/accounts', {
			json: { cookie: COOKIE, maxJobs: 5 },
		});
		expect(status).toBe(200);
		expect(body).toEqual({
			email: 'director@example.com',
			cookie: { lt_id: 'director', lt_token: SECURED, lt_refresh_token: SECURED },
			maxJobs: 5,
			updated: START,
			updatedUTC: '2026-01-01T00:00:00.000Z',
			tokenExpire: START + 30 * DAY_MS,
			tokenExpireUTC: '2026-01-31T00:00:00.000Z',
			refreshTokenExpire: START + 90 * DAY_MS,
			refreshTokenExpireUTC: '2026-04-01T00:00:00.000Z',
		});
		const { body: all } = await call<object>('GET', '/accounts');
		expect(Object.keys(all)).toEqual([EMAIL, 'director@example.com']);
	});

	it('takes the e-mail address from an lt_id that is one', async () => {
		const cookie = 'lt_id=me@studio.example; lt_token=a; lt_refresh_token=b';
		const { body } = await call('POST', '/accounts', { json: { cookie } });
		expect(body).toMatchObject({ email: 'me@studio.example', maxJobs: 20 });
	});

	it('takes form data', async () => {
		const { body } = await call('POST', '/accounts', { form: { cookie: COOKIE, maxJobs: '7' } });
		expect(body).toMatchObject({ email: 'director@example.com', maxJobs: 7 });
	});

	it('brings a dead account back to life, with its slots and its balance', async () => {
		harness.emulator.accounts.add({ email: 'director@example.com', maxJobs: 3, credits: 50 });
		harness.emulator.accounts.edit('director@example.com', { dead: true });
		await call('POST', '/accounts', { json: { cookie: COOKIE } });
		const { body } = await call('GET', '/accounts/director@example.com');
		expect(body).toMatchObject({ maxJobs: 3, balance: { LTXStudio_token: 50 } });
		expect(body).not.toHaveProperty('error');
	});

	it.each([
		['no cookie', {}, 'cookie is required'],
		['an empty cookie', { cookie: ' ' }, 'cookie is required'],
		[
			'a cookie without its tokens',
			{ cookie: 'lt_id=director' },
			'Missing required cookie fields: lt_token | lt_refresh_token',
		],
		[
			'a cookie without an id',
			{ cookie: 'lt_token=a; lt_refresh_token=b; lt_id=' },
			'Missing required cookie fields: lt_id',
		],
		['too many slots', { cookie: COOKIE, maxJobs: 101 }, 'maxJobs must be from 1 to 100'],
		['no slot', { cookie: COOKIE, maxJobs: 0 }, 'maxJobs must be from 1 to 100'],
		['half a slot', { cookie: COOKIE, maxJobs: 1.5 }, 'maxJobs must be a whole number'],
		['an unknown parameter', { cookie: COOKIE, email: 'a@b.c' }, 'Unknown parameter email'],
	])('refuses %s', async (_name, json, error) => {
		const { status, body } = await call('POST', '/accounts', { json });
		expect([status, body]).toEqual([400, { error, code: 400 }]);
	});
});

describe('GET accounts', () => {
	it('tells all accounts by their e-mail addresses', async () => {
		harness.emulator.accounts.add({ email: 'second@example.com', maxJobs: 4 });
		const { status, body } = await call('GET', '/accounts');
		expect(status).toBe(200);
		expect(body).toMatchObject({
			[EMAIL]: { email: EMAIL, maxJobs: 20 },
			'second@example.com': { email: 'second@example.com', maxJobs: 4 },
		});
	});

	it('answers 404 when there is none', async () => {
		harness.emulator.accounts.remove(EMAIL);
		const { status, body } = await call('GET', '/accounts');
		expect([status, body]).toEqual([
			404,
			{ error: expect.stringContaining('Configuration not found') as string, code: 404 },
		]);
	});

	it('tells that a session is dead, or that its cookie has expired', async () => {
		await harness.clock.advance(90 * DAY_MS);
		const { body } = await call('GET', '/accounts');
		expect(body).toMatchObject({ [EMAIL]: { error: expect.any(String) as string } });
	});
});

describe('GET accounts/email', () => {
	it('tells the balance, and when something was last paid for', async () => {
		const before = await call('GET', `/accounts/${encodeURIComponent(EMAIL)}`);
		expect(before.body).toMatchObject({ balance: { LTXStudio_token: 28_000 } });
		expect(before.body).not.toHaveProperty('latestCreatedAtMs');

		await harness.clock.advance(1_000);
		await harness.createImage();
		const after = await call('GET', `/accounts/${EMAIL}`);
		expect(after.body).toMatchObject({
			balance: { LTXStudio_token: 27_988 },
			latestCreatedAtMs: { LTXStudio_token: START + 1_000 },
		});
	});

	it('answers 404 for an unknown address', async () => {
		const { status, body } = await call('GET', '/accounts/nobody@example.com');
		expect([status, body]).toEqual([
			404,
			{ error: 'Unable to find configuration for email nobody@example.com', code: 404 },
		]);
	});
});

describe('DELETE accounts/email', () => {
	it('forgets the account', async () => {
		const { status, body } = await call('DELETE', `/accounts/${EMAIL}`);
		expect([status, body]).toEqual([204, undefined]);
		expect((await call('GET', `/accounts/${EMAIL}`)).status).toBe(404);
	});

	it('answers 404 for an unknown address', async () => {
		expect((await call('DELETE', '/accounts/nobody@example.com')).status).toBe(404);
	});
});

describe('several accounts', () => {
	const emails = [EMAIL, 'second@example.com', 'third@example.com'];
	const submit = async (json: object = {}) =>
		await call<{ jobId?: string }>('POST', '/images/create', { json: { prompt: 'x', ...json } });

	beforeEach(() => {
		for (const email of emails) harness.emulator.accounts.add({ email, maxJobs: 4 });
	});

	const running = () => emails.map((email) => harness.emulator.jobs.countRunning(email));

	it('picks one that has a free slot, until none has', async () => {
		harness.emulator.accounts.edit(EMAIL, { maxJobs: 1 });
		for (let count = 0; count < 9; count++) expect((await submit()).status).toBe(200);
		expect(running()).toEqual([1, 4, 4]);
		expect((await submit()).status).toBe(429);
	});

	it('uses each of them, the same ones for the same seed', async () => {
		for (let count = 0; count < 6; count++) await submit();
		expect(running().reduce((sum, count) => sum + count)).toBe(6);
		expect(running().filter((count) => count > 0).length).toBeGreaterThan(1);
	});

	it('uses the one that is named, and no other when that is full', async () => {
		for (let count = 0; count < 4; count++) {
			const { body } = await submit({ email: 'second@example.com' });
			expect(body.jobId).toMatch(/^email:second@example\.com-job:/);
		}
		expect((await submit({ email: 'second@example.com' })).status).toBe(429);
	});

	it('leaves dead ones aside, unless all are dead', async () => {
		harness.emulator.accounts.edit(EMAIL, { dead: true });
		harness.emulator.accounts.edit('third@example.com', { dead: true });
		for (let count = 0; count < 4; count++) expect((await submit()).status).toBe(200);
		expect(running()).toEqual([0, 4, 0]);
		harness.emulator.accounts.edit('second@example.com', { dead: true });
		expect((await submit()).status).toBe(596);
	});

	it('can insist on an e-mail address', async () => {
		harness.emulator.behaviour.requireEmail = true;
		const error = 'email is required when several accounts are configured';
		for (const [method, path, options] of [
			['POST', '/images/create', { json: { prompt: 'x' } }],
			['GET', '/assets/', {}],
			['POST', '/assets/', { file: { bytes: Buffer.from('x'), type: 'image/png' } }],
		] as const) {
			const { status, body } = await call(method, path, options);
			expect([status, body]).toEqual([400, { error, code: 400 }]);
		}
		expect((await submit({ email: EMAIL })).status).toBe(200);

		for (const email of emails.slice(1)) harness.emulator.accounts.remove(email);
		expect((await submit()).status).toBe(200);
	});

	it('answers 404 for a call of an unknown one, or of none at all', async () => {
		expect((await submit({ email: 'nobody@example.com' })).body).toEqual({
			error: 'Unable to find configuration for email nobody@example.com',
			code: 404,
		});
		for (const email of emails) harness.emulator.accounts.remove(email);
		expect((await submit()).status).toBe(404);
	});

	it('answers 596 for a dead one', async () => {
		harness.emulator.accounts.edit(EMAIL, { dead: true });
		const { status, body } = await submit({ email: EMAIL });
		expect([status, body]).toEqual([
			596,
			{ error: expect.stringContaining('no longer valid') as string, code: 596 },
		]);
		expect((await call('GET', `/assets/?email=${EMAIL}`)).status).toBe(596);
	});
});
