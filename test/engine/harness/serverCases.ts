import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type {
	INodeExecutionData,
	INodeParameters,
	IRunExecutionData,
	ITaskData,
} from 'n8n-workflow';

import type { Request } from './serverNodes';

/** A node of a case: one of the server's, or `noOp`. */
export interface CaseNode {
	name: string;
	type: string;
	parameters?: INodeParameters;
	onError?: 'continueErrorOutput';
	webhookId?: string;
}

/** A workflow of a case: from a node's output (0 when left out) to another node. Left out, nodes follow one another. */
export interface CaseWorkflow {
	nodes: CaseNode[];
	links?: Array<[from: string, to: string, output?: number]>;
}

/** An execution as it is stored. */
export interface Seen {
	status: string;
	mode: string;
	data: IRunExecutionData;
}

/** Where the cases are played: the harness, or a real n8n. What they do to it from outside, they do by HTTP. */
export interface Stage {
	/** Where webhooks are, with a slash at its end. */
	readonly url: string;
	/** Starts a workflow by hand, at its first node. @returns the execution's ID */
	start(workflow: CaseWorkflow): Promise<string>;
	/** Resolves once an execution does not run: it is over, or it waits. */
	settled(executionId: string): Promise<Seen>;
	/** Resolves once it is over. */
	over(executionId: string): Promise<Seen>;
	/** What is stored of it now. */
	stored(executionId: string): Promise<Seen>;
	/** Resolves once the time of a waiting execution is up, and it is over. */
	timeUp(executionId: string): Promise<Seen>;
	cancel(executionId: string): Promise<void>;
	/** Ends n8n, and starts it again. */
	restart(): Promise<void>;
	/** Publishes a workflow. @returns its ID */
	activate(workflow: CaseWorkflow): Promise<string>;
	deactivate(workflowId: string): Promise<void>;
	/** The executions of a workflow. */
	executionsOf(workflowId: string): Promise<string[]>;
	/** A file of the binary store; undefined if it is not there any more. */
	file(id: string): Promise<Buffer | undefined>;
}

const tasksOf = ({ data }: Seen, node: string): ITaskData[] => data.resultData.runData[node] ?? [];

const outputsOf = (seen: Seen, node: string): INodeExecutionData[][] =>
	(tasksOf(seen, node).at(-1)?.data?.main ?? []).map((items) => items ?? []);

const itemsOf = (seen: Seen, node: string) => outputsOf(seen, node)[0] ?? [];

const jsonOf = (seen: Seen, node: string) => itemsOf(seen, node).map(({ json }) => json);

/** Calls a webhook. */
async function post(url: string, body: Request | string, query = '') {
	const response = await fetch(url + query, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	return { status: response.status, text: await response.text() };
}

/** Waits for a condition; where it never holds, the test's own time-out ends it. */
async function until(condition: () => Promise<boolean>): Promise<void> {
	while (!(await condition())) await delay(20);
}

const START: CaseNode = { name: 'Start', type: 'start' };

/** Some items, a node that waits with them, and a node behind each of its outputs. */
const waiting = (
	count: number,
	parameters: INodeParameters = {},
	more: Partial<CaseNode> = {},
): CaseWorkflow => ({
	nodes: [
		START,
		{ name: 'Items', type: 'maker', parameters: { count } },
		{ name: 'Waiter', type: 'waiter', parameters, ...more },
		{ name: 'Success', type: 'noOp' },
		...(more.onError ? [{ name: 'Errors', type: 'noOp' }] : []),
	],
	links: [
		['Start', 'Items'],
		['Items', 'Waiter'],
		['Waiter', 'Success'],
		...(more.onError ? ([['Waiter', 'Errors', 1]] as Array<[string, string, number]>) : []),
	],
});

/** Runs a workflow up to where it waits. */
async function wait(stage: Stage, workflow: CaseWorkflow) {
	const executionId = await stage.start(workflow);
	const seen = await stage.settled(executionId);
	expect(seen.status).toBe('waiting');
	const url = `${stage.url}webhook-waiting/${executionId}`;
	return {
		executionId,
		seen,
		url,
		call: async (request: Request, query = '') => await post(url, request, query),
		/** What the node says in its webhook. */
		ask: async (request: Request, query = ''): Promise<unknown> => {
			const { text } = await post(url, request, query);
			return (JSON.parse(text) as { told: unknown }).told;
		},
	};
}

/** Publishes a trigger with a node behind it. */
async function listen(stage: Stage, type = 'event', nodes = ['Next']) {
	const webhookId = randomUUID();
	const workflow = {
		nodes: [{ name: 'Event', type, webhookId }, ...nodes.map((name) => ({ name, type: 'noOp' }))],
	};
	const workflowId = await stage.activate(workflow);
	const url = `${stage.url}webhook/${webhookId}/event`;
	return {
		workflowId,
		url,
		call: async (request: Request) => await post(url, request),
		/** The only execution of the workflow, once it is over. */
		execution: async () => {
			const [executionId = '?', ...others] = await stage.executionsOf(workflowId);
			expect(others).toEqual([]);
			return { executionId, seen: await stage.over(executionId) };
		},
	};
}

const RECEIVED = { status: 200, text: '{"message":"Webhook call received"}' };

/** What n8n's server does with waiting executions, with triggers, and with those that are stopped; each imitated by the harness. */
export const SERVER_CASES: Record<string, (stage: Stage) => Promise<void>> = {
	'a waiting execution is stored as one, with nothing run behind the node that waits': async (
		stage,
	) => {
		const { seen } = await wait(stage, waiting(2));
		expect(tasksOf(seen, 'Success')).toEqual([]);
		expect(seen.data.waitTill).toBeDefined();
	},

	'it goes on waiting when webhook() returns no items, and any number of calls is answered': async (
		stage,
	) => {
		const { call, executionId } = await wait(stage, waiting(1));
		expect(await call({ do: 'nothing' })).toEqual(RECEIVED);
		expect(await call({ do: 'thank' })).toEqual({ status: 200, text: '{"thanks":true}' });
		expect((await stage.stored(executionId)).status).toBe('waiting');
	},

	'it goes on with the items that webhook() returns, paired with the input by their place': async (
		stage,
	) => {
		const { call, executionId } = await wait(stage, waiting(2));
		await call({ do: 'handOnAndThank' });
		const end = await stage.over(executionId);
		expect(end.status).toBe('success');
		expect(tasksOf(end, 'Waiter')).toHaveLength(1);
		expect(tasksOf(end, 'Success')).toHaveLength(1);
		// n8n overwrites the pairs that webhook() gave.
		expect(itemsOf(end, 'Waiter')).toEqual([
			{ json: { item: 1 }, pairedItem: { item: 0 } },
			{ json: { item: 0 }, pairedItem: { item: 1 } },
		]);
	},

	'failed items of a resumed node go to its error output': async (stage) => {
		const workflow = waiting(2, {}, { onError: 'continueErrorOutput' });
		const { call, executionId } = await wait(stage, workflow);
		const failed = { error: 'moderated', message: 'It was refused' };
		await call({ do: 'handOn', items: [{ job: 'a' }, failed] });
		const end = await stage.over(executionId);
		expect(outputsOf(end, 'Waiter').map((items) => items.length)).toEqual([1, 1]);
		expect(jsonOf(end, 'Success')).toEqual([{ job: 'a' }]);
		expect(jsonOf(end, 'Errors')).toMatchObject([{ n: 1, error: 'moderated' }]);
	},

	'what webhook() returns for any output but the first is dropped': async (stage) => {
		const { call, executionId } = await wait(stage, waiting(1));
		await call({ do: 'handOn', items: [{ a: 1 }], more: [{ b: 2 }] });
		const end = await stage.over(executionId);
		expect(outputsOf(end, 'Waiter')).toEqual([[{ json: { a: 1 }, pairedItem: { item: 0 } }]]);
	},

	'its input is handed on when its time is over, as execute() left it': async (stage) => {
		const { executionId } = await wait(stage, waiting(2, { seconds: 2 }));
		const end = await stage.timeUp(executionId);
		expect(end.status).toBe('success');
		expect(jsonOf(end, 'Success')).toEqual([
			{ n: 0, status: 'active', timedOut: true },
			{ n: 1, status: 'active', timedOut: true },
		]);
		// The node before keeps what it had put out.
		expect(jsonOf(end, 'Items')).toEqual([{ n: 0 }, { n: 1 }]);
	},

	'runs of its node that were already queued are skipped: n8n disables the node for all of them':
		async (stage) => {
			const { call, executionId } = await wait(stage, {
				nodes: [
					START,
					{ name: 'A', type: 'maker' },
					{ name: 'B', type: 'noOp' },
					{ name: 'Waiter', type: 'waiter' },
				],
				links: [
					['Start', 'A'],
					['A', 'B'],
					['A', 'Waiter'],
					['B', 'Waiter'],
				],
			});
			await call({ do: 'handOn', items: [{ done: true }] });
			const end = await stage.over(executionId);
			expect(end.status).toBe('success');
			expect(tasksOf(end, 'Waiter').map((task) => task.data?.main?.[0]?.[0]?.json)).toEqual([
				{ done: true },
				{ n: 0 },
			]);
		},

	'it is the same after a restart, context included': async (stage) => {
		const { ask, executionId } = await wait(stage, waiting(2));
		await stage.restart();
		const expression = '{{ $node["Waiter"].context["jobs"] }}';
		expect(await ask({ do: 'tell', expression })).toEqual(['job 0', 'job 1']);
		expect((await stage.stored(executionId)).status).toBe('waiting');
	},

	'it ends in error when webhook() throws, and yet what follows runs with an empty item': async (
		stage,
	) => {
		const { call, executionId } = await wait(stage, waiting(2));
		expect((await call({ do: 'throw', message: 'jobs failed' })).status).toBe(500);
		const end = await stage.over(executionId);
		expect(end.status).toBe('error');
		expect(end.data.resultData.error?.message).toBe('jobs failed');
		expect(itemsOf(end, 'Success')).toEqual([{ json: {}, pairedItem: { item: 0 } }]);
	},

	'webhook() can read the call, the context, the input items and the parameters': async (stage) => {
		const workflow = waiting(3, { label: '={{ "item " + $json.n }}' });
		const { ask, executionId } = await wait(stage, workflow);
		const evaluate = async (expression: string, item?: number) =>
			await ask({ do: 'tell', expression, ...(item === undefined ? {} : { item }) });
		expect(await ask({ do: 'tellCall' }, '?signature=y')).toEqual({
			query: { signature: 'y' },
			executionId,
		});
		expect(await evaluate('{{ $node["Waiter"].context["jobs"] }}')).toEqual([
			'job 0',
			'job 1',
			'job 2',
		]);
		expect(await evaluate('{{ $json }}', 2)).toMatchObject({ n: 2, timedOut: true });
		expect(await evaluate('{{ $input.all() }}')).toHaveLength(3);
		expect(await evaluate('{{ $("Items").all().map((item) => item.json) }}')).toEqual([
			{ n: 0 },
			{ n: 1 },
			{ n: 2 },
		]);
		// A parameter's expression is resolved for the first item, whatever the item.
		expect(await ask({ do: 'tellParameter', name: 'label' })).toBe('item 0');
	},

	'the run index is 0 in every webhook(): execute() must note its own': async (stage) => {
		const first = await wait(stage, {
			nodes: [START, { name: 'Waiter', type: 'waiter' }, { name: 'Again', type: 'noOp' }],
			links: [
				['Start', 'Waiter'],
				['Waiter', 'Again'],
				['Again', 'Waiter'],
			],
		});
		await first.call({ do: 'handOn', items: [{}] });
		expect((await stage.settled(first.executionId)).status).toBe('waiting');
		expect(await first.ask({ do: 'tell', expression: '{{ $runIndex }}' })).toBe(0);
		const expression = '{{ $node["Waiter"].context["runIndex"] }}';
		expect(await first.ask({ do: 'tell', expression })).toBe(1);
	},

	'nothing that webhook() writes to the context stays': async (stage) => {
		const { ask } = await wait(stage, waiting(1));
		expect(await ask({ do: 'writeToContext', of: 'Waiter' })).toBe(2);
		expect(await ask({ do: 'writeToContext', of: 'Waiter' })).toBe(2);
	},

	'calls of what does not wait are refused': async (stage) => {
		const { url, call, executionId } = await wait(stage, waiting(1));
		expect(await post(`${stage.url}webhook-waiting/471100`, { do: 'nothing' })).toEqual({
			status: 404,
			text: '{"code":404,"message":"The execution \\"471100\\" does not exist."}',
		});
		expect((await post(`${url}/other`, { do: 'nothing' })).status).toBe(404);
		expect((await post(url, 'no json')).status).toBe(422);
		await call({ do: 'handOn', items: [{}] });
		await stage.over(executionId);
		expect((await call({ do: 'nothing' })).status).toBe(409);
	},

	'calls of what still runs are answered with 409, and are lost': async (stage) => {
		const webhookId = randomUUID();
		const workflowId = await stage.activate({
			nodes: [
				{ name: 'Event', type: 'event', webhookId },
				{ name: 'Waiter', type: 'waiter', parameters: { callsItself: true } },
			],
		});
		await post(`${stage.url}webhook/${webhookId}/event`, { do: 'handOn', items: [{}] });
		const [executionId = '?'] = await stage.executionsOf(workflowId);
		expect(jsonOf(await stage.over(executionId), 'Waiter')).toEqual([
			{
				status: 409,
				text: expect.stringContaining('is running already') as string,
				timedOut: true,
			},
		]);
	},

	'of two calls at once, one resumes, and the other is answered with 500': async (stage) => {
		const { call, executionId } = await wait(stage, waiting(1));
		const answers = await Promise.all([call({ do: 'meet' }), call({ do: 'meet' })]);
		const end = await stage.over(executionId);
		expect(answers.map(({ status }) => status).sort()).toEqual([200, 500]);
		expect(tasksOf(end, 'Success')).toHaveLength(1);
	},

	'a node can answer itself, and work on for as long as it likes': async (stage) => {
		const { call, executionId } = await wait(stage, waiting(1));
		expect(await call({ do: 'answerAndWork' })).toEqual({ status: 202, text: '{"queued":true}' });
		expect((await stage.stored(executionId)).status).toBe('waiting');
		await call({ do: 'goOn' });
		expect(jsonOf(await stage.over(executionId), 'Success')).toEqual([{ worked: true }]);
	},

	'a slow call resumes it with old data, once it waits again further on': async (stage) => {
		const { call, executionId } = await wait(stage, {
			nodes: [START, { name: 'First', type: 'waiter' }, { name: 'Second', type: 'waiter' }],
		});
		expect((await call({ do: 'answerAndWork' })).status).toBe(202);
		await call({ do: 'handOn', items: [{ from: 'quick' }] });
		const isAt = async (node: string, first: object) => {
			const seen = await stage.settled(executionId);
			const { lastNodeExecuted } = seen.data.resultData;
			return lastNodeExecuted === node && isDeepStrictEqual(jsonOf(seen, 'First'), [first]);
		};
		await until(async () => await isAt('Second', { from: 'quick' }));
		await call({ do: 'goOn' });
		// n8n compares the status only, and "waiting" it is: the second node runs once more.
		await until(async () => await isAt('Second', { worked: true }));
		expect(tasksOf(await stage.stored(executionId), 'Second')).toHaveLength(1);
	},

	'it ends at once when it is cancelled, and then takes no call': async (stage) => {
		const { call, executionId } = await wait(stage, waiting(1));
		await stage.cancel(executionId);
		expect((await stage.stored(executionId)).status).toBe('canceled');
		expect((await call({ do: 'nothing' })).status).toBe(409);
	},

	'of one that is cancelled while it runs, the state of that moment is stored': async (stage) => {
		const executionId = await stage.start({ nodes: [START, { name: 'Endless', type: 'endless' }] });
		await stage.cancel(executionId);
		const end = await stage.over(executionId);
		expect(end.status).toBe('canceled');
		expect(tasksOf(end, 'Endless')).toEqual([]);
	},

	'a trigger is registered when it is published, and taken back': async (stage) => {
		const { workflowId, url, call } = await listen(stage);
		const { text } = await call({ do: 'tellStaticData' });
		expect(JSON.parse(text)).toEqual({
			told: { calls: [`checkExists ${url}`, `create ${url}`] },
		});
		await stage.deactivate(workflowId);
		expect((await call({ do: 'nothing' })).status).toBe(404);
	},

	'it starts its workflow with what webhook() returns, in production mode': async (stage) => {
		const { call, execution } = await listen(stage);
		expect((await call({ do: 'handOn', items: [{ job: 'a' }] })).status).toBe(200);
		const { seen } = await execution();
		expect(seen).toMatchObject({ status: 'success', mode: 'webhook' });
		expect(jsonOf(seen, 'Next')).toEqual([{ job: 'a' }]);
	},

	'its description says what it answers when it starts its workflow': async (stage) => {
		const answers: Record<string, string> = {
			event: 'firstEntryJson',
			eventThatSays: '{"thanks":true}',
			eventWithoutData: '',
		};
		for (const [type, expected] of Object.entries(answers)) {
			const { call, execution } = await listen(stage, type);
			const { text } = await call({ do: 'handOnAndThank' });
			expect([type, text]).toEqual([type, expected]);
			await execution();
		}
	},

	'it starts nothing when webhook() returns no items': async (stage) => {
		const { workflowId, call } = await listen(stage);
		expect(await call({ do: 'nothing' })).toEqual(RECEIVED);
		expect(await stage.executionsOf(workflowId)).toEqual([]);
	},

	'its static data is saved after each webhook(); of two at once, the later save wins': async (
		stage,
	) => {
		const { call } = await listen(stage);
		const count = async () => {
			const { text } = await call({ do: 'tellStaticData' });
			return (JSON.parse(text) as { told: { count?: number } }).told.count;
		};
		await call({ do: 'count' });
		await call({ do: 'count' });
		expect(await count()).toBe(2);
		await Promise.all([
			call({ do: 'count', together: true }),
			call({ do: 'count', together: true }),
		]);
		expect(await count()).toBe(3);
	},

	'a file of its webhook() is kept only if no other node hands it on': async (stage) => {
		for (const [nodes, content] of [
			[[], 'film'],
			[['Next'], undefined],
		] as const) {
			const { call, execution } = await listen(stage, 'event', [...nodes]);
			await call({ do: 'file' });
			const [item] = itemsOf((await execution()).seen, 'Event');
			const file = await stage.file(item?.binary?.data?.id ?? '?');
			expect([nodes, file?.toString()]).toEqual([nodes, content]);
		}
	},

	'it may have an execute() that runs in the execution which webhook() started': async (stage) => {
		const { call, execution } = await listen(stage, 'eventThatWorks');
		await call({ do: 'handOn', items: [{ job: 'a' }] });
		const { executionId, seen } = await execution();
		const [item] = itemsOf(seen, 'Next');
		expect(item?.json).toEqual({ job: 'a', executionId });
		expect(item?.binary?.data?.id).toContain(`/executions/${executionId}/`);
	},
};
