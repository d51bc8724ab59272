import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { byId, EMAIL, jsonOf, pairsOf, parametersNotSent, runThree } from '../fixtures';
import { shareLab, startLab, type Lab } from '../setup';

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

	it('gets a failed job that is told with an error as data, and not as a failed item', async () => {
		const [job] = (await submitThree('poll')).jobs;
		const jobId = job?.jobId as string;
		lab.emulator.faults.add({
			kind: 'status',
			status: 400,
			body: { error: 'Moderated', jobId, status: { type: 'failed', message: 'Moderated' } },
		});
		const [raw] = await runThree(lab, 'scheduler', 'getJob', { simplify: false }, [{ jobId }]);
		expect(raw?.json).toMatchObject({ jobId, jobError: 'Moderated', status: { type: 'failed' } });
		expect(raw?.json).not.toHaveProperty('error');
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

	describe('Find Jobs', () => {
		const find = async (parameters: INodeParameters) => {
			const { options = {}, ...fields } = parameters;
			const run = await lab.engine.runNode({
				parameters: { resource: 'scheduler', operation: 'findJobs', ...fields, options },
			});
			return { run, jobs: run.error ? [] : jsonOf(run.items()) };
		};
		const idsOf = (jobs: IDataObject[]) => jobs.map(({ jobId }) => jobId);

		it('finds what an execution has submitted, running and finished, each with its place', async () => {
			const { run, jobs: running } = await submitThree('none');
			const [first] = running;
			lab.emulator.jobs.finish(first?.jobId as string);
			await submitThree('none');
			const { jobs, run: search } = await find({ executionId: run.executionId });
			expect(idsOf(jobs)).toEqual(idsOf(running));
			expect(jobs.map(({ status }) => status)).toEqual(['completed', 'active', 'active']);
			expect(jobs[0]).toMatchObject({
				assetUrl: expect.stringMatching(/^http/) as string,
				email: EMAIL,
				replyRef: 'order 0',
				executionId: run.executionId,
				runIndex: 0,
				itemIndex: 0,
			});
			expect(new Set(jobs.map(({ nodeKey }) => nodeKey)).size).toBe(1);
			expect(search.hints()).toEqual([]);

			const waited = await runThree(lab, 'scheduler', 'waitForJob', {}, jobs);
			expect(jsonOf(waited).map(({ status }) => status)).toEqual(Array(3).fill('completed'));
		});

		it('finds by reference and by account, and tells nothing of other jobs', async () => {
			const { run, jobs: made } = await submitThree('poll');
			const { executionId } = run;
			const own = await find({ executionId, replyRef: 'order 1' });
			expect(idsOf(own.jobs)).toEqual([made[1]?.jobId]);
			const [raw] = (await find({ executionId, options: { simplify: false } })).jobs;
			const reference = lab.emulator.jobs.all.find(({ id }) => id === raw?.jobId)?.replyRef ?? '';
			const anyItem = reference.split('.').slice(0, 5).join('.');
			expect(idsOf((await find({ replyRef: `${anyItem}.*` })).jobs)).toEqual(idsOf(made));
			expect(idsOf((await find({ replyRef: reference })).jobs)).toEqual([raw?.jobId]);
			expect((await find({ executionId, options: { email: OTHER } })).jobs).toEqual([]);
			expect((await find({ executionId: `${executionId}0` })).jobs).toEqual([]);
		});

		it('finds all jobs of a workflow, and none of another', async () => {
			const { run, jobs: made } = await submitThree('poll');
			const { id: workflowId } = run.workflowData;
			expect(idsOf((await find({ workflowId })).jobs)).toEqual(idsOf(made));
			expect((await find({ workflowId: `${workflowId}0` })).jobs).toEqual([]);
		});

		it('says so when the search was cut short', async () => {
			const { run, jobs: made } = await submitThree('poll');
			const { executionId } = run;
			const cut = await find({ executionId, options: { searchDepth: 2 } });
			expect(idsOf(cut.jobs)).toEqual(idsOf(made).slice(1));
			expect(cut.run.hints().map(({ message }) => message)).toEqual([
				expect.stringContaining('only the newest 2 images and videos of each account'),
			]);
		});

		it('wants to know what to find', async () => {
			const { run } = await find({});
			expect(run.error?.message).toBe('It is not said which jobs to find');
		});
	});

	it('has sent every parameter of the endpoints', () => {
		expect(parametersNotSent(lab, /scheduler|assets\/\{jobId\}/)).toEqual([]);
	});
});
