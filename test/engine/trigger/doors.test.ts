import type { Job } from '../../emulator';
import { startCallbackLab, until, type CallbackBody, type CallbackLab } from '../callbackLab';
import { jsonOf } from '../fixtures';

jest.setTimeout(60_000);

const NOBODY = 'http://127.0.0.1:9/nobody';
const FINISHED = { type: 'completed', artifact: { assetUrl: 'https://example.com/a.png' } };

const invented = (index: number) =>
	`email:a@example.com-job:7a34b821-9fd0-205e-d21b-${index.toString(16).padStart(12, '0')}-type:image`;

/** What a knock at the trigger's door can cost, and what it can bring about. */
describe("the trigger's door", () => {
	let lab: CallbackLab;

	beforeEach(async () => {
		lab = await startCallbackLab();
	});

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	/** Submits jobs whose own callbacks get lost. */
	const submit = async (count: number, replyRef = ''): Promise<Job[]> => {
		const before = lab.jobs().length;
		await lab.generate(count, { waitMode: 'none', options: { replyUrl: NOBODY, replyRef } });
		return [...lab.emulator.jobs.all].slice(before);
	};

	const finish = async (job: Job): Promise<CallbackBody> => {
		await until(() => job.state === 'completed');
		return await lab.report(job);
	};

	const started = async (known: number) =>
		(await lab.executions(known)).flatMap((run) =>
			run.tasks('Next').length === 0 ? [] : jsonOf(run.items('Next')),
		);

	const readings = () =>
		lab.emulator.requests.filter(({ path }) => path.includes('/assets/')).length;

	const down = (times?: number) =>
		lab.emulator.faults.add({
			kind: 'status',
			status: 503,
			match: { path: /assets\/email/, ...(times === undefined ? {} : { times }) },
		});

	describe('for callbacks that nobody vouches for', () => {
		it('costs one call each, also when the API is down', async () => {
			const { url } = await lab.activate();
			const known = lab.engine.executionIds().length;
			down();
			for (let index = 0; index < 5; index++) {
				await lab.call(url, { jobId: invented(index), status: FINISHED });
				await lab.logged(`Job ${invented(index)} does not start`);
			}
			expect(readings()).toBe(5);
			expect(await started(known)).toEqual([]);
		});

		it('lets five be looked into at once, and turns the others away', async () => {
			const { url } = await lab.activate();
			lab.emulator.faults.add({ kind: 'delay', ms: 20_000, match: { path: /assets\/email/ } });
			const answers = await Promise.all(
				Array.from({ length: 50 }, (_, index) =>
					lab.call(url, { jobId: invented(index), status: FINISHED }),
				),
			);
			const taken = answers.filter(({ status }) => status === 200);
			const refused = answers.filter(({ status }) => status === 429);
			expect([taken.length, refused.length]).toEqual([5, 45]);
			await until(() => readings() === 5);
			await lab.logged(`Job ${invented(0)} does not start`);
			await lab.executions();
			expect((await lab.call(url, { jobId: invented(99), status: FINISHED })).status).toBe(200);
		});

		it('is not held shut by one for a job that still runs', async () => {
			lab.emulator.behaviour.jobDuration = 10_000;
			const { url } = await lab.activate();
			const [job] = (await submit(1)) as [Job];
			const known = lab.engine.executionIds().length;
			lab.emulator.faults.add({
				kind: 'delay',
				ms: 25_000,
				match: { path: /assets\/email/, nth: 1 },
			});
			await lab.call(url, { jobId: job.id, status: FINISHED });
			await until(() => readings() === 1);
			const genuine = await lab.call(url, await finish(job));

			expect(genuine.body).toEqual({ accepted: true });
			expect(await started(known)).toHaveLength(1);
		});
	});

	it.each<[string, object]>([
		['an ID of 60 kB', { jobId: '@'.repeat(60_000), status: {} }],
		['an ID with an escape', { jobId: invented(1).replace('a@', '\u001b[2Ja@'), status: {} }],
		['an ID with half a character', { jobId: invented(1).replace('a@', '\ud800@'), status: {} }],
		['a reference of 60 kB', { jobId: invented(1), status: {}, replyRef: '.'.repeat(60_000) }],
		['a reference that is a list', { jobId: invented(1), status: {}, replyRef: ['n8n'] }],
		['no status', { jobId: invented(1), status: null }],
		['a list as status', { jobId: invented(1), status: [] }],
	])('refuses %s, logs nothing of it and asks nobody', async (_, body) => {
		const { url } = await lab.activate();
		const logged = lab.engine.logs.length;
		expect((await lab.call(url, body)).status).toBe(400);
		expect(lab.engine.logs.slice(logged)).toEqual([]);
		expect(readings()).toBe(0);
	});

	it('takes a reference with a line break for one that vouches for nothing, and logs nothing of it', async () => {
		const { url } = await lab.activate();
		const replyRef = 'n8n\nA line of its own';
		const answer = await lab.call(url, { jobId: invented(1), status: FINISHED, replyRef });
		await lab.logged('does not start the workflow');
		expect([answer.status, readings()]).toEqual([200, 1]);
		expect(JSON.stringify(lab.engine.logs)).not.toContain('A line of its own');
	});

	it('logs short and printable lines, whatever an error says', async () => {
		const { url } = await lab.activate();
		const error = `\u001b[2J${'x'.repeat(50_000)}\n`;
		lab.emulator.faults.add({ kind: 'status', status: 400, body: { error } });
		await lab.call(url, { jobId: invented(1), status: FINISHED });
		await lab.logged('does not start the workflow');

		const line = lab.engine.logs.find(({ message }) => message.includes('does not start'))?.message;
		expect(line?.length).toBeLessThan(500);
		expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
	});

	describe('when jobs are not read again', () => {
		it('takes an authentic reference for one job, once', async () => {
			const { url } = await lab.activate({ options: { verify: false } });
			const report = await finish(((await submit(1)) as [Job])[0]);
			const known = lab.engine.executionIds().length;
			for (let index = 0; index < 20; index++) {
				await lab.call(url, { ...report, jobId: invented(index) });
			}
			expect(await started(known)).toHaveLength(1);
		});
	});

	describe('when the API is down', () => {
		it('starts nothing with another job than the reference was made for', async () => {
			const { url } = await lab.activate();
			const [one, other] = (await submit(2)) as [Job, Job];
			const [report] = [await finish(one), await finish(other)];
			const known = lab.engine.executionIds().length;
			const recover = down();
			await lab.call(url, { ...report, jobId: other.id });
			await until(() => lab.engine.executionIds().length > known);
			recover();

			const [run] = await lab.executions(known);
			expect(run?.error?.message).toBe('The job is not the one that was reported');
			expect(run?.tasks('Next')).toEqual([]);
		});

		it.each([
			['status', { status: 'failed' }],
			['type', { type: 'video' }],
			['reference', { replyRef: 'order-8' }],
		])(
			'lets nothing past the filter by %s that the job itself does not pass',
			async (_, filters) => {
				const { url } = await lab.activate({ filters });
				const [job] = (await submit(1, 'order-7')) as [Job];
				const report = await finish(job);
				const known = lab.engine.executionIds().length;
				const recover = down();
				await lab.call(url, { ...report, status: { type: 'failed' } });
				await lab.clock.sleep(200_000);
				recover();
				expect(await started(known)).toEqual([]);
			},
		);

		it('starts with the job itself once the API is back', async () => {
			const { url } = await lab.activate({ filters: { replyRef: 'order-7' } });
			const [job] = (await submit(1, 'order-7')) as [Job];
			const report = await finish(job);
			const known = lab.engine.executionIds().length;
			const recover = down();
			await lab.call(url, report);
			await until(() => lab.engine.executionIds().length > known);
			recover();
			expect(await started(known)).toMatchObject([{ jobId: job.id, status: 'completed' }]);
		});
	});

	it('starts with an authentic callback although the API follows only 45 s later', async () => {
		lab.emulator.behaviour.jobDuration = Infinity;
		const { url } = await lab.activate();
		const [job] = (await submit(1)) as [Job];
		const known = lab.engine.executionIds().length;
		const report = { ...(await lab.report(job)), status: FINISHED };
		await lab.call(url, report);
		await lab.clock.sleep(45_000);
		lab.emulator.jobs.finish(job.id);

		expect(await started(known)).toMatchObject([{ jobId: job.id, status: 'completed' }]);
	});

	it('starts with an authentic callback although the API does not know the job for 8 s', async () => {
		const { url } = await lab.activate();
		const [job] = (await submit(1)) as [Job];
		const report = await finish(job);
		const known = lab.engine.executionIds().length;
		const isGone = lab.clock.now() + 8_000;
		lab.emulator.faults.random(({ path }) =>
			path.includes('/assets/email') && lab.clock.now() < isGone
				? { kind: 'status', status: 404 }
				: undefined,
		);
		await lab.call(url, report);

		expect(await started(known)).toMatchObject([{ jobId: job.id, status: 'completed' }]);
	});

	it.each(['LTX }} Studio', '"]}}', "{{ $json }}'`${1}", '\\u007d}}'])(
		'works as well under the name %j',
		async (name) => {
			const { urls } = await lab.engine.activate({
				nodes: [
					{ name, type: 'ltxStudioTrigger', parameters: {} },
					{ name: 'Next', type: 'noOp' },
				],
			});
			const [url = ''] = urls;
			const report = await finish(((await submit(1)) as [Job])[0]);
			const known = lab.engine.executionIds().length;
			const forged = { ...report, replyRef: `${String(report.replyRef)}x` };

			expect((await lab.call(url, forged)).status).toBe(403);
			expect((await lab.call(url, report)).status).toBe(200);
			expect(await started(known)).toHaveLength(1);
		},
	);

	it('stores and puts out no secret, neither its own nor that of another trigger', async () => {
		const options = { secret: "={{ 'open' + ' sesame' }}" };
		const { url, workflowId } = await lab.activate({ register: true, simplify: false, options });
		const known = lab.engine.executionIds().length;
		await lab.generate(1, { waitMode: 'none' });
		await until(() => lab.emulator.callbacks.some(({ status }) => status === 200));

		const runs = await lab.executions(known + 1);
		expect(jsonOf(runs[0]?.items('Next') ?? [])).toMatchObject([{ replyUrl: url }]);
		const stored = JSON.stringify([
			runs.map(({ data }) => data),
			lab.engine.staticData(workflowId),
			lab.engine.logs,
		]);
		expect(stored).not.toMatch(/open.sesame/);
		expect(stored).not.toContain(lab.emulator.token);
	});
});
