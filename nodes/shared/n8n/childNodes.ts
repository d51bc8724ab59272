import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** n8n's own nodes in which an execution may wait. */
const WAITING = new Set(['n8n-nodes-base.wait', 'n8n-nodes-base.form']);

/** Whether n8n's Wait or Form node comes behind a node, directly or not. */
export function hasWaitBehind(context: IExecuteFunctions | IWebhookFunctions): boolean {
	return context.getChildNodes(context.getNode().name).some(({ type }) => WAITING.has(type));
}
