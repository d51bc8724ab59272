import { startCallbackLab, type CallbackLab } from '../callbackLab';
import { jsonOf } from '../fixtures';

jest.setTimeout(60_000);

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Waits that end before their jobs do. */
describe('while jobs still run', () => {
	let lab: CallbackLab;

	beforeEach(async () => {
		lab = await startCallbackLab({ jobDuration: Infinity });
	});

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const jobIds = () => lab.jobs().map(({ id }) => id);

	const waitingNodes = {
		'a generation': () => lab.start(3, { waitMode: 'poll' }),
		'Wait for Jobs': async () => {
			await lab.generate(3, { waitMode: 'none' });
			return await lab.engine.startNode({
				type: 'ltxStudio',
				parameters: { resource: 'scheduler', operation: 'waitForJob' },
				items: jobIds().map((jobId) => ({ json: { jobId } })),
			});
		},
	};

	describe.each(Object.entries(waitingNodes))('%s', (_name, startWaiting) => {
		it.each([0.4, 61])(
			'ends within a second of a cancel after %d seconds, and names all jobs',
			async (seconds) => {
				const started = await startWaiting();
				let cancelledAt = NaN;
				lab.clock.at(lab.clock.now() + seconds * SECOND, () => {
					cancelledAt = lab.clock.now();
					started.cancel();
				});
				const run = await started.finished;

				expect(lab.clock.now() - cancelledAt).toBeLessThanOrEqual(SECOND);
				expect(run.status).toBe('canceled');
				expect(run.nodeError()?.message).toBe('The execution was cancelled');
				for (const jobId of jobIds()) expect(run.nodeError()?.description).toContain(jobId);
				expect(jobIds()).toHaveLength(3);
			},
		);

		it('sends nothing more once it is cancelled', async () => {
			const started = await startWaiting();
			let requests = NaN;
			lab.clock.at(lab.clock.now() + 20.2 * SECOND, () => {
				requests = lab.emulator.requests.length;
				started.cancel();
			});
			await started.finished;
			await lab.clock.sleep(MINUTE);

			expect(lab.emulator.requests).toHaveLength(requests);
		});
	});

	it('names all of them when the time is up, and those that have ended', async () => {
		lab.emulator.behaviour.jobDuration = ({ prompt }) =>
			prompt === 'Picture 1' ? 10 * SECOND : Infinity;
		const startedAt = lab.clock.now();
		const run = await lab.generate(4, { waitMode: 'poll', options: { timeout: 2 } });
		const [first, ended, ...others] = jobIds();

		expect(run.status).toBe('error');
		expect(run.error?.message).toBe('The job was still running after 2 minutes');
		expect(run.error?.description).toContain(`Job ${first ?? '?'} goes on`);
		expect(run.error?.description).toContain(`Still running: ${others.join(', ')}.`);
		expect(run.error?.description).toContain(`Ended: ${ended ?? '?'}.`);
		expect(run.error?.description).toContain('Wait for Jobs');
		expect(lab.clock.now() - startedAt).toBeLessThanOrEqual(2 * MINUTE + SECOND);
	});

	it('gives each item its own error where the node continues on fail', async () => {
		lab.emulator.behaviour.jobDuration = ({ prompt }) =>
			prompt === 'Picture 1' ? 10 * SECOND : Infinity;
		const run = await lab.generate(
			3,
			{ waitMode: 'poll', options: { timeout: 1 } },
			{ onError: 'continueErrorOutput' },
		);
		const [first, ended, last] = jobIds();

		expect(jsonOf(run.items('Success'))).toMatchObject([{ jobId: ended, status: 'completed' }]);
		expect(jsonOf(run.items('Errors'))).toMatchObject(
			[first, last].map((jobId = '?') => ({
				error: 'The job was still running after 1 minute',
				message: expect.stringContaining(jobId) as string,
			})),
		);
	});

	it('lets Wait for Jobs take over', async () => {
		const run = await lab.generate(
			3,
			{ waitMode: 'poll', options: { timeout: 1 } },
			{ onError: 'continueRegularOutput' },
		);
		lab.clock.at(lab.clock.now() + 30 * SECOND, () => {
			for (const jobId of jobIds()) lab.emulator.jobs.finish(jobId);
		});
		const waited = await lab.engine.runNode({
			type: 'ltxStudio',
			parameters: { resource: 'scheduler', operation: 'waitForJob' },
			items: jsonOf(run.items()).map((json) => ({ json })),
		});

		expect(jsonOf(waited.items())).toMatchObject(
			jobIds().map((jobId) => ({ jobId, status: 'completed' })),
		);
		expect(lab.emulator.ledger.entries).toHaveLength(3);
	});
});

/** n8n would take an item that looks like an error for a failed try. */
it('an execution whose first item was refused sleeps, and is not tried again', async () => {
	const lab = await startCallbackLab();
	lab.emulator.faults.add({
		kind: 'status',
		status: 400,
		body: { error: 'no' },
		match: { method: 'POST', path: /create/, times: 1 },
	});
	const settings = {
		onError: 'continueRegularOutput',
		retryOnFail: true,
		waitBetweenTries: 1,
	} as const;
	const options = { concurrency: 1 };
	const run = await lab.generate(3, { waitMode: 'webhook', options }, settings);
	const end = await lab.engine.whenOver(run);
	const submitted = lab.emulator.requests.filter(({ method }) => method === 'POST');
	await lab.close();
	expect(submitted).toHaveLength(3);
	expect(jsonOf(end.items('Success')).map(({ status, error }) => status ?? error)).toEqual([
		expect.stringContaining('rejected'),
		'completed',
		'completed',
	]);
});
