import * as desk from '../../../nodes/LtxStudio/service/desk';
import { startCallbackLab, until, type CallbackLab } from '../callbackLab';
import { byId, jsonOf, pairsOf } from '../fixtures';

jest.setTimeout(60_000);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** One item, and more than are read or downloaded at once. */
const COUNTS = [1, 12];
const TIMED_OUT = 'The job was still running after 30 minutes';

/** An execution that sleeps until the service has called it back for all its jobs. */
describe('waitMode webhook', () => {
	let lab: CallbackLab;

	beforeEach(async () => {
		lab = await startCallbackLab();
	});

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const generate: CallbackLab['generate'] = async (count, parameters, rest) =>
		await lab.generate(count, { waitMode: 'webhook', ...parameters }, rest);

	/** Lets jobs run until the test ends them. */
	const generateEndless: CallbackLab['generate'] = async (...call) => {
		lab.emulator.behaviour.jobDuration = Infinity;
		return await generate(...call);
	};

	const jobIds = () => lab.jobs().map(({ id }) => id);

	const finish = (...items: number[]) => {
		for (const item of items) lab.emulator.jobs.finish(jobIds()[item] ?? '');
	};

	const statuses = () => lab.emulator.callbacks.map(({ status }) => status);

	/** Resolves once so many callbacks were answered. */
	const answered = (count: number) =>
		until(() => statuses().filter((status) => status !== undefined).length >= count);

	it('goes on with what one callback has begun where another one cannot connect', async () => {
		const run = await generateEndless(3);
		let fail: () => void = () => undefined;
		const isAway = new Promise<never>((_resolve, reject) => {
			fail = () => {
				reject(new Error('the database is away'));
			};
		});
		const openDesk = jest.spyOn(desk, 'openDesk').mockReturnValueOnce(isAway);
		finish(0);
		await until(() => openDesk.mock.calls.length > 0);
		finish(1);
		await answered(1);
		fail();
		await answered(2);
		const before = lab.emulator.requests.length;
		finish(2);
		await lab.engine.whenOver(run);
		openDesk.mockRestore();

		expect(statuses().slice(0, 2)).toEqual([503, 200]);
		const read = lab.emulator.requests.slice(before).map(({ path }) => decodeURIComponent(path));
		expect(read.some((path) => path.includes(jobIds()[2] ?? ''))).toBe(true);
		expect(read.filter((path) => path.includes(jobIds()[1] ?? ''))).toEqual([]);
	});

	describe.each(COUNTS)('with %i items', (count) => {
		/** The last item's job ends first. */
		const reversed = ({ prompt }: { prompt: string | undefined }) =>
			10 * SECOND + (count - Number(prompt?.split(' ')[1])) * SECOND;

		it('goes on once, in input order and paired, whatever the order of the callbacks', async () => {
			lab.emulator.behaviour.jobDuration = reversed;
			const run = await generate(count);
			const end = await lab.engine.whenOver(run);

			expect(run.status).toBe('waiting');
			expect(run.tasks('Success')).toEqual([]);
			expect(lab.emulator.callbacks.map(({ jobId }) => jobId)).toEqual(jobIds().reverse());
			expect(statuses()).toEqual(Array.from({ length: count }, () => 200));
			expect(end.status).toBe('success');
			expect(end.tasks('Success')).toHaveLength(1);
			expect(end.items('Success').map(({ json: { jobId, status } }) => [jobId, status])).toEqual(
				jobIds().map((jobId) => [jobId, 'completed']),
			);
			expect(pairsOf(end.items())).toEqual(jobIds().map((_, item) => ({ item })));
		});

		it('takes every callback twice, and goes on once', async () => {
			lab.emulator.faults.add({ kind: 'doubleCallback' });
			lab.emulator.behaviour.jobDuration = reversed;
			const run = await generate(count);
			const end = await lab.engine.whenOver(run);
			await lab.executions();

			expect(lab.emulator.callbacks).toHaveLength(2 * count);
			expect(end.items('Success')).toHaveLength(count);
			expect(lab.engine.stored(run.executionId).tasks('Success')).toHaveLength(1);
		});

		it('takes callbacks that all come at the same time', async () => {
			lab.emulator.behaviour.jobDuration = 10 * SECOND;
			const run = await generate(count);
			const end = await lab.engine.whenOver(run);

			expect(jsonOf(end.items('Success')).map(({ jobId }) => jobId)).toEqual(jobIds());
			expect(end.tasks('Success')).toHaveLength(1);
		});

		it('waits for URLs that come later than the callbacks', async () => {
			lab.emulator.behaviour.assetUrlDelay = 8 * SECOND;
			const run = await generate(count);
			const end = await lab.engine.whenOver(run);

			expect(jsonOf(end.items('Success'))).toMatchObject(
				jobIds().map((jobId) => ({
					jobId,
					status: 'completed',
					assetUrl: expect.stringMatching(/^http/) as string,
				})),
			);
		});

		it('waits for an API that is behind its callbacks', async () => {
			lab.emulator.faults.add({ kind: 'earlyCallback', ms: 8 * SECOND });
			const run = await generate(count);
			const end = await lab.engine.whenOver(run);

			expect(end.items('Success')).toHaveLength(count);
			expect(end.items('Success').map(({ json }) => json.status)).toEqual(
				jobIds().map(() => 'completed'),
			);
		});

		it('keeps its place when n8n is started anew', async () => {
			const run = await generateEndless(count);
			const restarted = await lab.engine.restart(run);
			finish(...jobIds().keys());
			const end = await lab.engine.whenOver(run);

			expect(restarted.status).toBe('waiting');
			expect(jsonOf(end.items('Success')).map(({ jobId }) => jobId)).toEqual(jobIds());
			expect(end.tasks('Success')).toHaveLength(1);
			expect(lab.emulator.ledger.entries).toHaveLength(count);
		});

		it('hands the files on', async () => {
			const run = await generate(count, { download: true });
			const end = await lab.engine.whenOver(run);
			const bytes = await Promise.all(
				end.items('Success').map(async (item) => await lab.engine.binary(item)),
			);

			expect(bytes).toHaveLength(count);
			for (const file of bytes) expect(file.subarray(1, 4).toString()).toBe('PNG');
			for (const { binary } of end.items('Success')) {
				expect(binary?.data?.id).toContain(`/executions/${run.executionId}/`);
			}
		});

		it.each(['continueRegularOutput', 'stopWorkflow'] as const)(
			'hands on what has finished when the time is up, and the rest for Wait for Jobs to take over (%s)',
			async (onError) => {
				const run = await generateEndless(count, { options: { timeout: 30 } }, { onError });
				finish(...[...jobIds().keys()].slice(1));
				const startedAt = lab.clock.now();
				const end = await lab.engine.whenOver(run);
				const rest = { status: 'active', timedOut: true, problem: TIMED_OUT };

				expect(lab.clock.now() - startedAt).toBeLessThanOrEqual(31 * MINUTE);
				expect(run.waitTill?.getTime()).toBeGreaterThan(lab.clock.now());
				expect(jsonOf(end.items('Success'))).toMatchObject(
					jobIds().map((jobId, index) => ({
						jobId,
						...(index === 0 ? rest : { status: 'completed' }),
					})),
				);

				finish(0);
				const taken = await lab.engine.runNode({
					type: 'ltxStudio',
					parameters: { resource: 'scheduler', operation: 'waitForJob' },
					items: jsonOf(end.items('Success')).map((json) => ({ json })),
				});
				expect(jsonOf(taken.items())).toMatchObject(
					jobIds().map((jobId) => ({ jobId, status: 'completed' })),
				);
			},
		);

		it('does without any callback', async () => {
			lab.emulator.faults.add({ kind: 'dropCallback', match: { times: Infinity } });
			const run = await generate(count);
			const end = await lab.engine.whenOver(run);
			const lastEnd = Math.max(...lab.jobs().map(({ finishedAt = NaN }) => finishedAt));

			expect(lab.clock.now() - lastEnd).toBeLessThanOrEqual(MINUTE);
			expect(jsonOf(end.items('Success')).map(({ jobId }) => jobId)).toEqual(jobIds());
			expect(end.tasks('Success')).toHaveLength(1);
		});
	});

	it("tells the user's own reference of a job that was found again and never read", async () => {
		lab.emulator.faults.add({ kind: 'resetAfter', match: { method: 'POST', times: 1 } });
		const run = await generateEndless(1, { options: { timeout: 30, replyRef: 'order 7' } });
		const late = await lab.engine.resumeByTimer(run);

		expect(jsonOf(late.items('Success'))).toMatchObject([{ replyRef: 'order 7', timedOut: true }]);
	});

	it('lets running jobs pass when nobody has woken it in time', async () => {
		const run = await generateEndless(3, { options: { timeout: 30 } });
		const late = await lab.engine.resumeByTimer(run);

		expect(jsonOf(late.items('Success'))).toMatchObject(
			jobIds().map((jobId) => ({ jobId, status: 'active', timedOut: true })),
		);
	});

	it.each([2, 5])(
		'hands on what has finished when %i minutes are up and no callback has come',
		async (timeout) => {
			lab.emulator.faults.add({ kind: 'dropCallback', match: { times: Infinity } });
			lab.emulator.behaviour.jobDuration = ({ prompt }) =>
				prompt === 'Picture 0' ? Infinity : 30 * SECOND;
			const end = await lab.engine.whenOver(await generate(3, { options: { timeout } }));

			expect(jsonOf(end.items('Success')).map(({ status }) => status)).toEqual([
				'active',
				'completed',
				'completed',
			]);
		},
	);

	it('gives the execution its own resume URL, with the path of the node', async () => {
		const run = await generateEndless(2);

		expect(new Set(lab.jobs().map(({ replyUrl }) => replyUrl))).toEqual(
			new Set([`${lab.server.url}webhook-waiting/${run.executionId}/ltx-studio`]),
		);
	});

	it('does not sleep when all jobs have ended already', async () => {
		lab.emulator.behaviour.jobDuration = 0;
		const run = await generate(1, { options: { pollForResult: 3 } });

		expect(run.error).toBeUndefined();
		expect(jsonOf(run.items())).toMatchObject([{ status: 'completed' }]);
	});

	it('hands the reference back as it was given', async () => {
		const run = await generate(2, { options: { replyRef: 'my.order-{{7}}' } });
		const end = await lab.engine.whenOver(run);

		expect(jsonOf(end.items('Success')).map(({ replyRef }) => replyRef)).toEqual([
			'my.order-{{7}}',
			'my.order-{{7}}',
		]);
	});

	it('is not harmed by a callback that comes while it still runs: n8n answers 409', async () => {
		lab.emulator.faults.add({
			kind: 'delay',
			ms: 25 * SECOND,
			match: { method: 'POST', path: '/v1/ltxstudio/images/create', nth: 2 },
		});
		lab.emulator.behaviour.jobDuration = ({ prompt }) =>
			prompt === 'Picture 0' ? 5 * SECOND : 90 * SECOND;
		const run = await generate(2, { options: { concurrency: 1 } });
		expect(statuses()).toEqual([409]);

		const end = await lab.engine.whenOver(run);
		expect(jsonOf(end.items('Success'))).toMatchObject(
			jobIds().map((jobId) => ({ jobId, status: 'completed' })),
		);
	});

	it('is not changed by a callback that comes after its time', async () => {
		const run = await generateEndless(3);
		finish(0);
		await answered(1);
		const late = await lab.engine.resumeByTimer(run);
		const before = JSON.stringify(lab.engine.stored(run.executionId).data);
		finish(1, 2);
		await answered(3);

		expect(statuses()).toEqual([200, 409, 409]);
		expect(late.items('Success')).toHaveLength(3);
		expect(JSON.stringify(lab.engine.stored(run.executionId).data)).toBe(before);
	});

	it('lets two executions of the same workflow wait side by side', async () => {
		lab.emulator.behaviour.jobDuration = Infinity;
		const runs = await Promise.all(
			[0, 1].map(async () => await generate(3, {}, { workflowId: 'same' })),
		);
		for (const { id } of lab.emulator.jobs.all) lab.emulator.jobs.finish(id);
		const ends = await Promise.all(runs.map(async (run) => await lab.engine.whenOver(run)));

		const handedOn = ends.flatMap((end) => jsonOf(end.items('Success')));
		expect(new Set(handedOn.map(({ jobId }) => jobId)).size).toBe(6);
		for (const end of ends) expect(end.tasks('Success')).toHaveLength(1);
	});

	it('waits twice in one workflow', async () => {
		const node = (name: string) => ({
			name,
			type: 'ltxStudio',
			parameters: {
				resource: 'image',
				operation: 'create',
				prompt: name,
				waitMode: 'webhook',
			},
		});
		const run = await lab.engine.run({
			workflow: { nodes: [node('First'), node('Second'), { name: 'Success', type: 'noOp' }] },
		});
		const end = await lab.engine.whenOver(run);

		expect(end.status).toBe('success');
		expect(lab.emulator.ledger.entries).toHaveLength(2);
		expect(jsonOf(end.items('Success'))).toMatchObject([{ jobId: lab.emulator.jobs.all[1]?.id }]);
	});

	it('sends the item of a failed job to the error output, where there is one', async () => {
		lab.emulator.behaviour.failure = ({ prompt }) =>
			prompt === 'Picture 1' ? { message: 'The model was busy' } : undefined;
		const run = await generate(3, {}, { onError: 'continueErrorOutput' });
		const end = await lab.engine.whenOver(run);

		expect(jsonOf(end.items('Success')).map(({ jobId }) => jobId)).toEqual([
			jobIds()[0],
			jobIds()[2],
		]);
		expect(jsonOf(end.items('Errors'))).toMatchObject([
			{ error: 'The generation failed: The model was busy' },
		]);
		expect(JSON.stringify(end.items('Errors'))).toContain(jobIds()[1]);
	});

	it('can be stopped, and then takes no callback', async () => {
		const run = await generateEndless(1);
		lab.engine.cancel(run);
		finish(0);
		await answered(1);

		expect(statuses()).toEqual([409]);
		expect(lab.engine.stored(run.executionId).status).toBe('canceled');
		const taken = await lab.engine.runNode({
			type: 'ltxStudio',
			parameters: { resource: 'scheduler', operation: 'getJob', jobId: byId(jobIds()[0] ?? '') },
		});
		expect(jsonOf(taken.items())).toMatchObject([{ status: 'completed' }]);
	});

	it('takes the callbacks of a job that an earlier try has submitted with another token', async () => {
		lab.emulator.faults.add({
			kind: 'status',
			status: 401,
			match: { method: 'POST', nth: 2 },
		});
		const ran = generateEndless(
			2,
			{ options: { concurrency: 1 } },
			{ retryOnFail: true, maxTries: 2, waitBetweenTries: 500 },
		);
		await until(() => lab.emulator.requests.some(({ status }) => status === 401));
		const token = 'user:1234-anotherToken';
		lab.emulator.token = token;
		lab.engine.setCredential('useapiApi', { token, baseUrl: lab.emulator.url });
		const run = await ran;
		finish(0, 1);
		await answered(2);
		const end = await lab.engine.whenOver(run);

		expect([run.status, end.status]).toEqual(['waiting', 'success']);
		expect(statuses()).toEqual([200, 200]);
		expect(lab.emulator.ledger.charges).toHaveLength(2);
	});
});
