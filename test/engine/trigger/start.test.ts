import { startCallbackLab, until, type CallbackLab } from '../callbackLab';
import { jsonOf } from '../fixtures';

jest.setTimeout(60_000);

/** A workflow that starts when a job has finished. */
describe('the trigger starts its workflow', () => {
	let lab: CallbackLab;

	beforeEach(async () => {
		lab = await startCallbackLab();
	});

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	/** Submits jobs that report to a URL, without waiting for them. */
	const submit = async (count: number, replyUrl: string, replyRef = '') => {
		const before = lab.engine.executionIds().length;
		await lab.generate(count, { waitMode: 'none', options: { replyUrl, replyRef } });
		return before + 1;
	};

	const nextItems = async (known: number) =>
		(await lab.executions(known)).flatMap((run) => jsonOf(run.items('Next')));

	const allReported = (count: number) =>
		until(() => lab.emulator.callbacks.filter(({ status }) => status).length === count);

	it('with each job that finishes, as the node puts it out', async () => {
		const { url } = await lab.activate();
		const known = await submit(3, url, 'order-7');
		await allReported(3);

		const started = await nextItems(known);
		const read = await lab.engine.runNode({
			type: 'ltxStudio',
			parameters: { resource: 'scheduler', operation: 'getJob' },
			items: lab.jobs().map(({ id }) => ({ json: { jobId: id } })),
		});
		/** Each reading signs the URL anew. */
		const stable = (json: Record<string, unknown>) => ({
			...json,
			assetUrl: String(json.assetUrl).split('?')[0],
			expiresAt: undefined,
		});
		expect(started).toHaveLength(3);
		expect(started.map(stable)).toEqual(expect.arrayContaining(jsonOf(read.items()).map(stable)));
		expect(started[0]).toMatchObject({ status: 'completed', replyRef: 'order-7' });
		expect((await lab.executions(known))[0]).toMatchObject({ status: 'success', mode: 'webhook' });
	});

	it('with the answer of the API where it is not simplified', async () => {
		const { url } = await lab.activate({ simplify: false });
		const known = await submit(1, url, 'mine');
		await allReported(1);

		expect(await nextItems(known)).toEqual([
			expect.objectContaining({
				status: expect.objectContaining({ type: 'completed' }) as object,
				replyRef: 'mine',
				replyUrl: url,
			}),
		]);
	});

	it('with the file, stored with the execution that starts', async () => {
		const { url } = await lab.activate({ download: true, binaryPropertyName: 'film' });
		const known = await submit(1, url);
		await allReported(1);

		const [run] = await lab.executions(known);
		const [item] = run?.items('Next') ?? [];
		expect(item?.binary?.film).toMatchObject({ mimeType: 'image/png' });
		expect(item?.binary?.film?.id).toContain(`/executions/${run?.executionId ?? ''}/`);
		const bytes = await lab.engine.binary(item ?? { json: {} }, 'film');
		expect(bytes.subarray(1, 4).toString()).toBe('PNG');
	});

	it('with a failed job and its reason', async () => {
		lab.emulator.behaviour.failure = () => ({ message: 'The model was busy' });
		const { url } = await lab.activate();
		const known = await submit(1, url);
		await allReported(1);

		const [run] = await lab.executions(known);
		expect(run?.status).toBe('success');
		expect(jsonOf(run?.items('Next') ?? [])).toEqual([
			expect.objectContaining({ status: 'failed', message: 'The model was busy' }),
		]);
	});

	it.each([
		[
			'a URL that comes later than the callback',
			() => (lab.emulator.behaviour.assetUrlDelay = 9_000),
		],
		[
			'a callback that comes earlier than the API knows',
			() => lab.emulator.faults.add({ kind: 'earlyCallback', ms: 7_000 }),
		],
	])('once, and with the URL, in spite of %s', async (_case, disturb) => {
		disturb();
		const { url } = await lab.activate();
		const known = await submit(1, url);
		await allReported(1);

		expect(await nextItems(known)).toEqual([
			expect.objectContaining({
				status: 'completed',
				assetUrl: expect.stringMatching(/^http/) as string,
			}),
		]);
	});

	it('answers before it reads the job', async () => {
		lab.emulator.behaviour.assetUrlDelay = 9_000;
		const { url } = await lab.activate();
		const known = await submit(1, url);
		await allReported(1);

		expect(lab.emulator.callbacks[0]).toMatchObject({ status: 200 });
		expect(lab.engine.executionIds()).toHaveLength(known);
		await until(() => lab.engine.executionIds().length > known);
	});

	describe('only with jobs that pass the filters', () => {
		const account = (value: string) => ({ __rl: true, mode: 'id', value });
		it.each([
			['status', { status: 'completed' }, ['completed']],
			['the other status', { status: 'failed' }, ['failed']],
			['type', { type: 'image' }, ['completed', 'failed']],
			['another type', { type: 'video' }, []],
			['account', { email: account('Creator@example.com') }, ['completed', 'failed']],
			['another account', { email: account('other@example.com') }, []],
			['reference', { replyRef: 'order-7' }, ['completed', 'failed']],
			['a part of the reference', { replyRef: 'order' }, []],
			['the beginning of the reference', { replyRefPrefix: 'order-' }, ['completed', 'failed']],
			['another beginning', { replyRefPrefix: '7' }, []],
			['two of them', { status: 'completed', type: 'image' }, ['completed']],
			['two, of which one does not match', { status: 'completed', type: 'video' }, []],
		])('by %s', async (_filter, filters, statuses) => {
			lab.emulator.behaviour.failure = ({ prompt }) =>
				prompt === 'Picture 1' ? { message: 'No' } : undefined;
			const { url } = await lab.activate({ filters });
			const known = await submit(2, url, 'order-7');
			await allReported(2);

			const items = await nextItems(known);
			expect(items.map(({ status }) => status).sort()).toEqual(statuses);
		});
	});

	describe('once for each job', () => {
		/** How many jobs n8n has stored as started. */
		const rememberedBy = (workflowId: string) => {
			const [data] = Object.values(lab.engine.staticData(workflowId)) as [
				{ startedJobs: string[] },
			];
			return new Set(data.startedJobs).size;
		};

		it('when the callback comes twice, or later again', async () => {
			lab.emulator.faults.add({ kind: 'doubleCallback' });
			const { url, workflowId } = await lab.activate();
			const known = await submit(1, url);
			await allReported(2);
			await lab.executions(known);
			const [job] = lab.jobs();
			if (!job) throw new Error('There is no job');
			const again = await lab.call(url, await lab.report(job));

			expect(again).toEqual({
				status: 200,
				body: { accepted: false, message: 'The job has been reported before' },
			});
			expect(await lab.executions(known)).toHaveLength(1);
			expect(rememberedBy(workflowId)).toBe(1);
		});

		it('when twenty copies come at once', async () => {
			const { url } = await lab.activate();
			const known = await submit(1, 'http://127.0.0.1:9/nobody');
			const [job] = lab.jobs();
			if (!job) throw new Error('There is no job');
			await until(() => job.state === 'completed');
			const body = await lab.report(job);
			const answers = await Promise.all(Array.from({ length: 20 }, () => lab.call(url, body)));

			expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
			expect(await lab.executions(known)).toHaveLength(1);
		});

		it('and remembers each of many that finish at once', async () => {
			const { url, workflowId } = await lab.activate();
			const known = await submit(50, url);
			await allReported(50);

			expect(await lab.executions(known)).toHaveLength(50);
			expect(rememberedBy(workflowId)).toBe(50);
		});
	});

	describe('although the API cannot be reached,', () => {
		const down = () =>
			lab.emulator.faults.add({ kind: 'status', status: 503, match: { path: /assets\/email/ } });

		it('when the callback is authentic: the execution fails, and can be tried again', async () => {
			const { url } = await lab.activate();
			const known = await submit(1, url);
			down();
			await until(() => lab.engine.executionIds().length > known);

			const [run] = await lab.executions(known);
			expect(run?.status).toBe('error');
			expect(run?.error?.message).toContain('is unavailable (503)');
			expect(run?.error).toMatchObject({ httpCode: '503' });
		});

		it('but not when anybody could have sent it', async () => {
			const { url } = await lab.activate();
			const known = await submit(1, 'http://127.0.0.1:9/nobody');
			const [job] = lab.jobs();
			if (!job) throw new Error('There is no job');
			await until(() => job.state === 'completed');
			const { replyRef, ...body } = await lab.report(job);
			down();
			await lab.call(url, body);
			await lab.logged(`Job ${job.id} does not start the workflow`);

			expect(replyRef).toBeDefined();
			expect(await lab.executions(known)).toEqual([]);
		});
	});
});
