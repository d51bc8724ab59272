import type { INodeParameters } from 'n8n-workflow';

import { startCallbackLab, until, type CallbackLab } from '../callbackLab';
import { byId, jsonOf, pairsOf, UNKNOWN_JOB } from '../fixtures';
import type { NodeRequest } from '../harness/requests';

jest.setTimeout(60_000);

const SECOND = 1000;

describe('Wait for Jobs', () => {
	let lab: CallbackLab;

	beforeEach(async () => {
		lab = await startCallbackLab({
			jobDuration: ({ prompt }) => (10 + Number(prompt?.split(' ')[1])) * SECOND,
		});
	});

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const submit = async (count: number): Promise<string[]> => {
		await lab.generate(count, { waitMode: 'none', options: { replyRef: 'order.9' } });
		return lab.jobs().map(({ id }) => id);
	};

	const waitFor = async (
		items: Array<{ jobId: string }>,
		parameters: INodeParameters = {},
		rest: Partial<NodeRequest> = {},
	) =>
		await lab.engine.runNode({
			type: 'ltxStudio',
			parameters: { resource: 'scheduler', operation: 'waitForJob', ...parameters },
			items: items.map((json) => ({ json })),
			...rest,
		});

	it.each([1, 12])('takes the jobs of %i items, and waits for them in one loop', async (count) => {
		const jobIds = await submit(count);
		const before = lab.emulator.requests.length;
		const run = await waitFor(jobIds.map((jobId) => ({ jobId })));
		const calls = lab.emulator.requests.slice(before);
		const rounds = calls.filter(({ path }) => path === '/v1/ltxstudio/scheduler').length;

		expect(jsonOf(run.items())).toMatchObject(
			jobIds.map((jobId) => ({ jobId, status: 'completed', replyRef: 'order.9' })),
		);
		expect(pairsOf(run.items())).toEqual(jobIds.map((_, item) => ({ item })));
		expect(calls.length).toBeLessThanOrEqual(rounds + 2 * count);
	});

	it.each([
		['commas', (jobIds: string[]) => byId(jobIds.join(', '))],
		['lines', (jobIds: string[]) => byId(jobIds.join('\n'))],
		['an expression', (jobIds: string[]) => byId(`={{ ${JSON.stringify(jobIds)} }}`)],
	])('takes a list, separated by %s', async (_case, toParameter) => {
		const jobIds = await submit(3);
		const run = await waitFor([{ jobId: '' }], { jobId: toParameter(jobIds) });

		expect(jsonOf(run.items()).map(({ jobId }) => jobId)).toEqual(jobIds);
		expect(pairsOf(run.items())).toEqual(jobIds.map(() => ({ item: 0 })));
	});

	it('hands on jobs that have ended without waiting', async () => {
		const jobIds = await submit(3);
		await until(() => lab.jobs().every(({ state }) => state === 'completed'));
		const startedAt = lab.clock.now();
		const run = await waitFor(jobIds.map((jobId) => ({ jobId })));

		expect(run.items()).toHaveLength(3);
		expect(lab.clock.now() - startedAt).toBeLessThan(SECOND);
	});

	it('takes ended, running, failed and unknown jobs together', async () => {
		lab.emulator.behaviour.failure = ({ prompt }) =>
			prompt === 'Picture 2' ? { message: 'The model was busy' } : undefined;
		const [ended = '', running = '', failed = ''] = await submit(3);
		await until(() => lab.emulator.jobs.get(ended)?.state === 'completed');
		const run = await waitFor(
			[{ jobId: ended }, { jobId: running }, { jobId: failed }, { jobId: UNKNOWN_JOB }],
			{},
			{ onError: 'continueErrorOutput' },
		);

		expect(jsonOf(run.items('Success'))).toMatchObject([{ jobId: ended }, { jobId: running }]);
		expect(jsonOf(run.items('Errors'))).toMatchObject([
			{ jobId: failed, error: 'The generation failed: The model was busy' },
			{ jobId: UNKNOWN_JOB, error: expect.stringContaining('no longer known') as string },
		]);
	});

	it('stops at an unknown job and names the others, without continue on fail', async () => {
		const [jobId = ''] = await submit(1);
		const run = await waitFor([{ jobId: UNKNOWN_JOB }, { jobId }]);

		expect(run.status).toBe('error');
		expect(run.error?.description).toContain(UNKNOWN_JOB);
		expect(run.error?.description).toContain(`Still running: ${jobId}.`);
	});

	it('downloads what was made', async () => {
		const [jobId = ''] = await submit(1);
		const run = await waitFor([{ jobId }], { download: true });
		const [item] = run.items();

		expect((await lab.engine.binary(item ?? { json: {} })).subarray(1, 4).toString()).toBe('PNG');
	});
});
