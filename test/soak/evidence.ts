import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Job, LedgerEntry } from '../emulator';
import type { EngineRun } from '../engine/harness';
import type { ToolCall } from './helperNodes';
import type { PlannedItem } from './items';
import { batchSizeOf, type Plan } from './plan';
import type { Played } from './play';

/** An item that came out, and the output that it came out of. */
export interface OutputItem {
	output: number;
	/** The input item that it is paired with, counted over all runs of the node; NaN where it is with none. */
	input: number;
	item: INodeExecutionData;
}

/** What can be seen of a run, on both sides. */
export interface Evidence extends Played {
	/** The items that the node was given in runs that came to their end. */
	given: PlannedItem[];
	outputs: OutputItem[];
	/** Why the node failed as a whole, the last time. */
	failure: { name: string; text: string } | undefined;
	/** Everything that the user is told, also by the executions that were retried, and by the one between. */
	told: string;
	/** What was charged for each content. */
	charges: Map<string, LedgerEntry[]>;
	job: (jobId: unknown) => Job | undefined;
	/** What a job was made for. */
	contentOf: (job: Job | undefined) => string | undefined;
}

/** Puts together what the service has recorded and what the node has put out. */
export function examine(played: Played): Evidence {
	const { run, emulator, items, plan, failed, between } = played;
	const failure = run && failureOf(run);
	const outputs = run ? outputsOf(run, plan) : [];
	const runsBefore = failed.map((ending) => ending.run);
	const runs = [run, between?.run, ...runsBefore].filter((one) => one !== undefined);
	const contents = new Set(items.map(({ content }) => content));
	const contentOf = (job: Job | undefined) => [job?.prompt, job?.parameters.jobId].find(isText);
	const charges = new Map<string, LedgerEntry[]>();
	for (const charge of emulator.ledger.charges) {
		const content = contentOf(emulator.jobs.get(charge.jobId));
		if (content === undefined || !contents.has(content)) continue;
		charges.set(content, [...(charges.get(content) ?? []), charge]);
	}
	return {
		...played,
		given: items.slice(0, (run ? endedOf(run, plan) : []).length * batchSizeOf(plan)),
		outputs,
		failure,
		told: runs
			.flatMap((one) => [
				failureOf(one)?.text ?? '',
				...outputsOf(one, plan).map(({ item }) => textOf(item)),
			])
			.join('\n'),
		charges,
		job: (jobId) => (typeof jobId === 'string' ? emulator.jobs.get(jobId) : undefined),
		contentOf,
	};
}

/** Why the node failed as a whole. */
export const failureOf = ({ error }: EngineRun): Evidence['failure'] =>
	error && { name: error.name, text: `${error.message} ${describe(error)}` };

/** The runs of the node that came to their end. */
const endedOf = (run: EngineRun, { onError }: Plan) =>
	run.tasks().filter(({ error }) => !error || onError !== 'stopWorkflow');

/** What the node has put out in all its runs. */
export const outputsOf = (run: EngineRun, plan: Plan): OutputItem[] =>
	endedOf(run, plan).flatMap(({ data }, round) => {
		const outs = (data?.main ?? []).map((out) =>
			(out ?? []).map(plan.way === 'tool' ? toolItem : same),
		);
		const first = round * batchSizeOf(plan);
		return outs.flatMap((out, output) =>
			out.map((item): OutputItem => ({ output, input: first + inputOf(item), item })),
		);
	});

const isText = (value: unknown): value is string => typeof value === 'string';

const same = (item: INodeExecutionData) => item;

/** What a tool has told its agent, as the item that it was. */
function toolItem({ json, pairedItem }: INodeExecutionData): INodeExecutionData {
	const { response, failure } = json as ToolCall;
	const [told] = response === undefined ? [] : (JSON.parse(response) as IDataObject[]);
	return {
		json: told ?? { error: failure ?? 'nothing' },
		...(pairedItem !== undefined && { pairedItem }),
	};
}

/** What an item tells, its error included. */
export function textOf({ json, error }: INodeExecutionData): string {
	return `${JSON.stringify(json)} ${error ? `${error.message} ${describe(error)}` : ''}`;
}

/** What an error says besides its message. */
const describe = (error: object): string =>
	'description' in error && typeof error.description === 'string' ? error.description : '';

/** The input item that an item is paired with; NaN where it is with none. */
export function inputOf({ pairedItem }: INodeExecutionData): number {
	if (typeof pairedItem === 'number') return pairedItem;
	return Array.isArray(pairedItem) ? NaN : (pairedItem?.item ?? NaN);
}

/** The status of an item's job, also where the answer of the API is put out as it is. */
export function statusOf({ json: { status } }: INodeExecutionData): unknown {
	return typeof status === 'object' && status !== null && 'type' in status ? status.type : status;
}

/** Whether an item came out as an error. */
export const isError = ({ item }: Pick<OutputItem, 'item'>): boolean =>
	item.error !== undefined || item.json.error !== undefined;
