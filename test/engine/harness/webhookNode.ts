import {
	ensureError,
	NodeHelpers,
	UnexpectedError,
	type IHttpRequestMethods,
	type INode,
	type INodeExecutionData,
	type IRunExecutionData,
	type IWebhookData,
	type Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { Container, ErrorReporter, WebhookContext } from './core';
import { toPlainError } from './errors';
import { readBody, type Answer, type Exchange } from './http';
import type { Instance } from './instance';

/** A node whose `webhook()` is to be called. */
export interface WebhookTarget {
	workflow: Workflow;
	node: INode;
	webhook: IWebhookData;
	mode: WorkflowExecuteMode;
	/** The execution that waits, when the call resumes one. */
	execution?: { id: string; data: IRunExecutionData };
}

/** What a call of `webhook()` came to. */
export interface WebhookVerdict {
	/** Items to start or go on with; without any, nothing runs and a waiting execution keeps waiting. */
	workflowData?: INodeExecutionData[][];
	/** What `webhook()` threw. n8n goes on all the same, with one empty item. */
	error?: Error;
	/** What n8n answers; nothing when the node answered itself. */
	answer?: Answer;
}

/** The webhooks of a node, with their paths and methods resolved. */
export function nodeWebhooks(instance: Instance, workflow: Workflow, node: INode): IWebhookData[] {
	const { description } = instance.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
	if (node.disabled) return [];
	const resolve = <Value extends boolean | string>(value: unknown, fallback: Value): Value =>
		workflow.expression.getSimpleParameterValue(
			node,
			value as string | boolean | undefined,
			'internal',
			{},
			undefined,
			fallback,
		) as Value;
	return (description.webhooks ?? []).flatMap((webhookDescription) => {
		const path = NodeHelpers.getNodeWebhookPath(
			workflow.id,
			node,
			resolve(webhookDescription.path, '').replace(/^\/|\/$/g, ''),
			resolve(webhookDescription.isFullPath, false),
			resolve(webhookDescription.restartWebhook, false),
		);
		return resolve(webhookDescription.httpMethod, 'GET')
			.split(',')
			.map((method) => ({
				httpMethod: method.trim() as IHttpRequestMethods,
				node: node.name,
				path,
				webhookDescription,
				workflowId: workflow.id,
				workflowExecuteAdditionalData: instance.additionalData(),
			}));
	});
}

/**
 * Calls a node's `webhook()` as n8n's `executeWebhook` does.
 *
 * @throws {HttpError} when the body cannot be read
 */
export async function callWebhookMethod(
	instance: Instance,
	{ workflow, node, webhook, mode, execution }: WebhookTarget,
	{ request, response }: Exchange,
): Promise<WebhookVerdict> {
	const nodeType = instance.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
	if (!nodeType.webhook) throw new UnexpectedError(`"${node.name}" has no webhook method`);
	const keys = { $executionId: execution?.id };
	const evaluate = (value: string | undefined, fallback: string | number) =>
		workflow.expression.getSimpleParameterValue(node, value, mode, keys, undefined, fallback);
	const { responseMode, responseCode, responseData } = webhook.webhookDescription;
	if (evaluate(responseMode, 'onReceived') !== 'onReceived') {
		throw new UnexpectedError('Only the response mode "onReceived" is supported here');
	}
	const status = Number(evaluate(responseCode as string | undefined, 200));
	await readBody(request);

	const additionalData = instance.additionalData(execution?.id);
	additionalData.httpRequest = request;
	additionalData.httpResponse = response;
	const data = execution?.data ?? null;
	const context = new WebhookContext(workflow, node, additionalData, mode, webhook, [], data);
	try {
		const result = await nodeType.webhook.call(context);
		const { workflowData, noWebhookResponse } = result;
		const webhookResponse: unknown = result.webhookResponse;
		if (noWebhookResponse) return { ...(workflowData && { workflowData }) };
		if (!workflowData) {
			const body = webhookResponse ?? { message: 'Webhook call received' };
			return { answer: { status, body } };
		}
		const text = evaluate(responseData, 'firstEntryJson');
		if (text === 'noData') return { workflowData, answer: { status, body: undefined } };
		const body = webhookResponse ?? { message: 'Workflow was started' };
		return { workflowData, answer: { status, body: text === '' ? body : text } };
	} catch (thrown) {
		const error = ensureError(thrown);
		Container.get(ErrorReporter).error(error);
		const message = 'Workflow Webhook Error: Workflow could not be started!';
		return {
			workflowData: [[{ json: {} }]],
			error,
			answer: { status: 500, body: { code: 0, message } },
		};
	}
}

/** What n8n puts in place of the results of an execution whose `webhook()` threw. */
export const failedResult = (node: string, error: Error): IRunExecutionData['resultData'] => ({
	runData: {},
	lastNodeExecuted: node,
	error: toPlainError(error),
});
