import type { IExecuteFunctions, IWebhookFunctions, NodeTypeAndVersion } from 'n8n-workflow';

type Context = IExecuteFunctions | IWebhookFunctions;

const N8N = 'n8n-nodes-base.';
/** n8n's own nodes in which an execution waits. */
const WAITING = new Set([`${N8N}wait`, `${N8N}form`]);
/** Those that may let it wait for somebody else. */
const WAITING_FOR_OTHERS = new Set([`${N8N}executeWorkflow`, `${N8N}respondToWebhook`]);

/** Whether an execution may come to n8n's Wait or Form node once it goes on from a node: behind it, or on another branch. */
export const mayWaitLater = (context: Context): boolean =>
	laterNodes(context).some(({ type }) => WAITING.has(type));

/**
 * Whether an execution may wait once more when it goes on from a node: behind it, on another branch, or in the next round of a
 * loop. Of a node that is not n8n's own nobody knows.
 */
export function mayWaitAgain(context: Context): boolean {
	const { name } = context.getNode();
	const behind = new Set(context.getChildNodes(name).map((child) => child.name));
	const isInLoop = context.getParentNodes(name).some((parent) => behind.has(parent.name));
	return isInLoop || laterNodes(context).some((node) => node.name !== name && mayWait(node));
}

/** What may run once an execution goes on from a node, and the node itself. */
function laterNodes(context: Context): NodeTypeAndVersion[] {
	const { name } = context.getNode();
	const branches = [name, ...context.getParentNodes(name).map((parent) => parent.name)];
	return branches.flatMap((from) => context.getChildNodes(from, { includeNodeParameters: true }));
}

/** An operation such as "Send and Wait" says so in its name, which an expression may hold. */
function mayWait({ type, parameters }: NodeTypeAndVersion): boolean {
	const { operation } = parameters ?? {};
	if (!type.startsWith(N8N) || WAITING.has(type) || WAITING_FOR_OTHERS.has(type)) return true;
	return typeof operation === 'string' && /^=|wait/i.test(operation);
}
