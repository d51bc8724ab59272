import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import type { Clock } from '../emulator';

const describe = (
	name: string,
	ends: Pick<INodeTypeDescription, 'inputs' | 'outputs'>,
): INodeTypeDescription => ({
	displayName: name,
	name,
	group: ['transform'],
	version: 1,
	description: name,
	defaults: { name },
	properties: [{ displayName: 'Size', name: 'size', type: 'number', default: 1 }],
	...ends,
});

const { Main, AiTool } = NodeConnectionTypes;

/** How long n8n takes at least to go on with an execution and to store it again, in milliseconds. */
const RUN_MS = 300;
const PAUSE_MS = 30_000;

/** A source such as a database: what it gives may have changed when it is run again. */
export class Rows implements INodeType {
	description = describe('Rows', { inputs: [Main], outputs: [Main] });

	rows: IDataObject[] = [];

	get execute(): INodeType['execute'] {
		const { rows } = this;
		return () => Promise.resolve([rows.map((json, item) => ({ json, pairedItem: { item } }))]);
	}
}

/** A node behind, such as n8n's Wait, that stores the execution once more. */
export class Pause implements INodeType {
	description = describe('Pause', { inputs: [Main], outputs: [Main] });

	private readonly runsOf = new Map<string, number>();

	constructor(private readonly clock: Clock) {}

	/** How often it has run in one execution, at most. */
	get runs(): number {
		return Math.max(0, ...this.runsOf.values());
	}

	get execute(): INodeType['execute'] {
		const begin = async (context: IExecuteFunctions) => {
			const executionId = context.getExecutionId();
			this.runsOf.set(executionId, (this.runsOf.get(executionId) ?? 0) + 1);
			await this.clock.sleep(RUN_MS);
			await context.putExecutionToWait(new Date(this.clock.now() + PAUSE_MS));
		};
		return async function execute(this: IExecuteFunctions) {
			await begin(this);
			return [this.getInputData()];
		};
	}
}

/** n8n's Loop Over Items: hands batches on, to its second output, and in the end what came back. */
export class Loop implements INodeType {
	description = describe('Loop', { inputs: [Main], outputs: [Main, Main] });

	execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const memory = this.getContext('node') as {
			left?: INodeExecutionData[];
			done?: INodeExecutionData[];
		};
		const items = this.getInputData();
		if (memory.left) (memory.done ??= []).push(...items);
		const left = (memory.left ??= [...items]);
		const batch = left.splice(0, this.getNodeParameter('size', 0) as number);
		return Promise.resolve(batch.length > 0 ? [[], batch] : [memory.done ?? [], []]);
	}
}

/** What an agent's call of its tool has come to. */
export interface ToolCall extends IDataObject {
	/** What the tool gives back is JSON in text. */
	response?: string;
	failure?: string;
}

/** What of a tool an agent uses. */
interface Tool {
	invoke(fields: IDataObject): Promise<unknown>;
}

/** An agent whose model calls its one tool for each item, with the item's fields. */
export class Agent implements INodeType {
	description = describe('Agent', {
		inputs: [Main, { type: AiTool, required: true }],
		outputs: [Main],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const calls: INodeExecutionData[] = [];
		for (const [item, { json }] of this.getInputData().entries()) {
			const [tool] = (await this.getInputConnectionData(AiTool, item)) as Tool[];
			const call: ToolCall = {};
			try {
				call.response = String(await tool?.invoke(json));
			} catch (error) {
				call.failure = error instanceof Error ? error.message : String(error);
			}
			calls.push({ json: call, pairedItem: { item } });
		}
		return [calls];
	}
}

/** A node as n8n makes it of one that can be used as a tool. */
export function asTool(node: INodeType): INodeType {
	const description: INodeTypeDescription = {
		...node.description,
		name: `${node.description.name}Tool`,
		inputs: [],
		outputs: [AiTool],
	};
	return {
		description,
		async execute(this: IExecuteFunctions) {
			return (await node.execute?.call(this)) ?? [];
		},
	};
}
