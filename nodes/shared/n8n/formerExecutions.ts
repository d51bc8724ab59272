import type { IExecuteFunctions, IRunExecutionData } from 'n8n-workflow';

import { quoteName } from './evaluate';

/**
 * For a retry of an execution: tells how another execution of the workflow has ended without handing over what this node
 * has made in it, if it has. n8n does not say which execution is retried, but lets a node read what is stored of any.
 *
 * @returns undefined where this execution does not retry another
 */
export function hasLeftBehind(
	context: IExecuteFunctions,
): ((executionId: string, run: string) => Promise<'failed' | 'died' | undefined>) | undefined {
	if (context.getMode() !== 'retry') return undefined;
	// n8n reads and parses all that is stored of an execution, each time. No more than one is kept: it may be large.
	let last: { executionId: string; reading: Promise<IRunExecutionData | undefined> } | undefined;
	return async (executionId, run) => {
		if (last?.executionId !== executionId) {
			last = { executionId, reading: context.getExecutionDataById(executionId) };
		}
		const data = await last.reading;
		if (data === undefined || !isLeftBehind(context, data, Number(run))) return undefined;
		const ownRun = data.resultData.runData[context.getNode().name]?.[Number(run)];
		// Of those that died there may be many, and jobs of theirs are no reason to refuse anything.
		const hasDied = ownRun?.executionStatus !== 'error' && isRetried(context, data);
		return hasDied ? 'died' : 'failed';
	};
}

function isLeftBehind(context: IExecuteFunctions, data: IRunExecutionData, run: number): boolean {
	const { name } = context.getNode();
	const { runData, error } = data.resultData;
	const runs = runData[name] ?? [];
	const ownRun = runs[run];
	if (ownRun?.data !== undefined && ownRun.executionStatus === 'success') return false;
	const [next] = data.executionData?.nodeExecutionStack ?? [];
	// It was woken, and what it has made is stored with the execution.
	const isWoken = next?.node.name === name && next.node.disabled === true;
	if (isWoken && run <= runs.length) return false;
	if (error !== undefined) return true;
	if (data.waitTill !== undefined) return false;
	return isRetried(context, data);
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
