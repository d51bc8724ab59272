import {
	createDeferredPromise,
	createRunExecutionData,
	ensureError,
	ManualExecutionCancelledError,
	OperationalError,
	type ExecutionStatus,
	type IDataObject,
	type IRun,
	type IRunExecutionData,
	type IWorkflowBase,
	type Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { ExecutionLifecycleHooks, WorkflowExecute } from './core';
import { toPlainError } from './errors';
import type { Instance } from './instance';
import { EngineRun } from './run';
import { moveTemporaryBinary } from './temporaryBinary';

/** An execution on its way. */
export interface StartedExecution {
	executionId: string;
	/** Resolves once no code of the execution runs any more; a failed execution resolves too. */
	finished: Promise<EngineRun>;
	/** The stop button. */
	cancel: () => void;
	/**
	 * The death of the process: `finished` resolves at once, nothing more is stored, and what is left
	 * of the execution is stopped at its next use of a credential.
	 */
	kill: () => void;
}

/** n8n's answer to the second of two attempts to resume the same execution. */
export class AlreadyResumingError extends OperationalError {
	constructor() {
		super('Execution is already being resumed by another process');
	}
}

export interface StartRequest {
	mode: WorkflowExecuteMode;
	workflowData: IWorkflowBase;
	data: IRunExecutionData;
	/** The node that the run's shorthands are about. */
	subject: string;
	executionId?: string;
}

interface Job extends StartRequest {
	executionId: string;
	staticData: IDataObject | undefined;
	isResumed: boolean;
}

const isOver = (status: ExecutionStatus) => !['new', 'running', 'waiting'].includes(status);

/** Starts and resumes executions the way n8n's `WorkflowRunner` and `ActiveExecutions` do. */
export class Runner {
	private readonly active = new Map<string, StartedExecution>();

	private readonly subjects = new Map<string, string>();

	private lastExecutionId = 0;

	constructor(
		private readonly instance: Instance,
		/** Whether executions are written to the store, as n8n does before and after each run. */
		private readonly storesExecutions: boolean,
	) {}

	newExecutionId(): string {
		return String(++this.lastExecutionId);
	}

	/** Runs a new execution. */
	start(request: StartRequest): StartedExecution {
		const { executionId = this.newExecutionId(), subject } = request;
		const { executions, workflows } = this.instance;
		const staticData = workflows.staticData(request.workflowData.id);
		const job: Job = { ...request, executionId, staticData, isResumed: false };
		this.subjects.set(executionId, subject);
		if (!this.storesExecutions) return this.run(job);
		executions.create({ ...request, id: executionId });
		return this.run({ ...job, ...executions.get(executionId) });
	}

	/**
	 * Goes on with an execution that waits.
	 *
	 * @param loadsStaticData n8n reads the workflow's static data anew after a webhook, not after a time-out
	 * @throws {AlreadyResumingError} when it does not wait any more
	 */
	resume(executionId: string, data: IRunExecutionData, loadsStaticData: boolean): StartedExecution {
		const { executions } = this.instance;
		if (!executions.update(executionId, { status: 'running', data }, 'waiting')) {
			throw new AlreadyResumingError();
		}
		return this.runStored(executionId, true, loadsStaticData);
	}

	/** Runs an execution again from what is stored of it, as a queue does after its worker died. */
	rerun(executionId: string): StartedExecution {
		this.instance.executions.update(executionId, { status: 'running' });
		return this.runStored(executionId, false, true);
	}

	/** Stops an execution that runs or waits. */
	cancel(executionId: string): void {
		const { executions } = this.instance;
		const running = this.active.get(executionId);
		if (running) {
			running.cancel();
			return;
		}
		const { data } = executions.get(executionId);
		data.resultData.error = toPlainError(new ManualExecutionCancelledError(executionId));
		executions.update(executionId, { status: 'canceled', data }, 'waiting');
	}

	/** The death of the process that runs an execution, where one does. */
	kill(executionId: string): void {
		this.active.get(executionId)?.kill();
	}

	/** What is stored of an execution. */
	stored(executionId: string): EngineRun {
		const subject = this.subjects.get(executionId) ?? '';
		return new EngineRun({
			...this.instance.executions.get(executionId),
			executionId,
			subject,
			logs: [],
		});
	}

	/** Resolves once the execution is over, however often it waits until then. */
	async whenOver(executionId: string): Promise<EngineRun> {
		await this.instance.executions.whenStatus(executionId, isOver);
		await this.active.get(executionId)?.finished;
		return this.stored(executionId);
	}

	/** Resolves once nothing runs. */
	async idle(): Promise<void> {
		while (this.active.size) {
			await Promise.all([...this.active.values()].map(({ finished }) => finished));
		}
	}

	private runStored(
		executionId: string,
		isResumed: boolean,
		loadsStaticData: boolean,
	): StartedExecution {
		const { executions, workflows } = this.instance;
		const execution = executions.get(executionId);
		const { id, staticData } = execution.workflowData;
		return this.run({
			...execution,
			executionId,
			staticData: loadsStaticData ? workflows.staticData(id) : staticData,
			isResumed,
			subject: this.subjects.get(executionId) ?? '',
		});
	}

	private run(job: Job): StartedExecution {
		const { executionId, mode, workflowData, data, subject } = job;
		const { executions, workflows, credentials, log } = this.instance;
		const firstLine = log.lines.length;
		let isDead = false;

		const additionalData = this.instance.additionalData(executionId);
		if (job.isResumed) additionalData.restartExecutionId = executionId;
		const hooks = new ExecutionLifecycleHooks(mode, executionId, workflowData);
		hooks.addHandler('workflowExecuteAfter', async (run, newStaticData?: IDataObject) => {
			if (isDead) return;
			await moveTemporaryBinary(run, executionId, mode);
			if (newStaticData && mode !== 'manual') {
				workflows.saveStaticData(workflowData.id, newStaticData);
			}
			executions.update(executionId, { status: finalStatus(run), data: run.data });
		});
		additionalData.hooks = hooks;
		const workflow = this.instance.workflow(workflowData, job.staticData);

		const toRun = (run: Pick<IRun, 'status' | 'data'>) => {
			const status = executions.status(executionId) ?? run.status;
			const logs = log.lines.slice(firstLine);
			return new EngineRun({
				executionId,
				mode,
				status,
				workflowData,
				data: run.data,
				subject,
				logs,
			});
		};
		const execution = begin(workflow, mode, data, additionalData, hooks);
		const death = createDeferredPromise<EngineRun>();
		const end = execution.ended.then((run) => toRun({ status: finalStatus(run), data: run.data }));
		const started: StartedExecution = {
			executionId,
			finished: Promise.race([end, death.promise]).finally(() => {
				if (this.active.get(executionId) === started) this.active.delete(executionId);
			}),
			cancel: () => {
				if (this.active.get(executionId) !== started) return;
				execution.cancel();
				executions.update(executionId, { status: 'canceled' });
			},
			kill: () => {
				if (this.active.get(executionId) !== started) return;
				isDead = true;
				credentials.bury(workflow, additionalData);
				executions.update(executionId, { status: 'crashed' });
				death.resolve(toRun(executions.get(executionId)));
			},
		};
		this.active.set(executionId, started);
		return started;
	}
}

function begin(
	workflow: Workflow,
	mode: WorkflowExecuteMode,
	data: IRunExecutionData,
	additionalData: ConstructorParameters<typeof WorkflowExecute>[0],
	hooks: ExecutionLifecycleHooks,
): { ended: Promise<IRun>; cancel(): void } {
	try {
		const execution = new WorkflowExecute(additionalData, mode, data).processRunExecutionData(
			workflow,
		);
		return {
			ended: execution,
			cancel: () => {
				execution.cancel();
			},
		};
	} catch (thrown) {
		// A workflow that has issues is not even begun: n8n then stores an execution without any run.
		const error = toPlainError(ensureError(thrown));
		const now = new Date();
		const run: IRun = {
			data: createRunExecutionData({ resultData: { error, runData: {} } }),
			mode,
			startedAt: now,
			stoppedAt: now,
			status: 'error',
			storedAt: 'db',
		};
		return {
			ended: hooks.runHook('workflowExecuteAfter', [run]).then(() => run),
			cancel: () => undefined,
		};
	}
}

/** The status that n8n stores for what the engine hands back. */
function finalStatus(run: IRun): ExecutionStatus {
	if (run.waitTill) return 'waiting';
	if (run.status === 'crashed' || run.status === 'canceled') return run.status;
	return run.status === 'error' || run.data.resultData.error ? 'error' : 'success';
}
