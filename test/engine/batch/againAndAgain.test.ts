import { jsonOf } from '../fixtures';
import type { EngineRun } from '../harness/run';
import { OnOldN8n } from './oldN8n';
import { accountsOf, startBatchLab, type BatchLab } from './batchLab';
import { leaveResults } from '../../soak/events';

jest.setTimeout(60_000);

const SECOND = 1000;
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } as const;
const FAILS_SECOND =
	'={{ $json.number === 1 ? "Picture 1 [fail: no idea]" : "Picture " + $json.number }}';

describe('a node that runs again', () => {
	let lab: BatchLab;

	const open = async (options: Parameters<typeof startBatchLab>[0] = {}) => {
		lab = await startBatchLab({ accounts: accountsOf(10), jobDuration: 10 * SECOND, ...options });
	};

	afterEach(async () => {
		await lab.close();
	});

	const charged = () => lab.emulator.ledger.charges.length;

	describe('by Retry On Fail', () => {
		it.each(['manual', 'trigger'] as const)(
			'pays for no job again, not even for the one that failed (%s)',
			async (mode) => {
				await open();
				const run = await lab.generate(4, { prompt: FAILS_SECOND }, { ...RETRY, mode });

				expect(run.error?.message).toBe('The generation failed: no idea');
				for (const { id } of lab.jobs()) expect(run.error?.description).toContain(id);
				expect(charged()).toBe(4);
			},
		);

		it('goes on with the jobs of the try before, and submits only what it had not', async () => {
			await open({ accounts: accountsOf(2) });
			lab.emulator.faults.add({
				kind: 'status',
				status: 401,
				match: { method: 'POST', nth: 3 },
			});
			const run = await lab.generate(5, {}, RETRY);

			expect(jsonOf(run.items())).toEqual(
				lab
					.jobs()
					.map(
						({ id: jobId }) => expect.objectContaining({ jobId, status: 'completed' }) as unknown,
					),
			);
			expect(charged()).toBe(5);
		});

		it('names the jobs of the try before when the API is out of reach by then', async () => {
			await open();
			const startedAt = lab.clock.now();
			lab.emulator.faults.random(() =>
				lab.clock.now() - startedAt > 5 * SECOND ? { kind: 'status', status: 503 } : undefined,
			);
			const run = await lab.generate(3, { options: { timeout: 1 } }, { ...RETRY, maxTries: 2 });

			expect(run.status).toBe('error');
			for (const { id } of lab.jobs()) expect(run.error?.description).toContain(id);
			expect(charged()).toBe(3);
		});

		it('names the jobs of the try before when an item cannot even be read by then', async () => {
			await open();
			const context = '$node["LTX Studio"].context';
			const run = await lab.generate(
				2,
				{
					prompt: `={{ Object.keys(${context}.submittedJobs ?? {}).length > 0 ? "" : $json.number === 1 ? "[fail: no idea]" : "A lake" }}`,
				},
				{ ...RETRY, maxTries: 2 },
			);

			expect(run.error?.message).toContain('Prompt');
			for (const { id } of lab.jobs()) expect(run.error?.description).toContain(id);
			expect(charged()).toBe(2);
		});

		it('runs all items again without paying where it continues on fail', async () => {
			await open();
			const run = await lab.generate(
				3,
				{ prompt: '={{ $json.number === 0 ? "[fail: no idea]" : "Picture " + $json.number }}' },
				{ ...RETRY, onError: 'continueRegularOutput' },
			);

			expect(jsonOf(run.items())).toMatchObject([
				{ error: 'The generation failed: no idea' },
				{ status: 'completed' },
				{ status: 'completed' },
			]);
			expect(charged()).toBe(3);
		});
	});

	describe('because its process has died, on an n8n that does so', () => {
		/** Lets the process die at the nth submission, and has n8n run the execution again a while later. */
		const dieAndRunAgain = async (
			count: number,
			{ nth, afterMs }: { nth: number; afterMs: number },
			meanwhile: () => void = () => undefined,
		): Promise<EngineRun> => {
			const started = await lab.start(count, {}, { mode: 'trigger' });
			lab.emulator.faults.random(({ method }) => {
				if (method === 'POST' && lab.submissions().length + 1 === nth) started.kill();
				return undefined;
			});
			await started.finished;
			await lab.clock.sleep(afterMs);
			meanwhile();
			return await lab.engine.restart(started);
		};

		it.each([
			['still run', 2 * SECOND],
			['have ended', 60 * SECOND],
		])('finds its jobs while they %s', async (_name, afterMs) => {
			await open({ node: new OnOldN8n(), accounts: accountsOf(3, 3), latency: 100 });
			const run = await dieAndRunAgain(12, { nth: 5, afterMs });

			expect(jsonOf(run.items())).toMatchObject(Array(12).fill({ status: 'completed' }));
			expect(new Set(jsonOf(run.items()).map(({ jobId }) => jobId)).size).toBe(12);
			expect(charged()).toBe(12);
		});

		it('finds jobs far down the list once one of them is among the newest', async () => {
			await open({ node: new OnOldN8n(), accounts: accountsOf(60), latency: 100 });
			const run = await dieAndRunAgain(50, { nth: 50, afterMs: 60 * SECOND }, () => {
				leaveResults(lab.emulator, 'account0@example.com', 9);
			});

			expect(jsonOf(run.items())).toMatchObject(Array(50).fill({ status: 'completed' }));
			expect(charged() - 2 * 9).toBe(50);
		});

		it('looks through all accounts once one of them shows that it is a second run', async () => {
			await open({ node: new OnOldN8n(), accounts: accountsOf(2, 2), latency: 100 });
			const run = await dieAndRunAgain(4, { nth: 4, afterMs: 60 * SECOND }, () => {
				leaveResults(lab.emulator, 'account0@example.com', 15);
			});

			expect(jsonOf(run.items())).toMatchObject(Array(4).fill({ status: 'completed' }));
			expect(charged() - 2 * 15).toBe(4);
		});

		it('submits nothing when it cannot look for what was submitted before', async () => {
			await open({ node: new OnOldN8n() });
			const run = await dieAndRunAgain(3, { nth: 3, afterMs: 60 * SECOND }, () => {
				lab.emulator.faults.random(({ path }) =>
					path.endsWith('/assets/') ? { kind: 'status', status: 503 } : undefined,
				);
			});

			expect(run.status).toBe('error');
			const node = lab.jobs()[0]?.replyRef?.split('.').slice(0, 4).join('.') ?? '?';
			expect(run.error?.description).toContain(`${node}.*`);
			expect(charged()).toBe(3);
		});

		it('looks for the rest on the next try when the search for it broke off', async () => {
			await open({ node: new OnOldN8n(), accounts: accountsOf(4, 4), latency: 100 });
			const started = await lab.start(8, {}, { ...RETRY, mode: 'trigger' });
			lab.emulator.faults.random(({ method }) => {
				if (method === 'POST' && lab.submissions().length + 1 === 8) started.kill();
				return undefined;
			});
			await started.finished;
			await lab.clock.sleep(60 * SECOND);
			// One account can be searched, the other one can't.
			lab.emulator.faults.add({
				kind: 'status',
				status: 429,
				headers: { 'retry-after': '600' },
				match: { method: 'GET', path: /\/assets\/$/, nth: 2 },
			});
			const run = await lab.engine.restart(started);

			expect(jsonOf(run.items())).toMatchObject(Array(8).fill({ status: 'completed' }));
			expect(charged()).toBe(8);
		});
	});

	it('searches for nothing where nobody can have died', async () => {
		await open();
		await lab.generate(3, {}, { mode: 'manual' });

		expect(lab.emulator.requests.filter(({ path }) => path.endsWith('/assets/'))).toEqual([]);
	});

	it('names all jobs when the file of one cannot be had', async () => {
		await open({ artifactBytes: 1000 });
		lab.emulator.faults.add({
			kind: 'status',
			status: 404,
			match: { path: /^\/storage\//, nth: 2, times: Infinity },
		});
		const run = await lab.generate(3, { download: true });

		expect(run.status).toBe('error');
		for (const { id } of lab.jobs()) expect(run.error?.description).toContain(id);
	});
});
