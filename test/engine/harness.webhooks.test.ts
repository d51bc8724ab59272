import fastify, { type FastifyInstance } from 'fastify';
import {
	NodeConnectionTypes,
	NodeHelpers,
	type ICredentialType,
	type IDataObject,
	type IExecuteFunctions,
	type IHookFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import {
	AlreadyResumingError,
	createEngine,
	startWebhookServer,
	type Engine,
	type EngineRun,
	type WebhookServer,
} from './harness';

const demoApi: ICredentialType = {
	name: 'demoApi',
	displayName: 'Demo API',
	properties: [{ displayName: 'Token', name: 'token', type: 'string', default: '' }],
	authenticate: {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.token}}' } },
	},
};

/** What a test wants of the next call of a `webhook()`. */
type Behaviour = (this: IWebhookFunctions) => Promise<IWebhookResponseData>;
let behaviour: Behaviour;

const behave = (next: Behaviour) => {
	behaviour = next;
};

/** Waits with its items marked as unfinished; each call does what the test says. */
class Waiter implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Waiter',
		name: 'waiter',
		group: ['transform'],
		version: 1,
		description: 'Waits',
		defaults: { name: 'Waiter' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'demoApi', required: true }],
		webhooks: [{ name: 'default', httpMethod: 'POST', path: '', restartWebhook: true }],
		properties: [{ displayName: 'Label', name: 'label', type: 'string', default: '' }],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		Object.assign(this.getContext('node'), {
			jobs: items.map((_item, index) => `job ${index}`),
			runIndex: this.evaluateExpression('{{ $runIndex }}', 0),
		});
		for (const item of items) item.json = { ...item.json, status: 'active', timedOut: true };
		await this.putExecutionToWait(new Date('2030-01-01'));
		return [items];
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await behaviour.call(this);
	}
}

const TRIGGER: INodeTypeDescription = {
	displayName: 'Event',
	name: 'event',
	group: ['trigger'],
	version: 1,
	description: 'Starts on an event',
	defaults: { name: 'Event' },
	inputs: [],
	outputs: [NodeConnectionTypes.Main],
	credentials: [{ name: 'demoApi', required: true }],
	webhooks: [{ name: 'default', httpMethod: 'POST', path: 'event', isFullPath: false }],
	properties: [],
};

let hookCalls: string[];

const remember = (name: string, result: boolean) =>
	function (this: IHookFunctions): Promise<boolean> {
		hookCalls.push(`${name} ${this.getNodeWebhookUrl('default') ?? ''}`);
		this.getWorkflowStaticData('node')[name] = true;
		return Promise.resolve(result);
	};

class EventTrigger implements INodeType {
	description = TRIGGER;

	webhookMethods = {
		default: {
			checkExists: remember('checkExists', false),
			create: remember('create', true),
			delete: remember('delete', true),
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await behaviour.call(this);
	}
}

/** A trigger that answers in `webhook()` and works in `execute()`. */
class WorkingTrigger extends EventTrigger {
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		for (const item of items) {
			item.json.executionId = this.getExecutionId();
			item.binary = {
				data: await this.helpers.prepareBinaryData(Buffer.from('video'), 'a.mp4', 'video/mp4'),
			};
		}
		return [items];
	}
}

const resumeWith = (...json: IDataObject[]) =>
	function (this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return Promise.resolve({ workflowData: [json.map((each) => ({ json: each }))] });
	};

let engine: Engine;

beforeEach(async () => {
	hookCalls = [];
	engine = await createEngine({
		nodes: { waiter: new Waiter(), event: new EventTrigger(), working: new WorkingTrigger() },
		credentialTypes: [demoApi],
		credentials: { demoApi: { token: 'secret' } },
	});
});

afterEach(() => engine.close());

const wait = (items: number, rest: Partial<Parameters<Engine['runNode']>[0]> = {}) =>
	engine.runNode({
		type: 'waiter',
		items: Array.from({ length: items }, (_item, n) => ({ json: { n } })),
		...rest,
	});

describe('a waiting execution', () => {
	it('is stored as one, with nothing run behind the node that waits', async () => {
		const run = await wait(2);

		expect(run.status).toBe('waiting');
		expect(run.waitTill).toEqual(new Date('2030-01-01'));
		expect(engine.stored(run.executionId).status).toBe('waiting');
		expect(engine.stored(run.executionId).waitTill).toEqual(new Date('2030-01-01'));
		expect(run.tasks('Success')).toEqual([]);
	});

	it('goes on waiting when webhook() returns no items, and any number of calls is answered', async () => {
		const run = await wait(1);
		behave(() => Promise.resolve({}));
		const first = await engine.callWebhook(run);
		behave(() => Promise.resolve({ webhookResponse: { thanks: true } }));
		const second = await engine.callWebhook(run);

		expect(first.workflowData).toBeUndefined();
		expect(first.response).toMatchObject({
			status: 200,
			body: '{"message":"Webhook call received"}',
		});
		expect(second.response).toMatchObject({ status: 200, body: '{"thanks":true}' });
		expect(engine.stored(run.executionId).status).toBe('waiting');
	});

	it('goes on with the items that webhook() returns, paired with the input by their place', async () => {
		const run = await wait(2);
		behave(() =>
			Promise.resolve({
				workflowData: [
					[
						{ json: { job: 'b' }, pairedItem: { item: 1 } },
						{ json: { job: 'a' }, pairedItem: { item: 0 } },
					],
				],
			}),
		);
		const resumed = await engine.resume(await engine.callWebhook(run));

		expect(resumed.status).toBe('success');
		expect(resumed.executionId).toBe(run.executionId);
		expect(resumed.tasks()).toHaveLength(1);
		expect(resumed.tasks('Success')).toHaveLength(1);
		// n8n overwrites the pairs that webhook() gave.
		expect(resumed.items()).toEqual([
			{ json: { job: 'b' }, pairedItem: { item: 0 } },
			{ json: { job: 'a' }, pairedItem: { item: 1 } },
		]);
	});

	it('sends failed items of a resumed node to its error output', async () => {
		const run = await wait(2, { onError: 'continueErrorOutput' });
		behave(resumeWith({ job: 'a' }, { error: 'moderated', message: 'It was refused' }));
		const resumed = await engine.resume(await engine.callWebhook(run));

		expect(resumed.output().map((items) => items.length)).toEqual([1, 1]);
		expect(resumed.items('Success').map(({ json }) => json)).toEqual([{ job: 'a' }]);
		expect(resumed.items('Errors')[0]?.json).toMatchObject({ n: 1, error: 'moderated' });
	});

	it('drops what webhook() returns for any output but the first', async () => {
		const run = await wait(1);
		behave(() => Promise.resolve({ workflowData: [[{ json: { a: 1 } }], [{ json: { b: 2 } }]] }));
		const resumed = await engine.resume(await engine.callWebhook(run));

		expect(resumed.output()).toEqual([[{ json: { a: 1 }, pairedItem: { item: 0 } }]]);
	});

	it('hands its input on when its time is over, as execute() left it', async () => {
		const run = await wait(2);
		const resumed = await engine.resumeByTimer(run);

		expect(resumed.status).toBe('success');
		expect(resumed.items('Success').map(({ json }) => json)).toEqual([
			{ n: 0, status: 'active', timedOut: true },
			{ n: 1, status: 'active', timedOut: true },
		]);
		// The node before keeps what it had put out.
		expect(resumed.items('Items').map(({ json }) => json)).toEqual([{ n: 0 }, { n: 1 }]);
	});

	it('is resumed only once, whoever comes second', async () => {
		const run = await wait(1);
		behave(resumeWith({ done: true }));
		const [first, second] = await Promise.all([engine.callWebhook(run), engine.callWebhook(run)]);
		await engine.resume(first);

		await expect(engine.resume(second)).rejects.toThrow(AlreadyResumingError);
		await expect(engine.resumeByTimer(run)).rejects.toThrow(AlreadyResumingError);
	});

	it('is resumed with old data by a slow call, once it waits again further on', async () => {
		const started = await engine.run({
			workflow: {
				nodes: [
					{ name: 'First', type: 'waiter' },
					{ name: 'Second', type: 'waiter' },
				],
			},
		});
		behave(resumeWith({ from: 'first' }));
		const [quick, slow] = await Promise.all([
			engine.callWebhook(started),
			engine.callWebhook(started),
		]);
		const second = await engine.resume(quick);
		expect(second).toMatchObject({ status: 'waiting' });
		expect(second.data.resultData.lastNodeExecuted).toBe('Second');

		// n8n compares the status only, and "waiting" it is: the second node runs once more.
		const again = await engine.resume(slow);
		expect(again.status).toBe('waiting');
		expect(again.tasks('Second')).toHaveLength(1);
	});

	it('skips the runs of its node that were already queued: n8n disables the node for all of them', async () => {
		const run = await engine.run({
			workflow: {
				nodes: [
					{ name: 'A', type: 'noOp' },
					{ name: 'B', type: 'noOp' },
					{ name: 'Waiter', type: 'waiter' },
				],
				connections: [
					['A', 'B'],
					['A', 'Waiter'],
					['B', 'Waiter'],
				],
			},
		});
		behave(resumeWith({ done: true }));
		const resumed = await engine.resume(await engine.callWebhook(run));

		expect(resumed.status).toBe('success');
		expect(resumed.tasks('Waiter').map((task) => task.data?.main?.[0]?.[0]?.json)).toEqual([
			{ done: true },
			{},
		]);
	});

	it('is the same after a restart, context included', async () => {
		const run = await wait(2);
		const restarted = await engine.restart(run);
		behave(function () {
			const expression = '{{ $node["Waiter"].context["jobs"] }}';
			return Promise.resolve({ webhookResponse: this.evaluateExpression(expression) });
		});
		const { response } = await engine.callWebhook(restarted);

		expect(restarted).toMatchObject({ status: 'waiting', executionId: run.executionId });
		expect(restarted.data).not.toBe(run.data);
		expect(JSON.parse(response.body)).toEqual(['job 0', 'job 1']);
	});

	it('ends in error when webhook() throws, and yet what follows runs with an empty item', async () => {
		const run = await wait(2);
		behave(() => Promise.reject(new Error('jobs failed')));
		const outcome = await engine.callWebhook(run);
		const resumed = await engine.resume(outcome);

		expect(outcome.error?.message).toBe('jobs failed');
		expect(outcome.response.status).toBe(500);
		expect(resumed.status).toBe('error');
		expect(resumed.error?.message).toBe('jobs failed');
		expect(resumed.items('Success')).toEqual([{ json: {}, pairedItem: { item: 0 } }]);
	});
});

/** What can be asked of a webhook's context. */
const reads = {
	body: (context) => context.getBodyData(),
	query: (context) => context.getQueryData(),
	executionId: (context) => context.getExecutionId(),
	context: (context) => context.evaluateExpression('{{ $node["Waiter"].context["jobs"] }}'),
	notedRunIndex: (context) =>
		context.evaluateExpression('{{ $node["Waiter"].context["runIndex"] }}'),
	runIndex: (context) => context.evaluateExpression('{{ $runIndex }}'),
	inputOfItem2: (context) => context.evaluateExpression('{{ $json }}', 2),
	allInput: (context) => context.evaluateExpression('{{ $input.all() }}'),
	itemsOfTheNodeBefore: (context) =>
		context.evaluateExpression('{{ $("Items").all().map((item) => item.json) }}'),
	label: (context) => context.getNodeParameter('label'),
	labelOfItem2: (context) => {
		const raw = context.getNodeParameter('label', '', { rawExpressions: true }) as string;
		return context.evaluateExpression(raw.slice(1), 2);
	},
} satisfies Record<string, (context: IWebhookFunctions) => unknown>;

describe('in the webhook() of a waiting execution', () => {
	const state = async (run: EngineRun, read: (context: IWebhookFunctions) => unknown) => {
		behave(function () {
			return Promise.resolve({ webhookResponse: { state: read(this) } });
		});
		const { response } = await engine.callWebhook(run, {
			body: { job: 'x' },
			query: { signature: 'y' },
		});
		return (JSON.parse(response.body) as { state: unknown }).state;
	};

	it('the call, the context, the input items and the parameters can be read', async () => {
		const run = await wait(3, { parameters: { label: '={{ "item " + $json.n }}' } });

		expect(await state(run, reads.body)).toEqual({ job: 'x' });
		expect(await state(run, reads.query)).toEqual({ signature: 'y' });
		expect(await state(run, reads.executionId)).toBe(run.executionId);
		expect(await state(run, reads.context)).toEqual(['job 0', 'job 1', 'job 2']);
		expect(await state(run, reads.inputOfItem2)).toMatchObject({ n: 2, timedOut: true });
		expect(await state(run, reads.allInput)).toHaveLength(3);
		expect(await state(run, reads.itemsOfTheNodeBefore)).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
		// A parameter's expression is resolved for the first item, whatever the item …
		expect(await state(run, reads.label)).toBe('item 0');
		// … but its text can be had, and resolved for any.
		expect(await state(run, reads.labelOfItem2)).toBe('item 2');
	});

	it('the run index is always 0: execute() must note its own', async () => {
		const started = await engine.run({
			workflow: {
				nodes: [
					{ name: 'Waiter', type: 'waiter' },
					{ name: 'Again', type: 'noOp' },
				],
				connections: [
					['Waiter', 'Again'],
					['Again', 'Waiter'],
				],
			},
		});
		behave(resumeWith({}));
		const second = await engine.resume(await engine.callWebhook(started));

		expect(second.status).toBe('waiting');
		expect(await state(second, reads.runIndex)).toBe(0);
		expect(await state(second, reads.notedRunIndex)).toBe(1);
	});

	it('nothing that is written to the context stays, unless the execution is resumed', async () => {
		const run = await wait(1);
		const write = (context: IWebhookFunctions) => (reads.context(context) as string[]).push('x');

		expect(await state(run, write)).toBe(2);
		expect(await state(run, write)).toBe(2);
	});

	it('requests are authenticated, files are stored with the execution', async () => {
		const { server, url, seen } = await startApi();
		behave(async function () {
			const body = (await this.helpers.httpRequestWithAuthentication.call(this, 'demoApi', {
				url,
				encoding: 'stream',
			})) as Parameters<typeof this.helpers.prepareBinaryData>[0];
			const data = await this.helpers.prepareBinaryData(body, 'a.mp4', 'video/mp4');
			return { workflowData: [[{ json: {}, binary: { data } }]] };
		});
		const run = await wait(1);
		const resumed = await engine.resume(await engine.callWebhook(run));
		await server.close();
		const [item] = resumed.items('Success');

		expect(seen).toEqual(['Bearer secret']);
		expect(item?.binary?.data?.id).toContain(`/executions/${run.executionId}/`);
		expect(item && (await engine.binary(item)).toString()).toBe('a film');
	});
});

async function startApi() {
	const server: FastifyInstance = fastify({ forceCloseConnections: true });
	const seen: Array<string | undefined> = [];
	server.get('/', (request) => {
		seen.push(request.headers.authorization);
		return 'a film';
	});
	return { server, seen, url: await server.listen({ host: '127.0.0.1', port: 0 }) };
}

describe('the webhook server', () => {
	let server: WebhookServer;
	beforeEach(async () => {
		server = await startWebhookServer(engine);
	});
	afterEach(() => server.close());

	const post = async (path: string, body: unknown = {}) => {
		const response = await fetch(new URL(path, server.url), {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: typeof body === 'string' ? body : JSON.stringify(body),
		});
		const text = await response.text();
		return { status: response.status, text };
	};

	it('resumes an execution at the URL that its node sees', async () => {
		const run = await wait(1);
		behave(resumeWith({ done: true }));
		const answer = await post(`webhook-waiting/${run.executionId}?job=1`);
		const end = await engine.whenOver(run);

		expect(engine.baseUrl).toBe(server.url);
		expect(answer.status).toBe(200);
		expect(end.status).toBe('success');
		expect(end.items('Success').map(({ json }) => json)).toEqual([{ done: true }]);
	});

	it('answers as n8n does when nothing waits', async () => {
		const run = await wait(1);
		behave(() => Promise.resolve({}));

		expect(await post('webhook-waiting/4711')).toEqual({
			status: 404,
			text: '{"code":404,"message":"The execution \\"4711\\" does not exist."}',
		});
		expect((await post(`webhook-waiting/${run.executionId}/other`)).status).toBe(404);
		expect((await post(`webhook-waiting/${run.executionId}`, 'no json')).status).toBe(422);
		await engine.resumeByTimer(run);
		expect((await post(`webhook-waiting/${run.executionId}`)).status).toBe(409);
	});

	it('answers 409 while the execution runs, and the call is lost', async () => {
		let status: number | undefined;
		class Early extends Waiter {
			override async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
				({ status } = await post(`webhook-waiting/${this.getExecutionId()}`));
				return [this.getInputData()];
			}
		}
		await engine.close();
		engine = await createEngine({ nodes: { early: new Early() } });
		await server.close();
		server = await startWebhookServer(engine);
		await engine.runNode({});

		expect(status).toBe(409);
	});

	it('lets one of two calls at once resume, and answers the other with 500', async () => {
		const run = await wait(1);
		let together = 0;
		const both = new Promise<void>((resolve) => {
			behave(async () => {
				if (++together === 2) resolve();
				await both;
				return { workflowData: [[{ json: {} }]] };
			});
		});
		const path = `webhook-waiting/${run.executionId}`;
		const answers = await Promise.all([post(path), post(path)]);
		const end = await engine.whenOver(run);

		expect(answers.map(({ status }) => status).sort()).toEqual([200, 500]);
		expect(end.tasks('Success')).toHaveLength(1);
	});

	it('lets a node answer itself and work on for as long as it likes', async () => {
		const run = await wait(1);
		const { server: api, url, seen } = await startApi();
		let answered: () => void = () => undefined;
		const afterAnswer = new Promise<void>((resolve) => (answered = resolve));
		behave(async function () {
			this.getResponseObject().status(202).json({ queued: true });
			await afterAnswer;
			await this.helpers.httpRequestWithAuthentication.call(this, 'demoApi', { url });
			const data = await this.helpers.prepareBinaryData(Buffer.from('x'), 'x.txt', 'text/plain');
			return { noWebhookResponse: true, workflowData: [[{ json: {}, binary: { data } }]] };
		});
		const answer = await post(`webhook-waiting/${run.executionId}`);
		expect(answer).toEqual({ status: 202, text: '{"queued":true}' });
		expect(engine.stored(run.executionId).status).toBe('waiting');

		answered();
		const end = await engine.whenOver(run);
		await api.close();

		expect(seen).toEqual(['Bearer secret']);
		expect(end.items('Success')[0]?.binary?.data?.fileName).toBe('x.txt');
	});
});

describe('a trigger', () => {
	let server: WebhookServer;
	beforeEach(async () => {
		server = await startWebhookServer(engine);
	});
	afterEach(() => server.close());

	const activate = (type = 'event') =>
		engine.activate({
			nodes: [
				{ name: 'Event', type },
				{ name: 'Next', type: 'noOp' },
			],
		});

	it('is registered on activation and taken back on deactivation', async () => {
		const { workflowId, urls } = await activate();
		const [url] = urls;
		expect(url).toMatch(new RegExp(`^${server.url}webhook/[0-9a-f-]{36}/event$`));
		expect(hookCalls).toEqual([`checkExists ${url ?? ''}`, `create ${url ?? ''}`]);
		expect(engine.staticData(workflowId)).toMatchObject({
			'node:Event': { checkExists: true, create: true },
		});

		await engine.deactivate(workflowId);
		expect(hookCalls[2]).toBe(`delete ${url ?? ''}`);
		expect((await fetch(url ?? '', { method: 'POST' })).status).toBe(404);
	});

	it('starts its workflow with what webhook() returns, in production mode', async () => {
		const { urls } = await activate();
		behave(resumeWith({ job: 'a' }));
		const response = await fetch(urls[0] ?? '', { method: 'POST' });
		const [executionId = ''] = engine.executionIds();
		const run = await engine.whenOver({ executionId });

		expect(response.status).toBe(200);
		expect(run).toMatchObject({ status: 'success', mode: 'webhook' });
		expect(run.items('Next').map(({ json }) => json)).toEqual([{ job: 'a' }]);
	});

	it.each([
		[undefined, 'firstEntryJson'],
		['', '{"thanks":true}'],
		['noData', ''],
	])('with responseData %p answers %p when it starts its workflow', async (responseData, text) => {
		const trigger = new EventTrigger();
		const [webhook] = TRIGGER.webhooks ?? [];
		if (!webhook) throw new Error('The trigger has no webhook');
		const webhooks = [{ ...webhook, ...(responseData !== undefined && { responseData }) }];
		trigger.description = { ...TRIGGER, webhooks };
		await server.close();
		await engine.close();
		engine = await createEngine({ nodes: { event: trigger } });
		server = await startWebhookServer(engine);
		const { urls } = await activate();
		behave(() =>
			Promise.resolve({ workflowData: [[{ json: {} }]], webhookResponse: { thanks: true } }),
		);
		const response = await fetch(urls[0] ?? '', { method: 'POST' });

		expect(await response.text()).toBe(text);
		await engine.idle();
	});

	it('starts nothing when webhook() returns no items', async () => {
		const { urls } = await activate();
		behave(() => Promise.resolve({}));
		const response = await fetch(urls[0] ?? '', { method: 'POST' });

		expect(await response.json()).toEqual({ message: 'Webhook call received' });
		expect(engine.executionIds()).toEqual([]);
	});

	it('has its static data saved after each webhook(); of two at once, the later save wins', async () => {
		const { workflowId, urls } = await activate();
		const count = function (this: IWebhookFunctions) {
			const data = this.getWorkflowStaticData('node');
			data.count = Number(data.count ?? 0) + 1;
		};
		behave(function () {
			count.call(this);
			return Promise.resolve({});
		});
		const call = () => fetch(urls[0] ?? '', { method: 'POST' });
		await call();
		await call();
		expect(engine.staticData(workflowId)).toMatchObject({ 'node:Event': { count: 2 } });

		let together = 0;
		const both = new Promise<void>((resolve) => {
			behave(async function () {
				if (++together === 2) resolve();
				await both;
				count.call(this);
				return {};
			});
		});
		await Promise.all([call(), call()]);
		expect(engine.staticData(workflowId)).toMatchObject({ 'node:Event': { count: 3 } });
	});

	it.each([
		['stays behind when no other node hands it on', ['Event'], 'kept'],
		['is lost when another node hands it on', ['Event', 'Next'], 'lost'],
	])('with a file from its webhook(): that %s', async (_case, names, fate) => {
		const { urls } = await engine.activate({
			nodes: names.map((name) => ({ name, type: name === 'Event' ? 'event' : 'noOp' })),
		});
		behave(async function () {
			const data = await this.helpers.prepareBinaryData(Buffer.from('film'), 'a', 'video/mp4');
			return { workflowData: [[{ json: {}, binary: { data } }]] };
		});
		await fetch(urls[0] ?? '', { method: 'POST' });
		const [executionId = ''] = engine.executionIds();
		const [item] = (await engine.whenOver({ executionId })).items('Event');
		const content = item && (await engine.binary(item).catch(() => undefined));

		expect(content?.toString()).toBe(fate === 'kept' ? 'film' : undefined);
	});

	it('may have an execute() that runs in the execution which webhook() started', async () => {
		const { urls } = await activate('working');
		behave(resumeWith({ job: 'a' }));
		await fetch(urls[0] ?? '', { method: 'POST' });
		const [executionId = ''] = engine.executionIds();
		const run = await engine.whenOver({ executionId });
		const [item] = run.items('Next');

		expect(NodeHelpers.isTriggerNode(TRIGGER)).toBe(true);
		expect(item?.json).toEqual({ job: 'a', executionId });
		expect(item?.binary?.data?.id).toContain(`/executions/${executionId}/`);
	});
});
