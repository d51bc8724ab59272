import type { IExecuteFunctions, IRunExecutionData } from 'n8n-workflow';

import { quoteName } from './evaluate';

/** The node has failed, so that somebody may have changed what it asks for; or it never came to an end. */
export type LeftBehind = 'failed' | 'died';

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
	// It was woken, and what it has made is stored with the execution.
	const isWoken = next?.node.name === name && next.node.disabled === true;
	if (isWoken && run <= runs.length) return undefined;
	if (error === undefined && data.waitTill !== undefined) return undefined;
	const hasFailed = ownRun?.executionStatus === 'error';
	if (error !== undefined && hasFailed) return 'failed';
	if (isRetried(context, data)) return hasFailed ? 'failed' : 'died';
	// Of those that died there may be many, and jobs of theirs are no reason to refuse anything.
	return error === undefined ? undefined : 'failed';
}

/** n8n does not mark the execution of every worker that died: such a one is known by what it went on with, in whatever order. */
function isRetried(context: IExecuteFunctions, data: IRunExecutionData): boolean {
	const [next] = data.executionData?.nodeExecutionStack ?? [];
	const given = next?.data.main?.[0]?.map(({ json }) => JSON.stringify(json));
	if (next === undefined || given === undefined) return false;
	// Where n8n has saved how far it was, it went on with this very node, which has put nothing out yet. One that was woken has.
	const own =
		next.node.name === context.getNode().name && next.node.disabled !== true
			? context.getInputData().map(({ json }) => JSON.stringify(json))
			: outputOf(context, next.node.name, data.resultData.runData[next.node.name]?.length ?? 0);
	return Array.isArray(own) && JSON.stringify(own.sort()) === JSON.stringify(given.sort());
}

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
