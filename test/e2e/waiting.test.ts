import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { IDataObject, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { request } from 'undici';

import { hasGoneOn } from '../../nodes/shared/jobs/waiting/knock';
import { letsOnlySleepersGoOn } from '../../nodes/shared/n8n/version';
import { outputOf } from '../n8n-host/api';
import { hostFolder } from '../n8n-host/hosts';
import { useSharedN8n, type Stage } from './setup';
import { sharedN8n, type SharedN8n } from './shared';
import { startSideServer, type SideServer } from './sideServer';
import {
	baseNode,
	call,
	chain,
	finish,
	generation,
	jobOf,
	PROMPTS,
	report,
	until,
} from './waitingWorkflows';

const isLook = ({ method, path }: { method: string; path: string }) =>
	method === 'GET' && path.endsWith('/scheduler');

/** Calls as n8n does for a node. */
const caller = {
	helpers: Object.assign(Object.create(null) as IExecuteFunctions['helpers'], {
		httpRequest: async ({ url, body, timeout = 0 }: IHttpRequestOptions) => {
			const answer = await request(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
				headersTimeout: timeout,
			}).catch(() => {
				throw Object.assign(new Error('timeout'), { code: 'ECONNABORTED' });
			});
			const text = await answer.body.text();
			const isJson = String(answer.headers['content-type']).includes('json');
			return {
				statusCode: answer.statusCode,
				headers: answer.headers,
				body: isJson ? (JSON.parse(text) as unknown) : text,
			};
		},
	}),
};

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

	it('is known to have gone on once it waits in another node, whatever comes behind that', async () => {
		const { api, emulator, credentials } = stage;
		const waits = ['Wait', 'Wait Again'].map((name) => ({
			...baseNode(name, 'wait', 1.1, { resume: 'webhook' }),
			webhookId: randomUUID(),
		}));
		const nodes = [...generation(side).nodes, ...waits];
		const { id } = await api.importWorkflow(chain('Two waits behind', nodes), credentials);
		const executionId = await api.run(id);
		await api.waitForExecution(executionId, { until: ({ status }) => status === 'waiting' });
		const jobs = emulator.jobs.all.slice(-PROMPTS.length);
		const first = jobs.find(({ prompt }) => prompt === PROMPTS[0]);
		const address = { url: String(first?.replyUrl), mayFallSilent: true };
		const ask = async () => await hasGoneOn(caller, address, String(first?.replyRef));
		expect(await ask()).toBe(false);

		for (const job of jobs) await finish(emulator, job);
		const [wait] = waits;
		await api.waitForExecution(executionId, {
			until: ({ status, data }) =>
				status === 'waiting' && data.resultData.lastNodeExecuted === wait?.name,
		});
		expect(await ask()).toBe(true);
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

describe('the installed n8n', () => {
	it('is known to let only what waits go on, or not to', async () => {
		const modules = join(hostFolder(sharedN8n().version), 'node_modules');
		const read = async (file: string) => await readFile(join(modules, file), 'utf8');
		const known: unknown = JSON.parse(await read('@n8n/n8n-nodes-langchain/dist/known/nodes.json'));
		const names = Object.keys(known ?? {}).map((name) => [`@n8n/n8n-nodes-langchain.${name}`, {}]);
		const context = { getKnownNodeTypes: () => Object.fromEntries(names) as IDataObject };
		const doesSo = (await read('n8n/dist/active-executions.js')).includes('requireStatus');
		expect(letsOnlySleepersGoOn(context)).toBe(doesSo);
	});

	it('has no nodes that let an execution wait but those that are known by name', async () => {
		const nodes = join(hostFolder(sharedN8n().version), 'node_modules/n8n-nodes-base/dist/nodes');
		const files = await readdir(nodes, { recursive: true });
		const waiting: string[] = [];
		for (const file of files.filter((name) => name.endsWith('.js'))) {
			const source = await readFile(join(nodes, file), 'utf8');
			const isNamed = /AndWait|SEND_AND_WAIT/.test(source);
			if (source.includes('putExecutionToWait') && !isNamed)
				waiting.push(basename(file, '.node.js'));
		}
		expect(waiting).toContain('RespondToWebhook');
		expect(['Form', 'RespondToWebhook', 'Wait']).toEqual(expect.arrayContaining(waiting));
	});
});
