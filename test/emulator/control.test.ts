import type { JobView, LoggedRequest } from '.';
import { RealClock, startEmulator } from '.';
import { EMAIL, START, until, useEmulator } from './harness';
import type { EmulatorState } from './state';

const harness = useEmulator();
const { call } = harness;

const control = async <T>(method: string, path: string, json?: object) =>
	await call<T>(method, `/_emulator${path}`, { token: null, ...(json && { json }) });

describe('the controls', () => {
	it('switch faults on and off', async () => {
		const rule = {
			kind: 'status',
			status: 503,
			match: { pathPattern: '/scheduler(/|$)', method: 'GET', nth: 1, times: 2 },
		};
		expect((await control('POST', '/faults', rule)).status).toBe(204);
		expect((await call('GET', '/scheduler/available')).status).toBe(503);
		await control('DELETE', '/faults');
		expect((await call('GET', '/scheduler')).status).toBe(200);

		const path = '/v1/ltxstudio/scheduler';
		await control('POST', '/faults', { kind: 'status', status: 500, match: { path } });
		expect((await call('GET', '/scheduler/available')).status).toBe(200);
		expect((await call('GET', '/scheduler')).status).toBe(500);
	});

	it('are not touched by faults, and are in no log', async () => {
		harness.emulator.faults.add({ kind: 'resetBefore' });
		harness.emulator.behaviour.latency = 1_000;
		expect((await control('GET', '/state')).status).toBe(200);
		expect((await call('GET', '/_emulator/requests')).body).toEqual([]);
		expect(harness.exchanges).toEqual([]);
	});

	it('put the clock forward', async () => {
		const { body } = await control('POST', '/clock/advance', { ms: 5_000 });
		expect(body).toEqual({ now: START + 5_000 });
	});

	it('put real time forward', async () => {
		const emulator = await startEmulator({ clock: new RealClock() });
		try {
			const before = emulator.clock.now();
			await fetch(`${emulator.url}/_emulator/clock/advance`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: '{"ms":3600000}',
			});
			expect(emulator.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
		} finally {
			await emulator.close();
		}
	});

	it('finish and fail jobs', async () => {
		const [done, broken] = [await harness.createImage(), await harness.createImage()];
		const finished = await control<JobView>('POST', `/jobs/${done}/finish`);
		expect(finished.body).toMatchObject({ jobId: done, status: { type: 'completed' } });
		const failed = await control<JobView>('POST', `/jobs/${broken}/fail`, {
			message: 'no',
			code: 500,
		});
		expect(failed.body).toMatchObject({ status: { type: 'failed', message: 'no' }, code: 500 });
		expect((await control('POST', `/jobs/${done}/fail`)).status).toBe(400);
		expect((await control('POST', '/jobs/none/finish')).status).toBe(400);
	});

	it('change how the service behaves', async () => {
		const { body } = await control('POST', '/options', { retired: 410, jobDuration: 5 });
		expect(body).toMatchObject({ retired: 410, jobDuration: 5, subscription: true });
		expect((await call('GET', '/accounts')).status).toBe(410);
		await control('POST', '/options', { retired: null, jobDuration: null });
		expect(harness.emulator.behaviour).toMatchObject({ retired: false, jobDuration: undefined });
		expect((await control('POST', '/options', { retird: 410 })).body).toEqual({
			error: 'Unknown options: retird',
			code: 400,
		});
	});

	it('change the token', async () => {
		const { token } = harness.emulator;
		await control('POST', '/token', { token: 'user:1-another' });
		const statuses = [token, 'user:1-another'].map(
			async (each) => (await call('GET', '/scheduler', { token: each })).status,
		);
		expect(await Promise.all(statuses)).toEqual([401, 200]);
		const { status } = await call('POST', '/v1/luma/assets/nobody@example.com', { token });
		expect(status).toBe(401);
	});

	it('change accounts', async () => {
		await control('POST', '/accounts', { email: 'second@example.com', maxJobs: 2 });
		await control('POST', '/accounts', { email: EMAIL, dead: true });
		const { body } = await call('GET', '/accounts');
		expect(body).toMatchObject({
			[EMAIL]: { maxJobs: 20, error: expect.any(String) as string },
			'second@example.com': { maxJobs: 2 },
		});
	});

	it('let other programs take slots', async () => {
		await control('POST', '/occupy', { email: EMAIL, slots: 3, durationMs: 1_000 });
		expect(harness.emulator.jobs.countRunning(EMAIL)).toBe(3);
	});

	it('show everything that happened, without a secret', async () => {
		const cookie = 'lt_id=director; lt_token=top-secret; lt_refresh_token=top-secret';
		await call('POST', '/accounts', { json: { cookie } });
		const jobId = await harness.createImage({ email: EMAIL, replyUrl: 'http://127.0.0.1:9/' });
		await harness.clock.advance(8_000);
		await until(() => harness.emulator.callbacks[0]?.error !== undefined);

		const shown = await Promise.all(
			['/ledger', '/requests', '/jobs', '/callbacks', '/state'].map(
				async (path) => (await control('GET', path)).body,
			),
		);
		const [ledger, requests, jobs, callbacks, state] = shown;
		expect(ledger).toMatchObject({ entries: [{ jobId, credits: 12 }], total: 12 });
		expect((requests as LoggedRequest[]).map(({ body }) => body)).toEqual([
			{ cookie: '…' },
			expect.objectContaining({ prompt: 'a fox' }),
		]);
		expect(jobs).toMatchObject([{ id: jobId, state: 'completed' }]);
		expect(callbacks).toMatchObject([{ jobId }]);
		expect(state as EmulatorState).toMatchObject({
			now: START + 8_000,
			accounts: [{ email: EMAIL, running: 0, credits: 27_988 }, { email: 'director@example.com' }],
			jobs: [{ id: jobId, prompt: 'a fox', progress: 100 }],
			totals: { jobs: 1, requests: 2, charges: 1, refunds: 0, credits: 12 },
		});
		expect(JSON.stringify(shown)).not.toContain('top-secret');
		expect(JSON.stringify(shown)).not.toContain(harness.emulator.token);
	});
});

describe('the status page', () => {
	it('is one file that needs nothing from elsewhere', async () => {
		const response = await fetch(harness.emulator.url);
		expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
		const page = await response.text();
		expect(page).toContain('_emulator/state');
		expect(page).not.toMatch(/(src|href)="https?:/);
	});
});
