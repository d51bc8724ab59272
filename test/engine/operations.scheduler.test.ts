import { byId, EMAIL, jsonOf, pairsOf, parametersNotSent, runThree } from './fixtures';
import { shareLab, startLab, type Lab } from './setup';

const OTHER = 'other@example.com';
const THREE = [0, 1, 2];
const PAIRS = THREE.map((item) => ({ item }));

describe('scheduler', () => {
	let lab: Lab;
	shareLab(
		async () =>
			(lab = await startLab({
				accounts: [{ email: EMAIL, maxJobs: 9 }, { email: OTHER }],
			})),
	);

	const submitThree = async (waitMode: string) => {
		const run = await lab.engine.runNode({
			parameters: {
				resource: 'image',
				operation: 'create',
				prompt: 'a fox',
				email: byId(EMAIL),
				waitMode,
				options: { replyRef: '=order {{ $itemIndex }}', concurrency: 1 },
			},
			items: THREE.map(() => ({})),
		});
		return { run, jobs: jsonOf(run.items()) };
	};

	it('gets each job of the incoming items, simplified and raw', async () => {
		const { jobs } = await submitThree('poll');
		const items = await runThree(lab, 'scheduler', 'getJob', {}, jobs);
		// Only the answer to the submission knows the generation's ID.
		expect(jsonOf(items)).toEqual(jobs.map((job) => ({ ...job, generationId: undefined })));
		expect(pairsOf(items)).toEqual(PAIRS);
		const [raw] = await runThree(lab, 'scheduler', 'getJob', { simplify: false }, jobs);
		expect(raw?.json).toMatchObject({
			jobId: jobs[0]?.jobId,
			replyRef: 'order 0',
			status: { type: 'completed' },
		});
	});

	it('waits for the jobs of the incoming items', async () => {
		const { jobs } = await submitThree('none');
		const items = await runThree(lab, 'scheduler', 'waitForJob', {}, jobs);
		expect(jsonOf(items).map(({ jobId, status }) => [jobId, status])).toEqual(
			jobs.map(({ jobId }) => [jobId, 'completed']),
		);
		expect(pairsOf(items)).toEqual(PAIRS);
	});

	it('lists what runs, tells the capacity, and cancels', async () => {
		const { run, jobs } = await submitThree('none');
		const jobIds = jobs.map(({ jobId }) => jobId);
		const running = jobs.map(({ jobId }, index) => ({
			jobId,
			type: 'image',
			status: 'active',
			email: EMAIL,
			startedAt: expect.stringMatching(/^2026-03-01T/) as string,
			elapsed: '00:00',
			replyRef: `order ${index}`,
			executionId: run.executionId,
		}));

		const listed = await lab.engine.runNode({
			parameters: { resource: 'scheduler', operation: 'getAll' },
		});
		expect(jsonOf(listed.items())).toEqual(running);
		const rawList = await lab.engine.runNode({
			parameters: { resource: 'scheduler', operation: 'getAll', simplify: false },
		});
		expect(jsonOf(rawList.items()).map(({ replyRef }) => replyRef)).toEqual(
			[0, 1, 2].map((item) => expect.stringMatching(`^n8n2\\..*\\.order ${item}$`) as string),
		);

		const capacity = await lab.engine.runNode({
			parameters: { resource: 'scheduler', operation: 'getCapacity' },
		});
		expect(jsonOf(capacity.items())).toEqual([
			{ email: EMAIL, maxJobs: 9, executing: 3, available: 6, jobs: running },
			{ email: OTHER, maxJobs: 20, executing: 0, available: 20, jobs: [] },
		]);
		const rawCapacity = await runThree(lab, 'scheduler', 'getCapacity', { simplify: false });
		expect(pairsOf(rawCapacity)).toEqual(PAIRS);
		expect(rawCapacity[0]?.json).toMatchObject({
			available: [{ available: 6 }, { available: 20 }],
			executing: jobIds.map((jobId) => ({ jobId })),
		});

		const cancelled = await runThree(lab, 'scheduler', 'cancel', {}, jobs);
		expect(jsonOf(cancelled)).toEqual(jobIds.map((jobId) => ({ cancelled: true, jobId })));
		expect(pairsOf(cancelled)).toEqual(PAIRS);
		expect(lab.emulator.jobs.runningOf()).toEqual([]);
	});

	it('has sent every parameter of the endpoints', () => {
		expect(parametersNotSent(lab, /scheduler|assets\/\{jobId\}/)).toEqual([]);
	});
});
