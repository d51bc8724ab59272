import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** n8n's own nodes in which an execution may wait. */
const WAITING = new Set(['n8n-nodes-base.wait', 'n8n-nodes-base.form']);

/** Whether an execution may come to n8n's Wait or Form node once it goes on from a node: behind it, or on another branch. */
export function mayWaitLater(context: IExecuteFunctions | IWebhookFunctions): boolean {
	const { name } = context.getNode();
	const branches = [name, ...context.getParentNodes(name).map((parent) => parent.name)];
	return branches.some((from) => context.getChildNodes(from).some(({ type }) => WAITING.has(type)));
}
