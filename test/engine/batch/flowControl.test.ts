import { jsonOf, pairsOf } from '../fixtures';
import { accountsOf, startBatchLab, type BatchLab } from './batchLab';

jest.setTimeout(60_000);

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe('a batch larger than the capacity', () => {
	let lab: BatchLab;

	const open = async (options: Parameters<typeof startBatchLab>[0]) => {
		lab = await startBatchLab(options);
	};

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const inputs = (count: number) => Array.from({ length: count }, (_, item) => ({ item }));

	const expectAllCompleted = (items: Parameters<typeof jsonOf>[0], count: number) => {
		expect(pairsOf(items)).toEqual(inputs(count));
		expect(jsonOf(items)).toEqual(
			lab
				.jobs()
				.filter(({ isForeign }) => !isForeign)
				.map(({ id: jobId }) => expect.objectContaining({ jobId, status: 'completed' }) as unknown),
		);
		expect(lab.emulator.ledger.entries).toHaveLength(count);
	};

	it('is fed in as slots come free, without one refusal', async () => {
		await open({ accounts: accountsOf(3), jobDuration: 8 * SECOND, latency: 150 });
		const run = await lab.generate(20);

		expectAllCompleted(run.items(), 20);
		expect(lab.refused()).toEqual([]);
		expect(lab.mostAboveSlots()).toBe(0);
	});

	it('believes the number of free slots, where the API leaves out how many are taken', async () => {
		await open({ accounts: accountsOf(3), jobDuration: 8 * SECOND, listedAfter: 3 * SECOND });
		const match = { path: /available/, times: Infinity };
		const edits = [{ path: 'available.*.executing' }, { path: 'executing.0', value: null }];
		lab.emulator.faults.add({ kind: 'edit', edits, match });
		const run = await lab.generate(20);

		expectAllCompleted(run.items(), 20);
		expect(lab.refused()).toEqual([]);
	});

	it('keeps the slots busy', async () => {
		await open({ accounts: accountsOf(10, 10), jobDuration: 8 * SECOND, latency: 150 });
		const startedAt = lab.clock.now();
		const run = await lab.generate(100);

		expectAllCompleted(run.items(), 100);
		const ideal = (100 / 20) * 8 * SECOND;
		expect(lab.clock.now() - startedAt).toBeLessThanOrEqual(1.15 * ideal);
	});

	it('shares the slots with other programs that come and go', async () => {
		await open({ accounts: accountsOf(4), jobDuration: 5 * SECOND, latency: 40 });
		const { clock, emulator } = lab;
		for (const seconds of [3, 9, 20, 31]) {
			clock.at(clock.now() + seconds * SECOND, () => {
				const free = 4 - emulator.jobs.countRunning('account0@example.com');
				emulator.occupy('account0@example.com', free, { durationMs: 7 * SECOND });
			});
		}
		const run = await lab.generate(25);

		expectAllCompleted(run.items(), 25);
		expect(lab.mostAboveSlots()).toBe(0);
	});

	it('runs more or fewer jobs than the account is set to, where the item says so', async () => {
		await open({ accounts: accountsOf(10), jobDuration: 8 * SECOND });
		let most = 0;
		lab.emulator.faults.random(() => {
			most = Math.max(most, lab.emulator.jobs.countRunning('account0@example.com'));
			return undefined;
		});
		const run = await lab.generate(12, { options: { maxJobs: 2 } });

		expectAllCompleted(run.items(), 12);
		expect(most).toBe(2);
		expect(lab.refused()).toEqual([]);
	});

	it('waits after a 429 until the date that its Retry-After names', async () => {
		await open({ accounts: accountsOf(5) });
		lab.emulator.faults.add({
			kind: 'status',
			status: 429,
			headers: { 'retry-after': new Date('2026-03-01T09:00:07Z').toUTCString() },
			match: { method: 'POST', times: 1 },
		});
		const run = await lab.generate(1);
		const [refused, accepted] = lab.submissions();

		expectAllCompleted(run.items(), 1);
		const wait = (accepted?.time ?? NaN) - (refused?.time ?? NaN);
		expect(wait).toBeGreaterThanOrEqual(7 * SECOND - 100);
		expect(wait).toBeLessThan(9 * SECOND);
	});

	it('names what found no slot in time, and has submitted nothing of it', async () => {
		await open({ accounts: accountsOf(2), jobDuration: 5 * SECOND });
		lab.clock.at(lab.clock.now() + 2 * SECOND, () => {
			lab.emulator.jobs.runningOf().forEach(({ id }) => lab.emulator.jobs.finish(id));
			lab.emulator.occupy('account0@example.com', 2);
		});
		const run = await lab.generate(
			5,
			{ options: { timeout: 2 } },
			{ onError: 'continueRegularOutput' },
		);

		expect(jsonOf(run.items())).toMatchObject([
			{ status: 'completed' },
			{ status: 'completed' },
			...Array.from({ length: 3 }, () => ({
				error: 'No slot came free within 2 minutes',
				message: expect.stringContaining('Nothing was submitted for this item') as string,
			})),
		]);
		expect(lab.emulator.ledger.entries).toHaveLength(2);
	});

	it('comes out once the last item is submitted, where nobody waits for the jobs', async () => {
		await open({ accounts: accountsOf(2), jobDuration: 10 * SECOND });
		const startedAt = lab.clock.now();
		const run = await lab.generate(6, { waitMode: 'none' });

		expect(jsonOf(run.items())).toEqual(
			lab.jobs().map(({ id: jobId }) => expect.objectContaining({ jobId }) as unknown),
		);
		expect(lab.emulator.ledger.entries).toHaveLength(6);
		const waited = lab.clock.now() - startedAt;
		expect(waited).toBeGreaterThanOrEqual(20 * SECOND);
		expect(waited).toBeLessThan(30 * SECOND);
	});

	it('sleeps once the last item is submitted, and loses none that ended before', async () => {
		await open({ accounts: accountsOf(2), jobDuration: 10 * SECOND });
		const parked = await lab.generate(6, { waitMode: 'webhook' });
		expect(parked.status).toBe('waiting');
		const run = await lab.engine.whenOver(parked);

		expectAllCompleted(run.items(), 6);
		expect(lab.mostAboveSlots()).toBe(0);
	});

	it('keeps items and errors when the time is up before the jobs have ended', async () => {
		await open({ accounts: accountsOf(10), jobDuration: Infinity });
		const parked = await lab.generate(
			3,
			{ waitMode: 'webhook', prompt: '={{ ["one", "[moderated]", "three"][$json.number] }}' },
			{ onError: 'continueErrorOutput' },
		);
		await lab.clock.sleep(15 * MINUTE);
		const run = await lab.engine.resumeByTimer(parked);

		expect(jsonOf(run.items('Success'))).toMatchObject([
			{ status: 'active', timedOut: true },
			{ status: 'active', timedOut: true },
		]);
		expect(pairsOf(run.output()[0] ?? [])).toEqual([{ item: 0 }, { item: 2 }]);
		expect(jsonOf(run.items('Errors'))).toMatchObject([
			{ error: expect.stringContaining('moderation') as string },
		]);
	});
});
