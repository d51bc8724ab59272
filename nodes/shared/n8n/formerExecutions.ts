import type {
	IExecuteData,
	IExecuteFunctions,
	INodeExecutionData,
	IRunExecutionData,
} from 'n8n-workflow';

import { quoteName } from './evaluate';

/** How an execution has ended without handing over what the node has made in it. */
export type LeftBehind =
	/** It is the one that is retried. The node has failed, so that somebody may have changed what it asks for. */
	| 'failed'
	/** It is the one that is retried, and never came to an end. */
	| 'died'
	/** It has failed, and may be the one that is retried. */
	| 'any';

/**
 * For a retry of an execution: tells how another execution of the workflow has ended without handing over what this node
 * has made in it, if it has. n8n does not say which execution is retried, but lets a node read what is stored of any.
 *
 * @returns undefined where this execution does not retry another
 */
export function hasLeftBehind(
	context: IExecuteFunctions,
): ((executionId: string, run: string) => Promise<LeftBehind | undefined>) | undefined {
	if (context.getMode() !== 'retry') return undefined;
	// n8n reads and parses all that is stored of an execution, each time. No more than one is kept: it may be large.
	let last: { executionId: string; reading: Promise<IRunExecutionData | undefined> } | undefined;
	return async (executionId, run) => {
		if (last?.executionId !== executionId) {
			last = { executionId, reading: context.getExecutionDataById(executionId) };
		}
		const data = await last.reading;
		return data && endOf(context, data, Number(run));
	};
}

/** @returns undefined where nothing was left behind */
function endOf(
	context: IExecuteFunctions,
	data: IRunExecutionData,
	run: number,
): LeftBehind | undefined {
	const { name } = context.getNode();
	const { runData, error } = data.resultData;
	const runs = runData[name] ?? [];
	const ownRun = runs[run];
	if (ownRun?.data !== undefined && ownRun.executionStatus === 'success') return undefined;
	const [next] = data.executionData?.nodeExecutionStack ?? [];
	// It was woken, and what it has made is stored with the execution, as its input. A retry of the workflow as it is saved now runs it
	// again, with that.
	const isWoken = next?.node.name === name && next.node.disabled === true;
	if (isWoken && run <= runs.length) {
		return areSame(textsOf(context.getInputData()), givenTo(next) ?? []) ? 'died' : undefined;
	}
	if (error === undefined && data.waitTill !== undefined) return undefined;
	switch (isRetried(context, data)) {
		case true:
			return ownRun?.executionStatus === 'error' ? 'failed' : 'died';
		case false:
			return undefined;
		case undefined:
			// Of those that died there may be many, and jobs of theirs are no reason to refuse anything.
			return error === undefined ? undefined : 'any';
	}
}

/**
 * The execution that is retried is known by what it went on with, in whatever order.
 *
 * @returns undefined where that can't be told
 */
function isRetried(context: IExecuteFunctions, data: IRunExecutionData): boolean | undefined {
	const [next] = data.executionData?.nodeExecutionStack ?? [];
	const given = next && givenTo(next);
	if (next === undefined || given === undefined) return undefined;
	const { name, executeOnce } = context.getNode();
	// It went on with this very node, where that had failed, or n8n has saved how far it was. One that was woken has put out something.
	if (next.node.name === name && next.node.disabled !== true) {
		const own = textsOf(context.getInputData());
		if (areSame(own, executeOnce === true ? given.slice(0, 1) : given)) return true;
		// One that sleeps keeps something else in the place of its input.
		return data.waitTill === undefined ? false : undefined;
	}
	const output = outputOf(
		context,
		next.node.name,
		data.resultData.runData[next.node.name]?.length ?? 0,
	);
	return Array.isArray(output) && areSame(output, given) ? true : undefined;
}

const textsOf = (items: readonly INodeExecutionData[]): string[] =>
	items.map(({ json }) => JSON.stringify(json));

const givenTo = ({ data: { main } }: IExecuteData): string[] | undefined =>
	main?.[0] ? textsOf(main[0]) : undefined;

const areSame = (some: unknown[], others: unknown[]): boolean =>
	JSON.stringify(some.sort()) === JSON.stringify(others.sort());

/** @returns undefined where that node has not run in this execution */
function outputOf(context: IExecuteFunctions, node: string, run: number): unknown {
	try {
		return context.evaluateExpression(
			`{{ $(${quoteName(node)}).all(0, ${run}).map((item) => JSON.stringify(item.json)) }}`,
			0,
		);
	} catch {
		return undefined;
	}
}
