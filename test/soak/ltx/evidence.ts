import type { INodeExecutionData } from 'n8n-workflow';

import type { LtxEntry, LtxJob } from '../../emulator/ltx/jobs';
import { describe, inputOf, textOf } from '../evidence';
import type { Played } from './play';

/** An item that came out, the output that it came out of, and the input item that it is paired with. */
export interface OutputItem {
	output: number;
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
	/** What was charged for each prompt. */
	charges: Map<string, LtxEntry[]>;
	/** The job of an ID as the node shows it. */
	job: (jobId: unknown) => LtxJob | undefined;
}

/** Puts together what the service has recorded and what the node has put out. */
export function examine(played: Played): Evidence {
	const { run, emulator, items, plan } = played;
	const failure = run?.error && {
		name: run.error.name,
		text: `${run.error.message} ${describe(run.error)}`,
	};
	const tasks = run?.tasks() ?? [];
	const ended = tasks.filter(({ error }) => !error || plan.onError !== 'stopWorkflow');
	const outputs = ended.flatMap(({ data }) =>
		(data?.main ?? []).flatMap((out, output) =>
			(out ?? []).map((item): OutputItem => ({ output, input: inputOf(item), item })),
		),
	);
	const prompts = new Set(items.map(({ prompt }) => prompt));
	const charges = new Map<string, LtxEntry[]>();
	for (const charge of emulator.ltx.ledger.charges) {
		const { prompt } = charge.parameters;
		if (typeof prompt !== 'string' || !prompts.has(prompt)) continue;
		charges.set(prompt, [...(charges.get(prompt) ?? []), charge]);
	}
	return {
		...played,
		outputs,
		failure,
		told: [failure?.text ?? '', ...outputs.map(({ item }) => textOf(item))].join('\n'),
		charges,
		job: (jobId) => emulator.ltx.jobs.all.find(({ endpoint, id }) => `${endpoint}/${id}` === jobId),
	};
}
