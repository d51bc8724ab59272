import type { IExecuteFunctions, IRunExecutionData } from 'n8n-workflow';

import { evaluateText } from './evaluate';

/**
 * For a retry of an execution: tells whether another execution of the workflow has ended without handing over what this node
 * has made in it. n8n does not say which execution is retried, but lets a node read what is stored of any.
 *
 * @param run the run of this node that is asked about
 * @returns undefined where this execution does not retry another
 */
export function hasLeftBehind(
	context: IExecuteFunctions,
	run: string,
): ((executionId: string) => Promise<boolean>) | undefined {
	if (context.getMode() !== 'retry') return undefined;
	return async (executionId) => {
		const data = await context.getExecutionDataById(executionId);
		return data !== undefined && isLeftBehind(context, data, Number(run));
	};
}

function isLeftBehind(context: IExecuteFunctions, data: IRunExecutionData, run: number): boolean {
	const { name } = context.getNode();
	const { runData, error } = data.resultData;
	const ownRun = runData[name]?.[run];
	if (ownRun?.data !== undefined && ownRun.executionStatus === 'success') return false;
	const [next] = data.executionData?.nodeExecutionStack ?? [];
	// It was woken, and what it has made is stored with the execution.
	if (next?.node.name === name && next.node.disabled === true) return false;
	if (error !== undefined) return true;
	if (data.waitTill !== undefined) return false;
	return isRetried(context, data);
}

/** n8n does not mark the execution of every worker that died: such a one is known by what it began with. */
function isRetried(context: IExecuteFunctions, { executionData }: IRunExecutionData): boolean {
	const [first] = executionData?.nodeExecutionStack ?? [];
	const started = first?.data.main?.[0]?.map(({ json }) => json);
	if (first === undefined || started === undefined) return false;
	const name = JSON.stringify(first.node.name).replace(/[{}]/g, escapeCharacter);
	const own = evaluateText(
		context,
		`{{ JSON.stringify($(${name}).all().map((item) => item.json)) }}`,
	);
	return own === JSON.stringify(started);
}

const escapeCharacter = (character: string) =>
	`\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
