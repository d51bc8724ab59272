import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { N8n } from '../n8n-host/instance';
import type { WorkflowJson } from '../n8n-host/api';
import { startOwnN8n, type Stage } from './setup';
import { startSideServer, type SideServer } from './sideServer';

const EXECUTIONS = 50;
const JOBS_OF_EACH = 3;
const PATH = 'three-images';
/** A job ends when it is told to. */
const ENDLESS = 24 * 60 * 60 * 1000;
const POLL_INTERVAL_MS = 250;
const PATIENCE_MS = 90_000;

/** Makes three images for each call, and tells the side server when it goes on. */
const workflow = (side: SideServer, waitMode: 'poll' | 'webhook'): WorkflowJson => ({
	name: 'Three images',
	nodes: [
		{
			id: '5b1f8d8e-7a52-4a5e-9b0b-6f5c3f5f0a01',
			webhookId: PATH,
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2.1,
			position: [0, 0],
			parameters: { httpMethod: 'POST', path: PATH, responseMode: 'onReceived', options: {} },
		},
		{
			id: '5b1f8d8e-7a52-4a5e-9b0b-6f5c3f5f0a02',
			name: 'Prompts',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			position: [220, 0],
			parameters: { fieldToSplitOut: 'body.prompts', options: { destinationFieldName: 'prompt' } },
		},
		{
			id: '5b1f8d8e-7a52-4a5e-9b0b-6f5c3f5f0a03',
			name: 'Create Image',
			type: 'n8n-nodes-useapi-ltxstudio.ltxStudio',
			typeVersion: 1,
			position: [440, 0],
			parameters: {
				resource: 'image',
				operation: 'create',
				prompt: '={{ $json.prompt }}',
				waitMode,
				options: {},
			},
			credentials: { useapiApi: { id: null, name: '' } },
		},
		{
			id: '5b1f8d8e-7a52-4a5e-9b0b-6f5c3f5f0a04',
			name: 'Go On',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			position: [660, 0],
			executeOnce: true,
			parameters: {
				method: 'POST',
				url: side.url,
				sendBody: true,
				specifyBody: 'json',
				jsonBody:
					'={{ JSON.stringify({ execution: $execution.id, prompts: $("Prompts").all().map((item) => item.json.prompt), jobs: $input.all().map((item) => item.json) }) }}',
				options: {},
			},
		},
	],
	connections: {
		Webhook: { main: [[{ node: 'Prompts', type: 'main', index: 0 }]] },
		Prompts: { main: [[{ node: 'Create Image', type: 'main', index: 0 }]] },
		'Create Image': { main: [[{ node: 'Go On', type: 'main', index: 0 }]] },
	},
});

/** What the side server is told by an execution that goes on. */
interface GoneOn {
	execution: string;
	prompts: string[];
	jobs: Array<{ jobId: string; status: string; assetUrl: string | null }>;
}

describe('n8n, all in one process, killed', () => {
	let stage: Stage<N8n>;
	let side: SideServer;
	beforeAll(async () => {
		side = await startSideServer(() => ({ thanks: true }));
		stage = await startOwnN8n({
			jobDuration: ENDLESS,
			accounts: [1, 2].map((number) => ({
				email: `account${number}@example.com`,
				maxJobs: 100,
				credits: 10_000,
			})),
		});
	});
	afterAll(async () => {
		await stage.close();
		await side.close();
	});

	/** How many executions there are in each status. */
	const statuses = async (workflowId: string): Promise<Record<string, number>> => {
		const counts: Record<string, number> = {};
		for (const status of ['new', 'running', 'waiting', 'success', 'error', 'crashed']) {
			const filter = encodeURIComponent(JSON.stringify({ workflowId, status: [status] }));
			const page = await stage.api.request('GET', `/rest/executions?filter=${filter}&limit=1`);
			const { count } = page as { count: number };
			if (count > 0) counts[status] = count;
		}
		return counts;
	};
	/** Looks again until it finds what is expected, and shows what it found instead once the time is up. */
	const expectSoon = async (
		look: () => Promise<Record<string, number>> | Record<string, number>,
		expected: Record<string, number>,
	): Promise<void> => {
		const deadline = Date.now() + PATIENCE_MS;
		while (!isDeepStrictEqual(await look(), expected) && Date.now() < deadline) {
			await delay(POLL_INTERVAL_MS);
		}
		expect(await look()).toEqual(expected);
	};
	const answers = (): Record<string, number> => {
		const counts: Record<string, number> = {};
		for (const { status, error } of stage.emulator.callbacks) {
			const answer = String(status ?? error ?? 'none yet');
			counts[answer] = (counts[answer] ?? 0) + 1;
		}
		return counts;
	};
	const recoveries = async ({ logFile }: N8n): Promise<number> =>
		(await readFile(logFile, 'utf8')).split('Found unfinished executions').length - 1;
	const call = async (execution: number): Promise<void> => {
		const prompts = Array.from(
			{ length: JOBS_OF_EACH },
			(_, index) => `Lighthouse ${index + 1} of ${execution + 1}`,
		);
		const response = await fetch(`${stage.n8n.url}/webhook/${PATH}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ prompts }),
		});
		expect(response.status).toBe(200);
	};

	it(`resumes each of ${EXECUTIONS} executions that sleep once, with all its jobs`, async () => {
		const { api, emulator, n8n } = stage;
		const { id } = await api.importWorkflow(workflow(side, 'webhook'), stage.credentials);
		await api.activate(id);
		for (let execution = 0; execution < EXECUTIONS; execution++) await call(execution);
		await expectSoon(() => statuses(id), { waiting: EXECUTIONS });

		const jobs = emulator.jobs.all;
		expect(jobs).toHaveLength(EXECUTIONS * JOBS_OF_EACH);
		// One callback of each execution is taken before the crash.
		const early = jobs.filter((_, index) => index % JOBS_OF_EACH === 0);
		for (const job of early) emulator.jobs.finish(job.id);
		await expectSoon(answers, { '200': EXECUTIONS });
		expect(await statuses(id)).toEqual({ waiting: EXECUTIONS });

		await n8n.kill();
		await n8n.restart();
		// After a crash n8n rewrites waiting executions from its event log; what resumes one meanwhile is overwritten.
		await expectSoon(async () => ({ recovered: await recoveries(n8n) }), { recovered: 1 });
		expect(side.requests).toEqual([]);

		for (const job of jobs) if (job.state === 'active') emulator.jobs.finish(job.id);
		await expectSoon(() => statuses(id), { success: EXECUTIONS });

		const goneOn = side.requests.map(({ body }) => JSON.parse(body.toString('utf8')) as GoneOn);
		expect(new Set(goneOn.map(({ execution }) => execution)).size).toBe(EXECUTIONS);
		expect(goneOn).toHaveLength(EXECUTIONS);

		const byId = new Map(jobs.map((job) => [job.id, job]));
		for (const { prompts, jobs: items } of goneOn) {
			expect(items.map(({ jobId }) => byId.get(jobId)?.prompt)).toEqual(prompts);
			expect(items.map(({ status }) => status)).toEqual(prompts.map(() => 'completed'));
			expect(items.every(({ assetUrl }) => assetUrl !== null)).toBe(true);
		}
		expect(emulator.ledger.charges).toHaveLength(EXECUTIONS * JOBS_OF_EACH);
		await api.deactivate(id);
	}, 300_000);

	it('lets Retry take over what an execution was waiting for that died with it', async () => {
		const { api, emulator, n8n } = stage;
		const before = emulator.jobs.all.length;
		const { id } = await api.importWorkflow(workflow(side, 'poll'), stage.credentials);
		await api.activate(id);
		await call(0);
		const jobs = () => emulator.jobs.all.slice(before);
		await expectSoon(() => ({ jobs: jobs().length }), { jobs: JOBS_OF_EACH });
		await n8n.kill();
		await n8n.restart();
		await expectSoon(() => statuses(id), { crashed: 1 });

		const [job] = jobs();
		emulator.jobs.finish(job?.id ?? '');
		const [dead] = await api.executions(id);
		const retried = api.retry(dead?.id ?? '');
		await delay(5_000);
		for (const { id: jobId, state } of jobs()) {
			if (state === 'active') emulator.jobs.finish(jobId);
		}
		const { status } = await api.execution(await retried);
		expect(status).toBe('success');
		expect(emulator.ledger.charges).toHaveLength(before + JOBS_OF_EACH);
	}, 300_000);
});
