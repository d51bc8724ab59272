import {
	NodeOperationError,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type IRunExecutionData,
} from 'n8n-workflow';

import { hasLeftBehind } from '../../../nodes/shared/n8n/formerExecutions';

const NODE: INode = {
	...{ id: '1', name: 'Film', type: 'film', typeVersion: 1 },
	...{ position: [0, 0], parameters: {} },
};

const itemsOf = (...rows: number[]): INodeExecutionData[] => rows.map((row) => ({ json: { row } }));

/** An execution that has no end and no error, and was to go on with a node. */
const stopped = (name: string, input: INodeExecutionData[], disabled = false) =>
	Object.assign(Object.create(null) as IRunExecutionData, {
		resultData: { runData: {} },
		executionData: { nodeExecutionStack: [{ node: { name, disabled }, data: { main: [input] } }] },
	});

/** Asks in a retry whose nodes have put this out; the node itself is called "Film". */
async function ask(
	stored: IRunExecutionData,
	outputs: Record<string, INodeExecutionData[]>,
	run = '0',
	node: Partial<INode> = {},
) {
	const context = Object.assign(Object.create(null) as IExecuteFunctions, {
		getMode: () => 'retry',
		getNode: () => ({ name: 'Film', ...node }),
		getInputData: () => outputs.input ?? [],
		getExecutionDataById: () => Promise.resolve(stored),
		evaluateExpression: (expression: string) => {
			const [, name = ''] = /\$\("(\w+)"\)/.exec(expression) ?? [];
			const items = outputs[name];
			if (!items) throw new Error(`Node '${name}' hasn't been executed`);
			return items.map(({ json }) => JSON.stringify(json));
		},
	});
	return await hasLeftBehind(context)?.('5', run);
}

it('reads what is stored of an execution once, for all of its runs', async () => {
	let reads = 0;
	const context = Object.assign(Object.create(null) as IExecuteFunctions, {
		getMode: () => 'retry',
		getNode: () => ({ name: 'Film' }),
		getInputData: () => [],
		getExecutionDataById: () => {
			reads++;
			return Promise.resolve(stopped('Film', itemsOf(1)));
		},
	});
	const ask = hasLeftBehind(context);
	await Promise.all(['0', '1', '2'].map(async (run) => await ask?.('5', run)));
	await ask?.('6', '0');
	expect(reads).toBe(2);
});

describe('an execution that a retry may be of', () => {
	it.each([
		['began with the same items', 'Rows', { Rows: itemsOf(1, 2) }, true],
		['began with the same items in another order', 'Rows', { Rows: itemsOf(2, 1) }, true],
		['began with other items', 'Rows', { Rows: itemsOf(1, 3) }, false],
		['went on with a node that the retry has not run', 'Rows', {}, false],
		['went on with this very node, with the same items', 'Film', { input: itemsOf(1, 2) }, true],
		['went on with this very node, with other items', 'Film', { input: itemsOf(3) }, false],
	])('has left its jobs behind where it %s', async (_how, next, outputs, isLeftBehind) => {
		expect(await ask(stopped(next, itemsOf(1, 2)), outputs)).toBe(
			isLeftBehind ? 'died' : undefined,
		);
	});

	it.each([
		['the node has failed in', 'error', itemsOf(1), 'failed'],
		['n8n has marked crashed, where it is the one that is retried', 'crashed', itemsOf(1), 'died'],
		['n8n has marked crashed, where it may be any', 'crashed', itemsOf(9), 'any'],
		['the node has failed in, where it may be any', 'error', itemsOf(9), 'any'],
	] as const)('has left behind what %s', async (_what, executionStatus, rows, end) => {
		const stored = stopped('Rows', [...rows]);
		stored.resultData.error = new NodeOperationError(NODE, 'why');
		stored.resultData.runData = {
			Film: [{ executionStatus, startTime: 0, executionTime: 0, executionIndex: 0, source: [] }],
		};
		expect(await ask(stored, { Rows: itemsOf(1) })).toBe(end);
	});

	it('is not the one where the node has failed with other items', async () => {
		const stored = stopped('Film', itemsOf(9));
		stored.resultData.error = new NodeOperationError(NODE, 'why');
		expect(await ask(stored, { input: itemsOf(1) })).toBe(undefined);
		expect(await ask(stored, { input: itemsOf(9) })).toBe('died');
	});

	it('may be one that slept, and keeps something else in the place of its input', async () => {
		const slept = stopped('Film', itemsOf(9));
		slept.resultData.error = new NodeOperationError(NODE, 'cancelled');
		slept.waitTill = new Date();
		expect(await ask(slept, { input: itemsOf(1) })).toBe('any');
	});

	it('is known by the first item where the node executes once', async () => {
		const stored = stopped('Film', itemsOf(1, 2));
		expect(await ask(stored, { input: itemsOf(1) }, '0', { executeOnce: true })).toBe('died');
	});

	it('has left the jobs of its next round behind where it was woken before', async () => {
		const woken = stopped('Film', itemsOf(1, 2), true);
		expect(await ask(woken, { Film: itemsOf(1, 2), input: itemsOf(3) }, '1')).toBe('died');
		expect(await ask(woken, { Film: itemsOf(1, 2), input: itemsOf(3) }, '0')).toBe(undefined);
	});

	it('has left its jobs behind where it was woken, and the workflow as it is saved runs on what it had made', async () => {
		const woken = stopped('Film', itemsOf(1, 2), true);
		expect(await ask(woken, { input: itemsOf(1, 2) }, '0')).toBe('died');
	});
});
