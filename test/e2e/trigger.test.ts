import type { INodeParameters } from 'n8n-workflow';
import type { Job } from '../emulator';
import { hasEnded, outputOf, type Execution } from '../n8n-host/api';
import { useSharedN8n, type Stage } from './setup';
import type { SharedN8n } from './shared';
import { startSideServer } from './sideServer';
import {
	call,
	finish,
	generation,
	jobOf,
	PROMPTS,
	report,
	triggered,
	until,
} from './waitingWorkflows';

const BEFORE = 'https://example.com/before';
const REPORTED_BEFORE = {
	status: 200,
	body: { accepted: false, message: 'The job has been reported before' },
};

describe('the trigger', () => {
	let stage: Stage<SharedN8n>;
	let published: string[];
	beforeEach(async () => {
		published = [];
		// A job ends when it is told to.
		stage = await useSharedN8n({ jobDuration: Infinity });
		stage.emulator.defaultReplyUrl = BEFORE;
	});
	afterEach(async () => {
		for (const id of published) await stage.api.deactivate(id);
		await stage.close();
	});

	async function publish(parameters: INodeParameters) {
		const { workflow, path } = triggered(parameters);
		const { id } = await stage.api.importWorkflow(workflow, stage.credentials);
		await stage.api.activate(id);
		published.push(id);
		return { id, url: stage.n8n.url + path };
	}

	/** Lets another program submit a job. */
	async function submit(parameters: Record<string, string>): Promise<Job> {
		const { url, token, jobs } = stage.emulator;
		const response = await fetch(`${url}/v1/ltxstudio/images/create`, {
			method: 'POST',
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			body: JSON.stringify({ prompt: 'A lighthouse', ...parameters }),
		});
		expect(response.status).toBe(200);
		const { jobId } = (await response.json()) as { jobId: string };
		const job = jobs.get(jobId);
		if (!job) throw new Error(`There is no job ${jobId}`);
		return job;
	}

	/** Waits for the first execution of a workflow. */
	async function firstExecution(workflowId: string): Promise<Execution> {
		const ended = async () => (await stage.api.executions(workflowId)).find(hasEnded);
		await until(async () => (await ended()) !== undefined);
		return await stage.api.execution((await ended())?.id ?? '');
	}

	it('starts the workflow once with a job that the filters let pass, and its file', async () => {
		const { api, emulator } = stage;
		const { id, url } = await publish({ filters: { replyRefPrefix: 'order-' }, download: true });
		const unwanted = await submit({ replyUrl: url, replyRef: 'other-1' });
		const wanted = await submit({ replyUrl: url, replyRef: 'order-1' });

		expect(await finish(emulator, unwanted)).toBe(200);
		expect(await finish(emulator, wanted)).toBe(200);
		const execution = await firstExecution(id);
		expect(execution).toMatchObject({ status: 'success', mode: 'webhook' });
		const [item, ...others] = outputOf(execution, 'Next');
		expect(others).toEqual([]);
		expect(item?.json).toMatchObject({
			jobId: wanted.id,
			type: 'image',
			status: 'completed',
			replyRef: 'order-1',
			assetUrl: expect.stringMatching(/^http/) as string,
		});
		const file = await api.binary(item?.binary?.data?.id ?? '');
		expect(file.subarray(1, 4).toString('latin1')).toBe('PNG');

		const again = await report(emulator, wanted);
		expect(await Promise.all([call(url, again), call(url, again)])).toEqual([
			REPORTED_BEFORE,
			REPORTED_BEFORE,
		]);
		// A job that did not start the workflow is not remembered.
		expect((await call(url, await report(emulator, unwanted))).body).toEqual({ accepted: true });
		expect((await api.executions(id)).map(({ id: started }) => started)).toEqual([execution.id]);
	});

	it.each([
		['in another order', {}],
		['of which one comes before the execution is stored', { options: { concurrency: 1 } }],
	])('hands on callbacks %s to the execution that waits for them', async (_, parameters) => {
		const { api, emulator, credentials } = stage;
		const isEarly = 'options' in parameters;
		const [early = '', ...others] = PROMPTS;
		if (isEarly) {
			emulator.behaviour.jobDuration = ({ prompt }) => (prompt === early ? 0 : Infinity);
			// The node is still submitting when the first job calls back.
			const path = '/v1/ltxstudio/images/create';
			emulator.faults.add({ kind: 'delay', ms: 1_500, match: { method: 'POST', path, nth: 2 } });
		}
		const side = await startSideServer(() => ({ thanks: true }));
		const { id: relay, url } = await publish({ mode: 'resume' });
		const workflow = generation(side, { triggerUrl: url, ...parameters });
		const { id } = await api.importWorkflow(workflow, credentials);
		const executionId = await api.run(id);
		await api.waitForExecution(executionId, { until: ({ status }) => status === 'waiting' });

		for (const prompt of (isEarly ? others : PROMPTS).toReversed()) {
			expect(side.requests).toEqual([]);
			expect(await finish(emulator, jobOf(emulator, prompt))).toBe(200);
		}
		const execution = await api.waitForExecution(executionId);
		await side.close();

		expect(execution.status).toBe('success');
		const items = outputOf(execution, 'Create Image').map(({ json }) => json);
		expect(items.map(({ jobId }) => jobId)).toEqual(
			PROMPTS.map((prompt) => jobOf(emulator, prompt).id),
		);
		expect(items.map(({ status }) => status)).toEqual(PROMPTS.map(() => 'completed'));
		expect(side.requests).toHaveLength(1);
		expect(emulator.callbacks.map(({ status }) => status)).toEqual(PROMPTS.map(() => 200));
		expect(emulator.callbacks.every((delivery) => delivery.url.startsWith(`${url}?`))).toBe(true);
		if (isEarly) {
			const [first] = emulator.callbacks;
			expect(first?.time).toBeLessThan(jobOf(emulator, PROMPTS[1] ?? '').createdAt);
		}
		// Nothing of the trigger's own workflow runs.
		expect(await api.executions(relay)).toEqual([]);
	});

	it('is what useapi.net calls by default while the workflow is published', async () => {
		const { api, emulator } = stage;
		const { id, url } = await publish({ register: true });
		expect(emulator.defaultReplyUrl).toBe(url);

		const job = await submit({});
		expect(await finish(emulator, job)).toBe(200);
		const execution = await firstExecution(id);
		expect(execution.status).toBe('success');
		expect(outputOf(execution, 'Next')).toMatchObject([{ json: { jobId: job.id } }]);

		await api.deactivate(id);
		expect(emulator.defaultReplyUrl).toBe(BEFORE);
		expect((await call(url, await report(emulator, job))).status).toBe(404);
	});

	it('listens for one test event in the editor, without registering for that', async () => {
		const { api, emulator, n8n, credentials } = stage;
		const { workflow, testPath } = triggered({ register: true });
		const url = n8n.url + testPath;
		const { id } = await api.importWorkflow(workflow, credentials);
		const listening = await api.request('POST', `/rest/workflows/${id}/run`, {
			workflowData: await api.workflow(id),
			triggerToStartFrom: { name: 'LTX Studio Trigger' },
		});
		expect(listening).toEqual({ waitingForWebhook: true });
		expect(emulator.defaultReplyUrl).toBe(BEFORE);

		const job = await submit({ replyUrl: url });
		expect(await finish(emulator, job)).toBe(200);
		const execution = await firstExecution(id);
		expect(execution).toMatchObject({ status: 'success', mode: 'manual' });
		expect(outputOf(execution, 'Next')).toMatchObject([
			{ json: { jobId: job.id, status: 'completed' } },
		]);
		expect((await call(url, await report(emulator, job))).status).toBe(404);
	});
});
