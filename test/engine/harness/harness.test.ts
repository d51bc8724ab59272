import fastify, { type FastifyInstance } from 'fastify';
import {
	NodeConnectionTypes,
	NodeOperationError,
	sleep,
	type ICredentialType,
	type IDataObject,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { clock } from '../../../nodes/shared/n8n/clock';
import { VirtualClock } from '../../emulator/clock';
import { AlreadyResumingError, createEngine, type Engine, type EngineOptions } from './';
import { Waiter } from './serverNodes';

const TOKEN = 'user:1-secret';

const describeNode = (
	name: string,
	rest: Partial<INodeTypeDescription> = {},
): INodeTypeDescription => ({
	displayName: name,
	name,
	group: ['transform'],
	version: 1,
	description: name,
	defaults: { name },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	properties: [],
	...rest,
});

const demoApi: ICredentialType = {
	name: 'demoApi',
	displayName: 'Demo API',
	properties: [
		{ displayName: 'Token', name: 'token', type: 'string', default: '' },
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: 'http://unset.invalid' },
	],
	authenticate: {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.token}}' } },
	},
};

/** Calls a path of the demo API for every item. */
class Caller implements INodeType {
	description = describeNode('Caller', {
		credentials: [{ name: 'demoApi', required: true }],
		properties: [{ displayName: 'Path', name: 'path', type: 'string', default: '' }],
	});

	methods = {
		listSearch: {
			search(
				this: ILoadOptionsFunctions,
				filter?: string,
				paginationToken?: string,
			): Promise<INodeListSearchResult> {
				const path = this.getCurrentNodeParameter('path') as string;
				const results = [{ name: `${path} ${filter ?? ''}`, value: paginationToken ?? '' }];
				return Promise.resolve({ results });
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const output: INodeExecutionData[] = [];
		for (const [item] of this.getInputData().entries()) {
			const { baseUrl } = await this.getCredentials<{ baseUrl: string }>('demoApi');
			const url = `${baseUrl}/${this.getNodeParameter('path', item) as string}`;
			try {
				const request = { method: 'GET' as const, url, json: true };
				const json = (await this.helpers.httpRequestWithAuthentication.call(
					this,
					'demoApi',
					request,
				)) as IDataObject;
				output.push({ json, pairedItem: { item } });
			} catch (error) {
				if (!this.continueOnFail()) throw error;
				output.push({ json: { error: (error as Error).message }, pairedItem: { item } });
			}
		}
		return [output];
	}
}

/** Adds its own name to each file, through the binary store. */
class Stamper implements INodeType {
	description = describeNode('Stamper');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		for (const [index, item] of items.entries()) {
			const { fileName } = this.helpers.assertBinaryData(index, 'data');
			const content = await this.helpers.getBinaryDataBuffer(index, 'data');
			const stamped = Buffer.concat([content, Buffer.from(' stamped')]);
			item.binary = { out: await this.helpers.prepareBinaryData(stamped, fileName, 'text/plain') };
		}
		return [items];
	}
}

/** Counts its tries in its context, and fails as often as it is told. */
class Flaky implements INodeType {
	description = describeNode('Flaky', {
		properties: [{ displayName: 'Failures', name: 'failures', type: 'number', default: 0 }],
	});

	execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const context = this.getContext('node');
		const tries = Number(context.tries ?? 0) + 1;
		context.tries = tries;
		this.logger.info(`try ${tries}`);
		this.addExecutionHints({ message: `hint of try ${tries}` });
		if (tries <= Number(this.getNodeParameter('failures', 0))) {
			throw new NodeOperationError(this.getNode(), `failure ${tries}`, { itemIndex: 0 });
		}
		const expressions = {
			runIndex: '{{ $runIndex }}',
			executionId: '{{ $execution.id }}',
			resumeUrl: '{{ $execution.resumeUrl }}',
			mode: '{{ $execution.mode }}',
		};
		const json: IDataObject = { tries };
		for (const [key, expression] of Object.entries(expressions)) {
			json[key] = this.evaluateExpression(expression, 0);
		}
		return Promise.resolve([[{ json, pairedItem: 0 }]]);
	}
}

/** Runs until it is cancelled, and for as long after that as it takes to notice. */
class Endless implements INodeType {
	description = describeNode('Endless');

	readonly begun: Promise<void>;

	private begin: () => void = () => undefined;

	readonly seen: string[] = [];

	constructor() {
		this.begun = new Promise((resolve) => (this.begin = resolve));
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		endless.begin();
		const signal = this.getExecutionCancelSignal();
		this.onExecutionCancellation(() => endless.seen.push('handler'));
		while (!signal?.aborted) await sleep(1);
		endless.seen.push('end');
		throw new NodeOperationError(this.getNode(), 'Stopped while jobs were running');
	}
}
let endless = new Endless();

/** Calls the API in its webhook, and stores what it gets. */
class Fetcher extends Waiter {
	override description = {
		...new Waiter().description,
		credentials: [{ name: 'demoApi', required: true }],
	};

	override webhook = async function (this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { baseUrl: url } = await this.getCredentials<{ baseUrl: string }>('demoApi');
		const request = { url: `${url}/film`, encoding: 'stream' as const };
		const body = (await this.helpers.httpRequestWithAuthentication.call(
			this,
			'demoApi',
			request,
		)) as Parameters<typeof this.helpers.prepareBinaryData>[0];
		const data = await this.helpers.prepareBinaryData(body, 'a.json', 'application/json');
		return { workflowData: [[{ json: {}, binary: { data } }]] };
	};
}

/** Calls the API once, sleeps on the shared clock, and calls it again. */
class TwoCalls implements INodeType {
	description = describeNode('TwoCalls', {
		credentials: [{ name: 'demoApi', required: true }],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { baseUrl } = await this.getCredentials<{ baseUrl: string }>('demoApi');
		const call = (path: string) =>
			this.helpers.httpRequestWithAuthentication.call(this, 'demoApi', {
				url: `${baseUrl}/${path}`,
			});
		await call('first');
		await clock.sleep(60_000);
		await call('second');
		return [[{ json: { now: clock.now() } }]];
	}
}

let api: FastifyInstance;
let baseUrl: string;
let calls: Array<{ path: string; authorization: string | undefined }>;

beforeAll(async () => {
	api = fastify({ forceCloseConnections: true });
	api.get('/:path', (request, reply) => {
		const { path } = request.params as { path: string };
		calls.push({ path, authorization: request.headers.authorization });
		return path === 'missing' ? reply.code(404).send({ error: 'no such thing' }) : { path };
	});
	baseUrl = await api.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => api.close());

let engine: Engine;

async function open(options: Partial<EngineOptions> = {}): Promise<Engine> {
	engine = await createEngine({
		nodes: {
			caller: new Caller(),
			stamper: new Stamper(),
			flaky: new Flaky(),
			endless,
			twoCalls: new TwoCalls(),
		},
		credentialTypes: [demoApi],
		credentials: { demoApi: { token: TOKEN, baseUrl } },
		...options,
	});
	return engine;
}

beforeEach(() => {
	calls = [];
	endless = new Endless();
});

afterEach(() => engine.close());

describe('running a node', () => {
	it('resolves expressions per item and authenticates by the credential type', async () => {
		await open();
		const run = await engine.runNode({
			type: 'caller',
			parameters: { path: '={{ $json.path }}' },
			items: [{ json: { path: 'a' } }, { json: { path: 'b' } }],
		});

		expect(run.status).toBe('success');
		expect(run.items()).toEqual([
			{ json: { path: 'a' }, pairedItem: { item: 0 } },
			{ json: { path: 'b' }, pairedItem: { item: 1 } },
		]);
		expect(calls).toEqual([
			{ path: 'a', authorization: `Bearer ${TOKEN}` },
			{ path: 'b', authorization: `Bearer ${TOKEN}` },
		]);
		expect(run.items('Success')).toHaveLength(2);
	});

	it('ends in the error that the node threw', async () => {
		await open();
		const run = await engine.runNode({ type: 'caller', parameters: { path: 'missing' } });

		expect(run.status).toBe('error');
		expect(run.error).toMatchObject({ name: 'NodeApiError', httpCode: '404' });
		expect(run.nodeError()).toEqual(run.error);
		expect(run.tasks('Success')).toEqual([]);
	});

	it('sends failed items to the error output, and merges the input item into them', async () => {
		await open();
		const run = await engine.runNode({
			type: 'caller',
			parameters: { path: '={{ $json.path }}' },
			items: [{ json: { path: 'missing', row: 1 } }, { json: { path: 'b' } }],
			onError: 'continueErrorOutput',
		});

		expect(run.status).toBe('success');
		expect(run.output().map((items) => items.length)).toEqual([1, 1]);
		expect(run.items()[0]?.json).toEqual({ path: 'b' });
		expect(run.errorItems()[0]?.json).toMatchObject({ path: 'missing', row: 1 });
		expect(run.errorItems()[0]?.json.error).toContain('could not be found');
		expect(run.items('Errors')).toHaveLength(1);
	});

	it('leaves nothing of a node whose required credential is not there but an error', async () => {
		await open({ credentials: {} });
		const run = await engine.runNode({ type: 'caller' });

		expect(run.status).toBe('error');
		expect(run.error?.message).toContain('Node does not have any credentials set');
	});

	it('records what n8n and the nodes log, without the credential', async () => {
		await open();
		const run = await engine.runNode({ type: 'flaky' });
		const failed = await engine.runNode({ type: 'caller', parameters: { path: 'missing' } });

		expect(run.logs).toContainEqual({ level: 'info', message: 'try 1', metadata: '{}' });
		expect(run.logs.map(({ message }) => message)).toContain('Workflow execution started');
		expect(failed.logs.map(({ message }) => message)).toContain(
			'Workflow execution finished with error',
		);
		expect(JSON.stringify(engine.logs)).not.toContain(TOKEN);
	});

	it('keeps the hints that a node gives', async () => {
		await open();
		const run = await engine.runNode({ type: 'flaky' });

		expect(run.hints()).toEqual([{ message: 'hint of try 1' }]);
	});

	it('does not begin a workflow that has issues', async () => {
		const required = { displayName: 'R', name: 'r', type: 'string' as const, default: '' };
		const node = new Flaky();
		node.description.properties.push({ ...required, required: true });
		await open({ nodes: { flaky: node } });
		const run = await engine.runNode({});

		expect(run.status).toBe('error');
		expect(run.error?.name).toBe('WorkflowHasIssuesError');
		expect(run.data.resultData.runData).toEqual({});
	});

	it('can do without writing executions down', async () => {
		await open({ storesExecutions: false });
		const run = await engine.runNode({ type: 'flaky' });

		expect(run.status).toBe('success');
		expect(() => engine.stored(run.executionId)).toThrow('There is no execution "1"');
	});

	it('refuses a second engine beside an open one', async () => {
		await open();
		await expect(createEngine({ nodes: {} })).rejects.toThrow('Close the engine');
	});
});

describe('files', () => {
	it.each(['default', 'filesystem'] as const)('go through n8n’s store in mode %s', async (mode) => {
		await open({ binaryMode: mode });
		const run = await engine.runNode({
			type: 'stamper',
			items: [
				{
					binary: {
						data: { data: Buffer.from('hello'), mimeType: 'text/plain', fileName: 'a.txt' },
					},
				},
			],
		});
		const [item] = run.items();

		expect(item?.binary?.out).toMatchObject({
			fileName: 'a.txt',
			mimeType: 'text/plain',
			bytes: 13,
		});
		expect(item?.binary?.out?.id?.split(':')[0]).toBe(
			mode === 'filesystem' ? 'filesystem-v2' : undefined,
		);
		expect(item && (await engine.binary(item, 'out'))).toEqual(Buffer.from('hello stamped'));
	});
});

describe('Retry On Fail', () => {
	it('runs the node again with the context that the first try wrote', async () => {
		await open();
		const run = await engine.runNode({
			type: 'flaky',
			parameters: { failures: 2 },
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 1,
		});

		expect(run.status).toBe('success');
		expect(run.items()[0]?.json.tries).toBe(3);
		expect(run.tasks()).toHaveLength(1);
		expect(run.hints()).toEqual([{ message: 'hint of try 3' }]);
	});

	it('ends in the last error when every try fails', async () => {
		await open();
		const run = await engine.runNode({
			type: 'flaky',
			parameters: { failures: 5 },
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 1,
		});

		expect(run.error?.message).toBe('failure 2');
	});
});

describe('what expressions see', () => {
	it('is the execution, its resume URL and mode', async () => {
		await open({ baseUrl: 'https://n8n.example/' });
		const run = await engine.runNode({ type: 'flaky', executionId: '77', mode: 'manual' });

		expect(run.items()[0]?.json).toMatchObject({
			executionId: '77',
			resumeUrl: 'https://n8n.example/webhook-waiting/77',
			mode: 'test',
			runIndex: 0,
		});
	});

	it('is the run index, while the context is the same for all runs of a node', async () => {
		await open();
		const run = await engine.run({
			workflow: {
				nodes: [
					{ name: 'A', type: 'noOp' },
					{ name: 'B', type: 'noOp' },
					{ name: 'Node', type: 'flaky' },
				],
				connections: [
					['A', 'Node'],
					['A', 'B'],
					['B', 'Node'],
				],
			},
		});

		expect(run.tasks('Node').map((task) => task.data?.main?.[0]?.[0]?.json)).toMatchObject([
			{ runIndex: 0, tries: 1 },
			{ runIndex: 1, tries: 2 },
		]);
	});
});

describe('cancelling', () => {
	it('fires the signal at once, and ends when the node does', async () => {
		await open({ nodes: { endless } });
		const started = await engine.startNode({});
		await endless.begun;
		started.cancel();
		const run = await started.finished;

		expect(endless.seen).toEqual(['handler', 'end']);
		expect(run.status).toBe('canceled');
	});

	it('takes an AbortSignal', async () => {
		await open({ nodes: { endless } });
		const controller = new AbortController();
		void endless.begun.then(() => {
			controller.abort();
		});
		const run = await engine.runNode({ cancelSignal: controller.signal });

		expect(run.status).toBe('canceled');
	});
});

describe('a webhook of a waiting execution', () => {
	it('has its requests authenticated, and its files stored with the execution', async () => {
		await open({ nodes: { fetcher: new Fetcher() } });
		const run = await engine.runNode({});
		const [item] = (await engine.resume(await engine.callWebhook(run))).items('Success');

		expect(calls).toEqual([{ path: 'film', authorization: `Bearer ${TOKEN}` }]);
		expect(item?.binary?.data?.id).toContain(`/executions/${run.executionId}/`);
		expect(item && (await engine.binary(item)).toString()).toBe('{"path":"film"}');
	});

	it('resumes it only once, whoever comes second', async () => {
		await open({ nodes: { fetcher: new Fetcher() } });
		const run = await engine.runNode({});
		const [first, second] = [await engine.callWebhook(run), await engine.callWebhook(run)];
		await engine.resume(first);

		await expect(engine.resume(second)).rejects.toThrow(AlreadyResumingError);
		await expect(engine.resumeByTimer(run)).rejects.toThrow(AlreadyResumingError);
	});
});

describe('a process that dies', () => {
	it('runs again from what was stored, under its id; the dead one sends nothing more', async () => {
		const time = new VirtualClock(0);
		await open();
		engine.useClock(time);
		const first = await engine.startNode({ type: 'twoCalls' });
		while (!time.pending) await sleep(1);
		first.kill();
		const dead = await first.finished;
		expect(dead.status).toBe('crashed');
		await time.advance(60_000);

		const again = engine.restart(dead);
		while (!time.pending) await sleep(1);
		await time.advance(60_000);
		const run = await again;

		expect(run).toMatchObject({ status: 'success', executionId: dead.executionId });
		expect(run.items()[0]?.json).toEqual({ now: 120_000 });
		expect(calls.map(({ path }) => path)).toEqual(['first', 'first', 'second']);
	});

	it('can be retried: a new execution of the same workflow, with the same input', async () => {
		await open();
		const statuses: string[] = [];
		engine.onStatus((executionId, status) => statuses.push(`${executionId} ${status}`));
		const items = [{ json: { path: 'a' } }, { json: { path: 'b' } }];
		const parameters = { path: '={{ $json.path }}' };
		const first = await engine.startNode({ type: 'caller', parameters, items });
		engine.kill(first);
		const dead = await first.finished;
		const again = await engine.retry(dead).finished;

		expect(again).toMatchObject({ status: 'success', mode: 'retry', executionId: '2' });
		expect(again.items().map(({ json }) => json.path)).toEqual(['a', 'b']);
		expect(again.workflowData.id).toBe(dead.workflowData.id);
		expect(statuses).toEqual(['1 crashed', '2 success']);
	});

	it('puts the clock back when the engine is closed', async () => {
		await open();
		const before = clock.now();
		engine.useClock(new VirtualClock(0));
		expect(clock.now()).toBe(0);
		await engine.close();

		expect(clock.now()).toBeGreaterThanOrEqual(before);
	});
});

describe('the form', () => {
	it('searches a list with the form as it is filled in', async () => {
		await open();
		const form = { type: 'caller', parameters: { path: 'p' } };

		expect(await engine.listSearch('search', form, 'text', 'page 2')).toEqual({
			results: [{ name: 'p text', value: 'page 2' }],
		});
	});
});
