import type { IExecuteFunctions, INode } from 'n8n-workflow';

import { LtxStudio } from '../../../nodes/LtxStudio/LtxStudio.node';
import { makeReplyReference } from '../../../nodes/shared/jobs/reference';
import { startCallbackLab, until, type CallbackLab } from '../callbackLab';
import { jsonOf, UNKNOWN_JOB } from '../fixtures';
import type { EngineRun } from '../harness/run';

jest.setTimeout(60_000);

const NODE: INode = {
	...{ id: '1', name: 'Film', type: 'film', typeVersion: 1 },
	...{ position: [0, 0], parameters: {} },
};

interface Callback {
	jobId: string;
	status: object;
	replyRef?: string | undefined;
}

/** Everybody who knows a resume URL can call it. */
describe('a stored execution', () => {
	let lab: CallbackLab;
	let run: EngineRun;
	let resumeUrl: string;
	/** What the service will report of the first job. */
	let genuine: Callback;

	beforeEach(async () => {
		lab = await startCallbackLab({ jobDuration: Infinity });
		run = await lab.generate(3, { waitMode: 'webhook', options: { replyRef: 'order-7' } });
		const [job] = lab.jobs();
		resumeUrl = job?.replyUrl ?? '';
		genuine = {
			jobId: job?.id ?? '',
			status: { type: 'completed', progress: 100 },
			replyRef: job?.replyRef,
		};
	});

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const readings = () => lab.emulator.requests.filter(({ method }) => method === 'GET').length;

	const finishAll = () => {
		for (const { id } of lab.jobs()) lab.emulator.jobs.finish(id);
	};

	/** The genuine reference with one of its fields put in place of by another. */
	const withField = (field: number, value: string) => {
		const fields = String(genuine.replyRef).split('.');
		fields[field] = value;
		return { ...genuine, replyRef: fields.join('.') };
	};

	it("is not woken by a message of n8n's chat, whose sender names the execution", async () => {
		const context = Object.assign(Object.create(null) as IExecuteFunctions, {
			getNode: () => NODE,
		});
		await expect(new LtxStudio().onMessage(context)).rejects.toThrow('does not wake');
	});

	it.each<[string, number, () => object | string]>([
		['is no JSON', 422, () => '{"jobId":'],
		['is a text', 400, () => '"hello"'],
		['is a list', 400, () => '[1]'],
		['is empty', 400, () => ({})],
		['has no status', 400, () => ({ jobId: genuine.jobId, replyRef: genuine.replyRef })],
		['has no job ID', 400, () => ({ status: {}, replyRef: genuine.replyRef })],
		['is too large', 413, () => ({ ...genuine, padding: 'x'.repeat(70_000) })],
		['has no reference', 403, () => ({ ...genuine, replyRef: undefined })],
		['has only the own part of the reference', 403, () => ({ ...genuine, replyRef: 'order-7' })],
		['is of another execution', 403, () => withField(2, '99')],
		['is of another node', 403, () => withField(3, 'abcdefgh')],
		['is of another run', 403, () => withField(4, '7')],
		['is of another item', 403, () => withField(5, '9')],
		['has another signature', 403, () => withField(7, 'A'.repeat(22))],
		['has no signature', 403, () => withField(7, '')],
		['has another own part', 403, () => withField(8, 'order-8')],
		[
			'is signed with another token',
			403,
			() => ({
				...genuine,
				replyRef: makeReplyReference(
					{
						executionId: run.executionId,
						nodeId: 'x',
						run: '0',
						item: 0,
						instanceId: 'n8n',
						workflowId: 'w',
						content: '',
					},
					'user:9999-another',
					'order-7',
				),
			}),
		],
		[
			'is authentic, and of another execution',
			403,
			() => ({
				...genuine,
				replyRef: makeReplyReference(
					{
						executionId: '99',
						nodeId: 'x',
						run: '0',
						item: 0,
						instanceId: 'n8n',
						workflowId: 'w',
						content: '',
					},
					lab.emulator.token,
				),
			}),
		],
	])(
		'refuses a callback that %s with %i, asks nothing and waits on',
		async (_case, status, body) => {
			const before = readings();
			expect((await lab.call(resumeUrl, body())).status).toBe(status);
			expect(readings()).toBe(before);
			expect(lab.engine.stored(run.executionId).status).toBe('waiting');

			finishAll();
			const end = await lab.engine.whenOver(run);
			expect(end.items('Success')).toHaveLength(3);
			expect(end.tasks('Success')).toHaveLength(1);
		},
	);

	it('believes the API, not an authentic callback that says too much', async () => {
		const answers = await Promise.all(
			lab.jobs().map(({ id, replyRef }) => {
				const status = { type: 'completed', artifact: { assetUrl: 'https://evil.example' } };
				return lab.call(resumeUrl, { jobId: id, status, replyRef });
			}),
		);
		await lab.clock.sleep(120_000);
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
		expect(lab.engine.stored(run.executionId).status).toBe('waiting');

		finishAll();
		const end = await lab.engine.whenOver(run);
		expect(JSON.stringify(end.data)).not.toContain('evil.example');
		expect(jsonOf(end.items('Success'))).toHaveLength(3);
	});

	it('does not go on for an authentic reference beside another job', async () => {
		const { status } = await lab.call(resumeUrl, { ...genuine, jobId: UNKNOWN_JOB });
		await lab.clock.sleep(120_000);

		expect(status).toBe(403);
		expect(lab.engine.stored(run.executionId).status).toBe('waiting');
		finishAll();
		expect((await lab.engine.whenOver(run)).items('Success')).toHaveLength(3);
	});

	it('goes on once although an authentic callback comes a hundred times', async () => {
		finishAll();
		const answers = await Promise.all(
			Array.from({ length: 100 }, () => lab.call(resumeUrl, genuine)),
		);
		const end = await lab.engine.whenOver(run);
		await lab.executions();
		await until(() => lab.emulator.callbacks.every(({ status }) => status !== undefined));

		const known = new Set(answers.map(({ status }) => status));
		expect([...known].filter((status) => ![200, 409].includes(status))).toEqual([]);
		expect(end.tasks('Success')).toHaveLength(1);
		expect(lab.engine.stored(run.executionId).tasks('Success')).toHaveLength(1);
	});

	it('takes a genuine callback whose reference has characters that cannot be seen', async () => {
		const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}';
		await lab.generate(1, { waitMode: 'webhook', options: { replyRef: `${family}\n4711` } });
		const { id, replyUrl = '', replyRef } = lab.emulator.jobs.all.at(-1) ?? {};
		expect(replyRef).toContain(family);
		const answer = await lab.call(replyUrl, { ...genuine, jobId: id, replyRef });
		expect(answer.status).toBe(200);
	});

	it('tells nobody the token', async () => {
		await lab.call(resumeUrl, withField(7, 'A'.repeat(22)));
		finishAll();
		const end = await lab.engine.whenOver(run);

		expect(JSON.stringify([end.data, lab.engine.logs])).not.toContain(lab.emulator.token);
	});
});
