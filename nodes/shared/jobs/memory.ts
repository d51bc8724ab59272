import type { IContextObject, IDataObject } from 'n8n-workflow';

import { isRecord } from '../values';
import type { JobReport } from './service';
import type { Slot } from './slots';

/** What was submitted under a reference. */
export interface Remembered {
	reference: string;
	/** Undefined if the answer never came. */
	jobId: string | undefined;
	/** What only the answer to the submission tells of the job; undefined where it told nothing. */
	facts: IDataObject | undefined;
	/** Whether it was sent a second time. */
	isResubmitted: boolean;
	/** When its answer got lost, in milliseconds since the epoch; 0 if it did not, or nobody knows when. */
	lostAt: number;
}

const slotsOf = new WeakMap<IContextObject, Set<Slot>>();
const formerJobsOf = new WeakMap<IContextObject, FormerJobs>();

/** Jobs of former executions, by where they were looked for. */
export type FormerJobs = Map<string, readonly JobReport[]>;

/**
 * What this execution has submitted. It is kept in the node's context, which n8n hands to every try of *Retry On Fail* and
 * stores with the execution.
 */
export class Memory {
	/**
	 * The slots that the node's runs hold and the API may not count yet, such as those of the round of a loop before this one. It
	 * is of use for seconds, so it stays in this process.
	 */
	readonly slots: Set<Slot>;

	/**
	 * What a retry has found of former executions. It is looked for once, and not at each round of a loop: nothing is added to it.
	 */
	readonly formerJobs: FormerJobs;

	private readonly jobs: Record<string, string>;

	private readonly facts: Record<string, IDataObject>;

	private readonly sentTwice: Record<string, string>;

	private readonly lostAt: Record<string, number>;

	constructor(context: IContextObject) {
		this.slots = slotsOf.get(context) ?? new Set();
		slotsOf.set(context, this.slots);
		this.formerJobs = formerJobsOf.get(context) ?? new Map<string, readonly JobReport[]>();
		formerJobsOf.set(context, this.formerJobs);
		this.jobs = recordIn(context, 'submittedJobs');
		this.facts = recordIn(context, 'factsOfJobs');
		this.sentTwice = recordIn(context, 'resubmittedJobs');
		this.lostAt = recordIn(context, 'lostAnswers');
	}

	/** Everything that was submitted, or may have been. */
	all(): Remembered[] {
		return Object.entries(this.jobs).map(([reference, jobId]) => ({
			reference,
			jobId: jobId === '' ? undefined : jobId,
			facts: this.facts[reference],
			isResubmitted: this.sentTwice[reference] !== undefined,
			lostAt: this.lostAt[reference] ?? 0,
		}));
	}

	/**
	 * To be called before anything leaves this machine.
	 *
	 * @param first what it was sent with before, where nobody knows what became of that: there is no third time
	 */
	sending(reference: string, first?: string): void {
		this.jobs[reference] ??= '';
		if (first === undefined) return;
		for (const one of [first, reference]) this.sentTwice[one] = 'yes';
	}

	/**
	 * To be called once the API has taken a job on.
	 *
	 * @param facts what only the answer to the submission tells of it
	 */
	submitted(reference: string, jobId: string, facts: IDataObject = {}): void {
		this.jobs[reference] = jobId;
		if (Object.keys(facts).length > 0) this.facts[reference] = facts;
	}

	/** @param now milliseconds since the epoch */
	lost(reference: string, now: number): void {
		this.lostAt[reference] = now;
	}

	/** It is certain that nothing was submitted with the reference now; `first` as in {@link sending}. */
	refused(reference: string, first?: string): void {
		// n8n stores the context: it must stay a plain object.
		if (reference !== first) Reflect.deleteProperty(this.jobs, reference);
		for (const one of [first, reference]) {
			if (one !== undefined) Reflect.deleteProperty(this.sentTwice, one);
		}
	}
}

function recordIn<Value>(context: IContextObject, key: string): Record<string, Value> {
	const stored: unknown = context[key];
	const record = isRecordOf<Value>(stored) ? stored : {};
	context[key] = record;
	return record;
}

const isRecordOf = <Value>(value: unknown): value is Record<string, Value> => isRecord(value);
