import type { IContextObject } from 'n8n-workflow';

/** What was submitted under a reference. */
export interface Remembered {
	reference: string;
	/** Undefined if the answer never came. */
	jobId: string | undefined;
	/** Whether it was sent a second time. */
	isResubmitted: boolean;
}

/**
 * What this execution has submitted. It is kept in the node's context, which n8n hands to every try of *Retry On Fail* and
 * stores with the execution.
 */
export class Memory {
	private readonly jobs: Record<string, string>;

	private readonly sentTwice: Record<string, string>;

	constructor(context: IContextObject) {
		this.jobs = recordIn(context, 'submittedJobs');
		this.sentTwice = recordIn(context, 'resubmittedJobs');
	}

	/** Everything that was submitted, or may have been. */
	all(): Remembered[] {
		return Object.entries(this.jobs).map(([reference, jobId]) => ({
			reference,
			jobId: jobId === '' ? undefined : jobId,
			isResubmitted: this.sentTwice[reference] !== undefined,
		}));
	}

	/** To be called before anything leaves this machine. */
	sending(reference: string, isResubmitted: boolean): void {
		this.jobs[reference] ??= '';
		if (isResubmitted) this.sentTwice[reference] = 'yes';
	}

	submitted(reference: string, jobId: string): void {
		this.jobs[reference] = jobId;
	}

	/** It is certain that nothing was submitted. */
	forget(reference: string): void {
		// n8n stores the context: it must stay a plain object.
		Reflect.deleteProperty(this.jobs, reference);
	}
}

function recordIn(context: IContextObject, key: string): Record<string, string> {
	const stored: unknown = context[key];
	const record = isRecord(stored) ? stored : {};
	context[key] = record;
	return record;
}

function isRecord(value: unknown): value is Record<string, string> {
	return typeof value === 'object' && value !== null;
}
