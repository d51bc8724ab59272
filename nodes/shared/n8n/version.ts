import type { INode, IWebhookFunctions } from 'n8n-workflow';

/**
 * What differs among the supported versions of n8n, told by what the context offers:
 *
 * | | 1.123 | 2.0, 2.1 | 2.2 to 2.6 | 2.7 to 2.x |
 * |---|---|---|---|---|
 * | `context.isToolExecution` | – | – | yes | yes |
 * | an execution whose worker has died | runs again, once | ends | ends | ends |
 * | whoever is called can let an execution go on | always | always | always | while it waits |
 *
 * Resume URLs may carry a token of the execution (`?signature=…`), so that they are passed on as n8n gives them. Files may lie in
 * memory or in a store, and several ways to name them in an item: n8n's own helpers know them all.
 */
interface Context {
	isToolExecution?(): boolean;
	getNode(): INode;
}

/** Whether an agent runs the node as its tool. Newer agents have tools run like any other node, as a type whose name ends so. */
export const isTool = (context: Context): boolean =>
	context.isToolExecution?.() === true || context.getNode().type.endsWith('Tool');

/**
 * Whether this n8n may run an execution again whose worker has died. Says yes for 2.0 and 2.1 as well, which do not, but offer
 * nothing to tell them by: there it costs a look at what was submitted before.
 */
export const rerunsDeadWorkers = (context: Context): boolean =>
	context.isToolExecution === undefined;

/** A node that came with 2.7. */
const SINCE_2_7 = '@n8n/n8n-nodes-langchain.microsoftAgent365Trigger';

/** Whether this n8n lets an execution go on only while it waits: nothing else tells so. Says no where that node is switched off. */
export const letsOnlySleepersGoOn = (
	context: Pick<IWebhookFunctions, 'getKnownNodeTypes'>,
): boolean => SINCE_2_7 in context.getKnownNodeTypes();
