import type { INodeExecutionData } from 'n8n-workflow';

import { readReplyReference } from '../../nodes/shared/jobs/reference';
import type { Job, LedgerEntry } from '../emulator';
import type { Played } from './play';

/** An item that came out, and the output that it came out of. */
export interface OutputItem {
	output: number;
	/** The input item that it is paired with; NaN where it is with none. */
	input: number;
	item: INodeExecutionData;
}

/** What can be seen of a run, on both sides. */
export interface Evidence extends Played {
	outputs: OutputItem[];
	/** Why the node failed as a whole. */
	failure: { name: string; text: string } | undefined;
	/** Everything that the user is told. */
	told: string;
	/** What was charged for each input item. */
	charges: Map<number, LedgerEntry[]>;
	job: (jobId: unknown) => Job | undefined;
	/** The input item that a job was submitted for. */
	itemOf: (job: Job | undefined) => number | undefined;
}

/** Puts together what the service has recorded and what the node has put out. */
export function examine(played: Played): Evidence {
	const { run, emulator } = played;
	const failure = run?.error && {
		name: run.error.name,
		text: `${run.error.message} ${describe(run.error)}`,
	};
	const isOut = !failure && run !== undefined && run.tasks().length > 0;
	const outputs = isOut
		? run
				.output()
				.flatMap((items, output) =>
					items.map((item): OutputItem => ({ output, input: inputOf(item), item })),
				)
		: [];
	const charges = new Map<number, LedgerEntry[]>();
	for (const charge of emulator.ledger.charges) {
		const reference = readReplyReference(charge.replyRef);
		if (reference) charges.set(reference.item, [...(charges.get(reference.item) ?? []), charge]);
	}
	return {
		...played,
		outputs,
		failure,
		told: [failure?.text ?? '', ...outputs.map(({ item }) => textOf(item))].join('\n'),
		charges,
		job: (jobId) => (typeof jobId === 'string' ? emulator.jobs.get(jobId) : undefined),
		itemOf: (job) => readReplyReference(job?.replyRef)?.item,
	};
}

/** What an item tells, its error included. */
export function textOf({ json, error }: INodeExecutionData): string {
	return `${JSON.stringify(json)} ${error ? `${error.message} ${describe(error)}` : ''}`;
}

const describe = (error: object): string =>
	'description' in error && typeof error.description === 'string' ? error.description : '';

function inputOf({ pairedItem }: INodeExecutionData): number {
	if (typeof pairedItem === 'number') return pairedItem;
	return Array.isArray(pairedItem) ? NaN : (pairedItem?.item ?? NaN);
}

/** The status of an item's job, also where the answer of the API is put out as it is. */
export function statusOf({ json: { status } }: INodeExecutionData): unknown {
	return typeof status === 'object' && status !== null && 'type' in status ? status.type : status;
}

/** Whether an item came out as an error. */
export const isError = ({ item }: OutputItem): boolean =>
	item.error !== undefined || item.json.error !== undefined;
