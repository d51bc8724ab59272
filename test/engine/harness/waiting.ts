import type { INodeExecutionData, IRunExecutionData } from 'n8n-workflow';

import { HttpError, type Exchange } from './http';
import type { Instance } from './instance';
import type { Runner, StartedExecution } from './runner';
import { callWebhookMethod, failedResult, nodeWebhooks, type WebhookVerdict } from './webhookNode';

/** A call of a waiting execution's webhook, and what it takes to go on from there. */
export interface WaitingVerdict extends WebhookVerdict {
	executionId: string;
	data: IRunExecutionData;
}

/** n8n's `WaitingWebhooks`: calls that resume an execution. */
export class WaitingWebhooks {
	constructor(
		private readonly instance: Instance,
		private readonly runner: Runner,
	) {}

	/**
	 * Calls the `webhook()` of the node that an execution waits in.
	 *
	 * @param suffix what follows the execution's id in the URL
	 * @throws {HttpError} 404 or 409 when there is nothing that waits
	 */
	async call(executionId: string, suffix: string, exchange: Exchange): Promise<WaitingVerdict> {
		const execution = this.instance.executions.find(executionId);
		if (!execution) throw new HttpError(404, `The execution "${executionId}" does not exist.`);
		const { status, mode, workflowData, data } = execution;
		if (status === 'running') {
			throw new HttpError(409, `The execution "${executionId}" is running already.`);
		}
		if (status === 'canceled' || data.resultData.error) {
			throw new HttpError(409, `The execution "${executionId}" has finished with error.`);
		}
		if (status === 'success') {
			throw new HttpError(409, `The execution "${executionId} has finished already.`);
		}

		const { lastNodeExecuted = '', runData } = data.resultData;
		const [entry] = data.executionData?.nodeExecutionStack ?? [];
		if (entry) entry.node.disabled = true;
		delete data.waitTill;
		runData[lastNodeExecuted]?.pop();

		const workflow = this.instance.workflow(workflowData, workflowData.staticData);
		const node = workflow.getNode(lastNodeExecuted);
		if (!node) throw new HttpError(404, 'Could not find node to process webhook.');
		const webhook = nodeWebhooks(this.instance, workflow, node).find(
			({ httpMethod, path, webhookDescription }) =>
				httpMethod === exchange.request.method &&
				path === suffix &&
				webhookDescription.restartWebhook === true,
		);
		if (!webhook) {
			throw new HttpError(
				404,
				`The workflow for execution "${executionId}" does not contain a waiting webhook with a matching path/method.`,
			);
		}
		const target = { workflow, node, webhook, mode, execution: { id: executionId, data } };
		const verdict = await callWebhookMethod(this.instance, target, exchange);
		if (verdict.error) data.resultData = failedResult(node.name, verdict.error);
		return { ...verdict, executionId, data };
	}

	/**
	 * Goes on with what `webhook()` returned.
	 * @throws {AlreadyResumingError} when the execution does not wait any more
	 */
	resume({ executionId, data }: WaitingVerdict, items: INodeExecutionData[][]): StartedExecution {
		const [entry] = data.executionData?.nodeExecutionStack ?? [];
		if (entry) entry.data.main = items;
		return this.runner.resume(executionId, data, true);
	}

	/** What n8n does when `waitTill` has passed. */
	resumeByTimer(executionId: string): StartedExecution {
		const { data } = this.instance.executions.get(executionId);
		return this.runner.resume(executionId, data, false);
	}
}
