import {
	UnexpectedError,
	type ExecutionError,
	type ExecutionStatus,
	type INodeExecutionData,
	type IRunExecutionData,
	type IWorkflowBase,
	type ITaskData,
	type NodeExecutionHint,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import type { LogLine } from './log';

interface RunFacts {
	executionId: string;
	mode: WorkflowExecuteMode;
	status: ExecutionStatus;
	workflowData: IWorkflowBase;
	data: IRunExecutionData;
	/** The node that the shorthands are about. */
	subject: string;
	logs: LogLine[];
}

/** What came of an execution, up to its end or to where it waits. */
export class EngineRun {
	readonly executionId: string;

	readonly mode: WorkflowExecuteMode;

	/** As n8n's list of executions shows it. */
	readonly status: ExecutionStatus;

	readonly workflowData: IWorkflowBase;

	readonly data: IRunExecutionData;

	readonly subject: string;

	/** What was logged while the execution ran. */
	readonly logs: LogLine[];

	constructor(facts: RunFacts) {
		this.executionId = facts.executionId;
		this.mode = facts.mode;
		this.status = facts.status;
		this.workflowData = facts.workflowData;
		this.data = facts.data;
		this.subject = facts.subject;
		this.logs = facts.logs;
	}

	/** What the execution failed with. */
	get error(): ExecutionError | undefined {
		return this.data.resultData.error;
	}

	/** When the execution gives up waiting. */
	get waitTill(): Date | undefined {
		const { waitTill } = this.data;
		return waitTill && new Date(waitTill);
	}

	/** Every time that the node was run. */
	tasks(node = this.subject): ITaskData[] {
		return this.data.resultData.runData[node] ?? [];
	}

	/** The items of each output of the node's last run. */
	output(node = this.subject): INodeExecutionData[][] {
		const task = this.tasks(node).at(-1);
		if (!task) throw new UnexpectedError(`The node "${node}" did not run`);
		return (task.data?.main ?? []).map((items) => items ?? []);
	}

	/** The items of the first output. */
	items(node = this.subject): INodeExecutionData[] {
		return this.output(node)[0] ?? [];
	}

	/** The items of the error output of a node whose On Error is *Continue (using error output)*. */
	errorItems(node = this.subject): INodeExecutionData[] {
		return this.output(node).at(-1) ?? [];
	}

	/** The error of the node's last run, also where the execution went on in spite of it. */
	nodeError(node = this.subject): ExecutionError | undefined {
		return this.tasks(node).at(-1)?.error;
	}

	/** What the editor shows beside the node's output. */
	hints(node = this.subject): NodeExecutionHint[] {
		return this.tasks(node).at(-1)?.hints ?? [];
	}
}
