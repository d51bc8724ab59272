import {
	UnexpectedError,
	Workflow,
	type IDataObject,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { Container, ExternalSecretsProxy } from './core';
import type { CredentialsHelper } from './credentials';
import type { RecordingLog } from './log';
import type { NodeTypeRegistry } from './nodeTypes';
import { ExecutionStore, WorkflowStore } from './store';

const unsupported = (what: string) => (): Promise<never> =>
	Promise.reject(new UnexpectedError(`${what} is not supported here`));

/** What the parts of one engine share: the stand-in for a running n8n. */
export class Instance {
	readonly executions = new ExecutionStore();

	readonly workflows = new WorkflowStore();

	constructor(
		readonly nodeTypes: NodeTypeRegistry,
		readonly credentials: CredentialsHelper,
		readonly log: RecordingLog,
		/** Where n8n is reached from outside (`WEBHOOK_URL`), with a slash at its end. */
		public baseUrl: string,
	) {}

	workflow(
		workflowData: IWorkflowBase,
		staticData: IDataObject | undefined,
		nodeTypes = this.nodeTypes,
	): Workflow {
		const { id, name, nodes, connections, active, settings } = workflowData;
		return new Workflow({
			id,
			name,
			nodes,
			connections,
			active,
			settings,
			nodeTypes,
			...(staticData && { staticData }),
		});
	}

	/** What every context of a node is given, as n8n makes it for each run and each webhook call. */
	additionalData(executionId?: string): IWorkflowExecuteAdditionalData {
		return {
			...(executionId !== undefined && { executionId }),
			currentNodeExecutionIndex: 0,
			credentialsHelper: this.credentials,
			executeWorkflow: unsupported('A sub-workflow'),
			startRunnerTask: unsupported('A task runner'),
			getRunExecutionData: (id) => Promise.resolve(this.executions.find(id)?.data),
			logAiEvent: () => undefined,
			setExecutionStatus: () => undefined,
			externalSecretsProxy: Container.get(ExternalSecretsProxy),
			variables: {},
			restApiUrl: `${this.baseUrl}rest`,
			instanceBaseUrl: this.baseUrl,
			formWaitingBaseUrl: `${this.baseUrl}form-waiting`,
			webhookBaseUrl: `${this.baseUrl}webhook`,
			webhookWaitingBaseUrl: `${this.baseUrl}webhook-waiting`,
			webhookTestBaseUrl: `${this.baseUrl}webhook-test`,
		};
	}
}
