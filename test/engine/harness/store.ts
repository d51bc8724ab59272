import { EventEmitter } from 'node:events';
import { parse, stringify } from 'flatted';
import {
	deepCopy,
	UnexpectedError,
	type ExecutionStatus,
	type IDataObject,
	type IRunExecutionData,
	type IWorkflowBase,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

/** An execution as n8n reads it from its database: every object is a fresh one. */
export interface StoredExecution {
	id: string;
	mode: WorkflowExecuteMode;
	status: ExecutionStatus;
	workflowData: IWorkflowBase;
	data: IRunExecutionData;
}

interface Row {
	mode: WorkflowExecuteMode;
	status: ExecutionStatus;
	workflowData: string;
	data: string;
}

export type NewExecution = Pick<StoredExecution, 'id' | 'mode' | 'workflowData' | 'data'>;

export type ExecutionChange = Partial<Pick<StoredExecution, 'status' | 'data'>>;

/** What stands in for n8n's table of executions: data goes in and comes out as text. */
export class ExecutionStore {
	private readonly rows = new Map<string, Row>();

	private readonly changes = new EventEmitter().setMaxListeners(0);

	create({ id, mode, workflowData, data }: NewExecution): void {
		this.rows.set(id, {
			mode,
			status: 'running',
			workflowData: JSON.stringify(workflowData),
			data: stringify(data),
		});
	}

	find(id: string): StoredExecution | undefined {
		const row = this.rows.get(id);
		return (
			row && {
				id,
				...row,
				workflowData: JSON.parse(row.workflowData) as IWorkflowBase,
				data: parse(row.data) as IRunExecutionData,
			}
		);
	}

	get(id: string): StoredExecution {
		const execution = this.find(id);
		if (!execution) throw new UnexpectedError(`There is no execution "${id}"`);
		return execution;
	}

	status(id: string): ExecutionStatus | undefined {
		return this.rows.get(id)?.status;
	}

	/**
	 * @param requiredStatus change nothing unless the execution has this status
	 * @returns whether it was changed
	 */
	update(id: string, change: ExecutionChange, requiredStatus?: ExecutionStatus): boolean {
		const row = this.rows.get(id);
		if (!row || (requiredStatus && row.status !== requiredStatus)) return false;
		const { data, ...columns } = change;
		const hasNewStatus = columns.status !== undefined && columns.status !== row.status;
		Object.assign(row, columns, data && { data: stringify(data) });
		if (hasNewStatus) this.changes.emit('status', id, row.status);
		this.changes.emit('change', id);
		return true;
	}

	/** Resolves once `isReached` holds for the execution's status. */
	async whenStatus(id: string, isReached: (status: ExecutionStatus) => boolean): Promise<void> {
		await new Promise<void>((resolve) => {
			const check = (changedId: string) => {
				const status = this.status(id);
				if (changedId !== id || !status || !isReached(status)) return;
				this.changes.off('change', check);
				resolve();
			};
			this.changes.on('change', check);
			check(id);
		});
	}

	onStatus(listener: (id: string, status: ExecutionStatus) => void): void {
		this.changes.on('status', listener);
	}

	ids(): string[] {
		return [...this.rows.keys()];
	}
}

/** What stands in for n8n's table of workflows. */
export class WorkflowStore {
	private readonly rows = new Map<string, IWorkflowBase>();

	save(workflow: IWorkflowBase): void {
		const staticData = this.rows.get(workflow.id)?.staticData ?? workflow.staticData;
		this.rows.set(workflow.id, deepCopy({ ...workflow, staticData }));
	}

	find(id: string): IWorkflowBase | undefined {
		return deepCopy(this.rows.get(id));
	}

	staticData(id: string): IDataObject {
		return deepCopy(this.rows.get(id)?.staticData ?? {});
	}

	saveStaticData(id: string, staticData: IDataObject): void {
		const workflow = this.rows.get(id);
		// What n8n keeps in its database has been through JSON.
		if (workflow) workflow.staticData = JSON.parse(JSON.stringify(staticData)) as IDataObject;
	}
}
