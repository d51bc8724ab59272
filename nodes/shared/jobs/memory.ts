import type { IContextObject } from 'n8n-workflow';

/** What was submitted under a reference: a job, or something whose answer never came. */
export type Remembered = { jobId: string } | 'sent';

/**
 * What this execution has submitted. It is kept in the node's context, which n8n hands to every try of *Retry On Fail* and
 * stores with the execution.
 */
export class Memory {
	private readonly jobs: Record<string, string>;

	constructor(context: IContextObject) {
		const stored: unknown = context[KEY];
		this.jobs = isRecord(stored) ? stored : {};
		context[KEY] = this.jobs;
	}

	recall(reference: string): Remembered | undefined {
		const jobId = this.jobs[reference];
		if (jobId === undefined) return undefined;
		return jobId === '' ? 'sent' : { jobId };
	}

	/** To be called before anything leaves this machine. */
	sending(reference: string): void {
		this.jobs[reference] ??= '';
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

const KEY = 'submittedJobs';

function isRecord(value: unknown): value is Record<string, string> {
	return typeof value === 'object' && value !== null;
}
