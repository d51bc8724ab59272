import type {
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	IWorkflowSettings,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import type { ItemSpec } from './items';
import type { WaitingVerdict } from './waiting';
import type { WorkflowSpec } from './workflowSpec';

export interface RunOptions {
	mode?: WorkflowExecuteMode;
	/** Default: the next number. */
	executionId?: string;
	/** Presses the stop button. */
	cancelSignal?: AbortSignal;
}

export interface RunRequest extends RunOptions {
	workflow: WorkflowSpec;
	/** Default: the first node. */
	startNode?: string;
	/** What the start node gets. Default: one empty item. */
	startItems?: ItemSpec[];
	/** The node that the run's shorthands are about. Default: the last one. */
	subject?: string;
}

/** The settings tab of a node. */
export type NodeSettings = Pick<
	Partial<INode>,
	| 'alwaysOutputData'
	| 'credentials'
	| 'executeOnce'
	| 'maxTries'
	| 'onError'
	| 'retryOnFail'
	| 'typeVersion'
	| 'waitBetweenTries'
>;

export interface NodeRequest extends RunOptions, NodeSettings {
	/** Short name. Default: the only type that the engine was given. */
	type?: string;
	parameters?: INodeParameters;
	/** Default: one empty item. */
	items?: ItemSpec[];
	/** The same id stands for the same workflow. */
	workflowId?: string;
	settings?: IWorkflowSettings;
}

export interface WebhookRequest {
	method?: 'DELETE' | 'GET' | 'POST' | 'PUT';
	/** An object is sent as JSON. */
	body?: string | Buffer | IDataObject;
	headers?: Record<string, string>;
	query?: Record<string, string>;
	/** What follows the execution's id in the URL. */
	suffix?: string;
}

/** What came of a call of a waiting execution's webhook, before anything is resumed. */
export interface WebhookOutcome {
	/** Items to resume with; without any, the execution keeps waiting. */
	workflowData?: INodeExecutionData[][];
	/** What `webhook()` threw. */
	error?: Error;
	/** What the caller gets, be it from the node or from n8n. */
	response: { status: number; headers: Record<string, string>; body: string };
	/** For `Engine.resume`. */
	verdict?: WaitingVerdict;
}
