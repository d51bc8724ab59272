import { jsonOf } from '../fixtures';
import { accountsOf, startBatchLab, type BatchLab } from './batchLab';

jest.setTimeout(60_000);

const SECOND = 1000;
const SAME = { workflowId: 'w', id: 'node-1', mode: 'trigger' } as const;
/** It gives up while its jobs run. */
const IMPATIENT = { options: { timeout: 0.2 } };

describe('Retry of an execution that has failed', () => {
	let lab: BatchLab;

	const open = async (...slots: number[]) => {
		lab = await startBatchLab({ accounts: accountsOf(...slots), jobDuration: 60 * SECOND });
	};

	afterEach(async () => {
		await lab.close();
	});

	const charged = () => lab.emulator.ledger.charges.length;

	const jobIdsOf = (run: Awaited<ReturnType<BatchLab['generate']>>) =>
		jsonOf(run.items()).map(({ jobId }) => jobId);

	const allJobs = () => lab.jobs().map(({ id }) => id);

	it('takes over what has finished since', async () => {
		await open(10);
		const failed = await lab.generate(2, IMPATIENT, SAME);
		expect(failed.error?.message).toContain('still running');
		await lab.clock.sleep(90 * SECOND);
		expect(jobIdsOf(await lab.engine.retry(failed).finished)).toEqual(allJobs());
		expect(charged()).toBe(2);
	});

	it('keeps what only the answer to a submission has told', async () => {
		await open(10);
		const failed = await lab.generate(2, IMPATIENT, SAME);
		await lab.clock.sleep(90 * SECOND);
		const retried = jsonOf((await lab.engine.retry(failed).finished).items());
		expect(retried.map(({ generationId }) => generationId)).toEqual(
			lab.jobs().map(({ generationId }) => generationId),
		);
	});

	it('does so where n8n has another address by then', async () => {
		await open(10);
		const failed = await lab.generate(2, IMPATIENT, SAME);
		await lab.clock.sleep(90 * SECOND);
		lab.engine.baseUrl = 'https://elsewhere.example/';
		expect(jobIdsOf(await lab.engine.retry(failed).finished)).toEqual(allJobs());
		expect(charged()).toBe(2);
	});

	it('names a job whose account has lost its session, and pays for no other', async () => {
		await open(1, 1);
		lab.clock.at(lab.clock.now() + 5 * SECOND, () => {
			lab.emulator.accounts.edit('account0@example.com', { dead: true });
		});
		const failed = await lab.generate(2, {}, SAME);
		expect(failed.error?.message).toContain('session is dead');
		await lab.clock.sleep(90 * SECOND);
		const retried = await lab.engine.retry(failed).finished;
		const [job] = lab.jobsOf('account0@example.com');
		expect(retried.error?.message).toContain('session is dead');
		expect(retried.error?.description).toContain(job?.id);
		expect(charged()).toBe(2);
	});

	/** Its answer got lost, and whatever could tell what became of it is refused from then on. */
	const loseAnswer = async (retriedAfter = 90 * SECOND) => {
		const { emulator } = lab;
		emulator.faults.add({ kind: 'resetAfter', match: { method: 'POST', nth: 1 } });
		const path = /(scheduler|assets)\/?$/;
		const refuse = emulator.faults.add({
			kind: 'status',
			status: 401,
			match: { method: 'GET', path },
		});
		const failed = await lab.generate(1, {}, SAME);
		refuse();
		await lab.clock.sleep(retriedAfter);
		expect(failed.error?.description).toContain('reply reference');
		return failed;
	};

	it('finds a job whose answer got lost', async () => {
		await open(10);
		const failed = await loseAnswer();
		expect(jobIdsOf(await lab.engine.retry(failed).finished)).toEqual(allJobs());
		expect(charged()).toBe(1);
	});

	it('finds a job whose answer got lost a moment ago, and which the scheduler lists late', async () => {
		await open(10);
		Object.assign(lab.emulator.behaviour, { listedAfter: 10 * SECOND });
		const failed = await loseAnswer(0);
		expect(jobIdsOf(await lab.engine.retry(failed).finished)).toEqual(allJobs());
		expect(charged()).toBe(1);
	});

	it('finds a job whose answer got lost where n8n has another address by then', async () => {
		await open(10);
		const failed = await loseAnswer();
		lab.engine.baseUrl = 'https://elsewhere.example/';
		expect(jobIdsOf(await lab.engine.retry(failed).finished)).toEqual(allJobs());
		expect(charged()).toBe(1);
	});

	it('submits nothing again whose answer got lost while a session is dead', async () => {
		await open(1, 1);
		const failed = await loseAnswer();
		const [job] = lab.jobs();
		lab.emulator.accounts.edit(job?.email ?? '', { dead: true });
		const retried = await lab.engine.retry(failed).finished;
		expect(retried.error?.message).toContain('may have been submitted');
		expect(retried.error?.description).toContain('session is dead');
		lab.emulator.accounts.edit(job?.email ?? '', { dead: false });
		expect(jobIdsOf(await lab.engine.retry(retried).finished)).toEqual(allJobs());
		expect(charged()).toBe(1);
	});

	it('hands over nothing that the retry of another execution has handed over', async () => {
		await open(10);
		const prompt = 'a fox';
		const failed = await lab.generate(1, { ...IMPATIENT, prompt }, SAME);
		await lab.clock.sleep(90 * SECOND);
		const handedOver = jobIdsOf(await lab.engine.retry(failed).finished);

		lab.emulator.faults.add({
			kind: 'status',
			status: 401,
			match: { method: 'GET', path: /available/, times: 1 },
		});
		const items = [{ json: { order: 'another one' } }];
		const other = await lab.generate(1, { prompt }, { ...SAME, items });
		expect(other.error).toBeDefined();
		lab.emulator.faults.clear();
		const made = jobIdsOf(await lab.engine.retry(other).finished);
		expect([...handedOver, ...made]).toEqual(allJobs());
		expect(charged()).toBe(2);
	});
});

describe('Retry On Fail with On Error: Continue', () => {
	let lab: BatchLab;

	afterEach(async () => {
		await lab.close();
	});

	it('names what the try before has submitted for an item that can no longer be read', async () => {
		lab = await startBatchLab({ accounts: accountsOf(10), jobDuration: 10 * SECOND });
		const submitted = 'Object.keys($node["LTX Studio"].context.submittedJobs ?? {})';
		const run = await lab.generate(
			2,
			{
				prompt: `={{ $json.number === 0 ? "[fail: no idea]" : ${submitted}.length > 0 ? "" : "A lake" }}`,
			},
			{
				...{ retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
				onError: 'continueRegularOutput',
			},
		);
		const [, second] = jsonOf(run.items());
		expect(second?.error).toBe('"Prompt" is missing');
		expect(JSON.stringify(second)).toContain(lab.jobs()[1]?.id);
	});
});
