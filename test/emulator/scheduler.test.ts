import { EMAIL, START, useEmulator } from './harness';

const harness = useEmulator();
const { call } = harness;

const OTHER_EMAIL = 'second@example.com';
const REPLY_URL = 'http://127.0.0.1:9/hook?a=1';

const listed = async () =>
	(await call<Array<{ jobId: string }>>('GET', '/scheduler')).body.map(({ jobId }) => jobId);

describe('GET scheduler', () => {
	it('is empty when nothing runs', async () => {
		const { status, body } = await call('GET', '/scheduler');
		expect([status, body]).toEqual([200, []]);
	});

	it('lists running jobs with their references until they end', async () => {
		const first = await harness.createImage({ replyUrl: REPLY_URL, replyRef: 'mine' });
		await harness.clock.advance(5_000);
		const second = await harness.createImage();
		await harness.clock.advance(1_500);
		expect((await call('GET', '/scheduler')).body).toEqual([
			{
				jobId: first,
				email: EMAIL,
				started: '2026-01-01T00:00:00.000Z',
				elapsed: '00:06',
				replyUrl: REPLY_URL,
				replyRef: 'mine',
			},
			{ jobId: second, email: EMAIL, started: '2026-01-01T00:00:05.000Z', elapsed: '00:01' },
		]);
		await harness.clock.advance(1_500);
		expect(await listed()).toEqual([second]);
	});

	it.each([
		{ slotsLag: false, executing: [2, 2, 2, 0, 0, 0] },
		{ slotsLag: true, executing: [0, 2, 2, 2, 2, 0] },
	])('may be late with what starts and ends, and so may the slots: $slotsLag', async (late) => {
		const { slotsLag } = late;
		const lags = { listedAfter: 1_000, listedBeyond: 2_000, slotsLag };
		Object.assign(harness.emulator.behaviour, lags);
		await harness.createImage();
		harness.emulator.occupy(EMAIL, 1, { durationMs: 8_000 });
		const seen: unknown[] = [];
		for (const ms of [999, 1, 6_999, 1, 1_999, 1]) {
			await harness.clock.advance(ms);
			const { body } = await call('GET', '/scheduler/available');
			const { executing, available } = body as {
				executing: object[];
				available: Array<{ executing: number }>;
			};
			expect(await listed()).toHaveLength(executing.length);
			seen.push([executing.length, available.map((account) => account.executing)]);
		}
		const listedJobs = [0, 2, 2, 2, 2, 0];
		expect(seen).toEqual(listedJobs.map((count, index) => [count, [late.executing[index]]]));
	});

	it('tells minutes as well, also more than 99 of them', async () => {
		harness.emulator.occupy(EMAIL, 1);
		for (const [now, elapsed] of [
			[START + 225_000, '03:45'],
			[START + 6_003_000, '100:03'],
		] as const) {
			await harness.clock.advance(now - harness.clock.now());
			expect((await call('GET', '/scheduler')).body).toMatchObject([{ elapsed }]);
		}
	});
});

describe('GET scheduler/available', () => {
	it('tells the free slots of each account', async () => {
		harness.emulator.accounts.add({ email: OTHER_EMAIL, maxJobs: 3 });
		const jobId = await harness.createImage({ email: EMAIL });
		harness.emulator.occupy(OTHER_EMAIL, 2);
		harness.emulator.accounts.edit(OTHER_EMAIL, { maxJobs: 1 });
		const { status, body } = await call('GET', '/scheduler/available');
		expect(status).toBe(200);
		expect(body).toMatchObject({
			executing: [{ jobId }, { email: OTHER_EMAIL }, { email: OTHER_EMAIL }],
			available: [
				{ email: EMAIL, maxJobs: 20, executing: 1, available: 19 },
				{ email: OTHER_EMAIL, maxJobs: 1, executing: 2, available: 0 },
			],
		});
	});

	it('tells nothing of accounts when there are none', async () => {
		harness.emulator.accounts.remove(EMAIL);
		expect((await call('GET', '/scheduler/available')).body).toEqual({
			executing: [],
			available: [],
		});
	});
});

describe('DELETE scheduler/jobId', () => {
	it('stops following a job, which goes on and stays paid for', async () => {
		const jobId = await harness.createImage({ replyUrl: REPLY_URL });
		const { status, body } = await call('DELETE', `/scheduler/${encodeURIComponent(jobId)}`);
		expect([status, body]).toEqual([204, undefined]);
		expect(await listed()).toEqual([]);
		expect((await call('GET', `/assets/${jobId}`)).status).toBe(404);
		expect((await call('GET', '/scheduler/available')).body).toMatchObject({
			available: [{ executing: 0 }],
		});

		await harness.clock.advance(8_000);
		const { jobs, ledger, callbacks } = harness.emulator;
		expect(jobs.get(jobId)).toMatchObject({ state: 'completed', isTracked: false });
		expect([ledger.charges.length, ledger.refunds.length, callbacks]).toEqual([1, 0, []]);
		const { body: page } = await call<{ items: Array<{ jobId?: string }> }>('GET', '/assets/');
		expect(page.items.map((item) => item.jobId)).toEqual([undefined]);
	});

	it('answers 404 for jobs that do not run', async () => {
		const cancelled = await harness.createImage();
		await call('DELETE', `/scheduler/${cancelled}`);
		const ended = await harness.createImage();
		await harness.clock.advance(8_000);
		const unknown = ended.replace(/job:.{8}/, 'job:00000000');
		for (const jobId of [cancelled, ended, unknown]) {
			const { status, body } = await call('DELETE', `/scheduler/${jobId}`);
			const error = `Unable to locate running jobId ${jobId}`;
			expect([status, body]).toEqual([404, { error, code: 404 }]);
		}
	});
});
