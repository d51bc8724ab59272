import {
	createRunExecutionData,
	UnexpectedError,
	type INode,
	type IWebhookData,
	type IWorkflowBase,
	type Workflow,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { HookContext } from './core';
import { HttpError, type Exchange } from './http';
import type { Instance } from './instance';
import type { Runner, StartedExecution } from './runner';
import { callWebhookMethod, failedResult, nodeWebhooks, type WebhookVerdict } from './webhookNode';

interface Registration {
	workflowId: string;
	node: string;
	method: string;
	path: string;
}

/** n8n's `ActiveWorkflowManager` and `LiveWebhooks`: workflows that start when they are called. */
export class TriggerWebhooks {
	private registrations: Registration[] = [];

	constructor(
		private readonly instance: Instance,
		private readonly runner: Runner,
	) {}

	/**
	 * Activates a workflow: asks each trigger's `checkExists`, and its `create` where that says no.
	 * @returns the production URLs of its triggers
	 */
	async activate(workflowData: IWorkflowBase): Promise<string[]> {
		const { workflows } = this.instance;
		workflows.save(workflowData);
		const { id } = workflowData;
		const workflow = this.instance.workflow(workflowData, workflows.staticData(id));
		const webhooks = this.webhooks(workflow);
		for (const [node, webhook] of webhooks) {
			const { httpMethod: method, path } = webhook;
			this.registrations.push({ workflowId: id, node: node.name, method, path });
			const exists = await this.callMethod('checkExists', workflow, node, webhook, 'activate');
			if (!exists) await this.callMethod('create', workflow, node, webhook, 'activate');
		}
		this.saveStaticData(workflow);
		return webhooks.map(([, { path }]) => `${this.instance.baseUrl}webhook/${path}`);
	}

	/** Deactivates a workflow: calls each trigger's `delete`. */
	async deactivate(workflowId: string): Promise<void> {
		const workflow = this.load(workflowId);
		for (const [node, webhook] of this.webhooks(workflow)) {
			await this.callMethod('delete', workflow, node, webhook, 'update');
		}
		this.saveStaticData(workflow);
		this.registrations = this.registrations.filter((other) => other.workflowId !== workflowId);
	}

	/**
	 * Calls the `webhook()` of the trigger at a path.
	 * @throws {HttpError} 404 when nothing is registered there
	 */
	async call(
		path: string,
		exchange: Exchange,
	): Promise<WebhookVerdict & { start?: () => StartedExecution }> {
		const { method } = exchange.request;
		const registration = this.registrations.find(
			(other) => other.path === path && other.method === method,
		);
		if (!registration) {
			throw new HttpError(404, `The requested webhook "${method} ${path}" is not registered.`);
		}
		const workflow = this.load(registration.workflowId);
		const found = this.webhooks(workflow).find(
			([{ name }, webhook]) => name === registration.node && webhook.path === path,
		);
		if (!found) throw new HttpError(404, 'Could not find node to process webhook.');
		const [node, webhook] = found;
		const target = { workflow, node, webhook, mode: 'webhook' as const };
		const verdict = await callWebhookMethod(this.instance, target, exchange);
		// With an answer of its own still to send, n8n starts the execution first and saves afterwards.
		const savesFirst = !verdict.answer || !verdict.workflowData;
		if (savesFirst) this.saveStaticData(workflow);
		if (!verdict.workflowData) return verdict;
		const start = () => {
			const started = this.start(workflow.id, node, verdict);
			if (!savesFirst) this.saveStaticData(workflow);
			return started;
		};
		return { ...verdict, start };
	}

	private start(workflowId: string, node: INode, verdict: WebhookVerdict): StartedExecution {
		const workflowData = this.instance.workflows.find(workflowId);
		if (!workflowData) throw new UnexpectedError(`There is no workflow "${workflowId}"`);
		const data = createRunExecutionData({
			executionData: {
				nodeExecutionStack: [{ node, data: { main: verdict.workflowData ?? [] }, source: null }],
			},
		});
		if (verdict.error) data.resultData = failedResult(node.name, verdict.error);
		return this.runner.start({ mode: 'webhook', workflowData, data, subject: node.name });
	}

	private load(workflowId: string): Workflow {
		const workflowData = this.instance.workflows.find(workflowId);
		if (!workflowData) throw new UnexpectedError(`There is no workflow "${workflowId}"`);
		return this.instance.workflow(workflowData, workflowData.staticData);
	}

	private webhooks(workflow: Workflow): Array<[INode, IWebhookData]> {
		return Object.values(workflow.nodes).flatMap((node) =>
			nodeWebhooks(this.instance, workflow, node)
				.filter(({ webhookDescription }) => webhookDescription.restartWebhook !== true)
				.map((webhook) => [node, webhook] satisfies [INode, IWebhookData]),
		);
	}

	private async callMethod(
		method: 'checkExists' | 'create' | 'delete',
		workflow: Workflow,
		node: INode,
		webhook: IWebhookData,
		activation: WorkflowActivateMode,
	): Promise<boolean | undefined> {
		const { type, typeVersion } = node;
		const { webhookMethods } = this.instance.nodeTypes.getByNameAndVersion(type, typeVersion);
		const call = webhookMethods?.[webhook.webhookDescription.name]?.[method];
		const mode: WorkflowExecuteMode = method === 'delete' ? 'internal' : 'trigger';
		const additionalData = this.instance.additionalData();
		const context = new HookContext(workflow, node, additionalData, mode, activation, webhook);
		return await call?.call(context);
	}

	private saveStaticData(workflow: Workflow): void {
		const { staticData } = workflow as { staticData: { __dataChanged?: boolean } };
		if (staticData.__dataChanged !== true) return;
		this.instance.workflows.saveStaticData(workflow.id, workflow.staticData);
		staticData.__dataChanged = false;
	}
}
