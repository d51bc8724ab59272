import type { IContextObject } from 'n8n-workflow';

/** What was submitted under a reference. */
export interface Remembered {
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

	constructor(private readonly context: IContextObject) {
		this.jobs = recordIn(context, 'submittedJobs');
		this.sentTwice = recordIn(context, 'resubmittedJobs');
	}

	/** Whether it is known by now what a process that died may have submitted. */
	get hasLookedBack(): boolean {
		return this.context[LOOKED_BACK] === true;
	}

	lookedBack(): void {
		this.context[LOOKED_BACK] = true;
	}

	recall(reference: string): Remembered | undefined {
		const jobId = this.jobs[reference];
		if (jobId === undefined) return undefined;
		return {
			jobId: jobId === '' ? undefined : jobId,
			isResubmitted: this.sentTwice[reference] !== undefined,
		};
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
		// eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the context must stay a plain object to be stored
		delete this.jobs[reference];
	}
}

const LOOKED_BACK = 'lookedForEarlierJobs';

function recordIn(context: IContextObject, key: string): Record<string, string> {
	const stored: unknown = context[key];
	const record = isRecord(stored) ? stored : {};
	context[key] = record;
	return record;
}

function isRecord(value: unknown): value is Record<string, string> {
	return typeof value === 'object' && value !== null;
}
