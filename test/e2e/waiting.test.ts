import { outputOf } from '../n8n-host/api';
import { useSharedN8n, type Stage } from './setup';
import type { SharedN8n } from './shared';
import { startSideServer, type SideServer } from './sideServer';
import { call, finish, generation, jobOf, PROMPTS, report, until } from './waitingWorkflows';

const isLook = ({ method, path }: { method: string; path: string }) =>
	method === 'GET' && path.endsWith('/scheduler');

describe('an execution that sleeps until it is called back', () => {
	let stage: Stage<SharedN8n>;
	let side: SideServer;
	beforeAll(async () => {
		side = await startSideServer(() => ({ thanks: true }));
		// A job ends when it is told to.
		stage = await useSharedN8n({ jobDuration: Infinity });
	});
	afterAll(async () => {
		await stage.close();
		await side.close();
	});

	it('goes on once, with three items in order, whatever the order of the callbacks', async () => {
		const { api, emulator, credentials } = stage;
		const { id } = await api.importWorkflow(generation(side), credentials);
		const executionId = await api.run(id);
		await api.waitForExecution(executionId, { until: ({ status }) => status === 'waiting' });
		const [first, second, third] = PROMPTS.map((prompt) => jobOf(emulator, prompt));
		if (!first || !second || !third) throw new Error('Not all jobs were submitted');

		expect(await finish(emulator, third)).toBe(200);
		expect(await finish(emulator, first)).toBe(200);
		// All it is told before the last callback changes nothing.
		expect(await call(String(first.replyUrl), await report(emulator, first))).toEqual({
			status: 200,
			body: { accepted: true },
		});
		expect((await api.execution(executionId)).status).toBe('waiting');
		expect(side.requests).toEqual([]);

		expect(await finish(emulator, second)).toBe(200);
		const execution = await api.waitForExecution(executionId);
		// n8n itself answers callbacks to an execution that is over.
		const late = await call(String(second.replyUrl), await report(emulator, second));
		expect(late.status).toBe(409);

		expect(execution.status).toBe('success');
		const items = outputOf(execution, 'Create Image').map(({ json }) => json);
		expect(items.map(({ jobId }) => jobId)).toEqual([first.id, second.id, third.id]);
		expect(items.map(({ status }) => status)).toEqual(PROMPTS.map(() => 'completed'));
		expect(items.every(({ assetUrl }) => typeof assetUrl === 'string')).toBe(true);
		expect(execution.data.resultData.runData['Go On']).toHaveLength(1);
		expect(side.requests.map(({ body }) => JSON.parse(body.toString()) as unknown)).toEqual([
			items,
		]);
		expect(await api.executions(id)).toHaveLength(1);
		expect(emulator.ledger.charges).toHaveLength(PROMPTS.length);
	});

	it.each(['by callbacks', 'without any callback'])(
		'is woken where an expression finds the token, %s',
		async (how) => {
			const { api, emulator } = stage;
			const credential = await api.createCredential('useapiApi', 'By an expression', {
				token: `={{ ${JSON.stringify(emulator.token)} }}`,
				baseUrl: emulator.url,
			});
			const { id } = await api.importWorkflow(generation(side), [credential]);
			const executionId = await api.run(id);
			await api.waitForExecution(executionId, { until: ({ status }) => status === 'waiting' });
			// Somebody has rung, and looked.
			const looks = () => emulator.requests.filter(isLook).length;
			const before = looks();
			await until(() => looks() > before);
			if (how === 'without any callback') {
				emulator.faults.add({ kind: 'dropCallback', match: { times: Infinity } });
			}
			for (const job of emulator.jobs.all.slice(-PROMPTS.length)) emulator.jobs.finish(job.id);
			const execution = await api.waitForExecution(executionId, { timeoutMs: 200_000 });

			const items = outputOf(execution, 'Create Image').map(({ json }) => json);
			expect(items.map(({ status }) => status)).toEqual(PROMPTS.map(() => 'completed'));
		},
	);
});
