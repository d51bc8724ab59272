import type { IExecuteFunctions } from 'n8n-workflow';

import { evaluateText } from '../n8n/evaluate';
import { isTool } from '../n8n/version';
import { Memory, type Remembered } from './memory';
import { isSameRun, marksOf, readReplyReference, type RunOrigin } from './reference';
import { toolCallOf } from './toolCalls';

/** A try of a run of the node. */
export interface Attempt {
	/** Where its jobs come from. */
	origin: RunOrigin;
	/** What it and the tries before it have submitted. */
	memory: Memory;
}

/** The n8n that a node runs in. A restored database brings the ID of its instance along, but not its address. */
export const instanceOf = (context: IExecuteFunctions): string =>
	`${context.getInstanceId()} ${context.getInstanceBaseUrl()}`;

/** Begins a try of this run: n8n may have made one before, whose jobs memory knows. */
export function beginAttempt(context: IExecuteFunctions): Attempt {
	const run = evaluateText(context, '{{ $runIndex }}');
	const origin: RunOrigin = {
		instanceId: instanceOf(context),
		workflowId: context.getWorkflow().id,
		executionId: context.getExecutionId(),
		nodeId: context.getNode().id,
		run,
	};
	const [first] = context.getInputData();
	if (!isTool(context) || !first) {
		return { origin, memory: new Memory(context.getContext('node')) };
	}
	const call = toolCallOf(first.json, run);
	return { origin: { ...origin, run: call.run }, memory: call.memory };
}

/** What of it was for an item. */
export const ofItem = (all: readonly Remembered[], item: number): Remembered[] =>
	all.filter(({ reference }) => readReplyReference(reference)?.item === item);

/** What the tries before this one have submitted, or may have. */
export function submittedBefore({ memory, origin }: Attempt): Remembered[] {
	const marks = marksOf(origin);
	return memory.all().filter(({ reference }) => {
		const place = readReplyReference(reference);
		return place !== undefined && isSameRun(place, marks);
	});
}
