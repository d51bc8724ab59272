import type { INodeExecutionData } from 'n8n-workflow';

import type { LtxEntry, LtxJob } from '../../emulator/ltx/jobs';
import type { EngineRun } from '../../engine/harness';
import { failureOf, inputOf, textOf } from '../evidence';
import type { Plan } from './plan';
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
	/** The same of all executions. */
	failures: string[];
	/** Everything that the user is told. */
	told: string;
	/** What was charged for each prompt. */
	charges: Map<string, LtxEntry[]>;
	/** The job of an ID as the node shows it. */
	job: (jobId: unknown) => LtxJob | undefined;
}

/** Puts together what the service has recorded and what the node has put out. */
export function examine(played: Played): Evidence {
	const { run, emulator, items, plan, failed, between } = played;
	const runsBefore = failed.map((ending) => ending.run);
	const runs = [run, between?.run, ...runsBefore].filter((one) => one !== undefined);
	const failures = runs.flatMap((one) => failureOf(one)?.text ?? []);
	const allOutputs = runs.flatMap((one) => outputsOf(one, plan));
	const prompts = new Set(items.map(({ prompt }) => prompt));
	const charges = new Map<string, LtxEntry[]>();
	for (const charge of emulator.ltx.ledger.charges) {
		const { prompt } = charge.parameters;
		if (typeof prompt !== 'string' || !prompts.has(prompt)) continue;
		charges.set(prompt, [...(charges.get(prompt) ?? []), charge]);
	}
	return {
		...played,
		outputs: run ? outputsOf(run, plan) : [],
		failure: run && failureOf(run),
		failures,
		told: [...failures, ...allOutputs.map(({ item }) => textOf(item))].join('\n'),
		charges,
		job: (jobId) => emulator.ltx.jobs.all.find(({ endpoint, id }) => `${endpoint}/${id}` === jobId),
	};
}

/** What the node has put out. */
export function outputsOf(run: EngineRun, { onError }: Plan): OutputItem[] {
	const ended = run.tasks().filter(({ error }) => !error || onError !== 'stopWorkflow');
	return ended.flatMap(({ data }) =>
		(data?.main ?? []).flatMap((out, output) =>
			(out ?? []).map((item): OutputItem => ({ output, input: inputOf(item), item })),
		),
	);
}
