import type { Clock } from '../n8n/clock';
import type { Failure } from '../api/failure';
import type { Entry, Outcome, Problem, Submission } from './entry';
import { isFinished, toJob, type JobAnswer } from '../../LtxStudio/service/job';
import type { Memory } from './memory';
import type { Slots } from './slots';

interface BookOptions {
	/** Whether the first problem ends the run. */
	stopOnProblem: boolean;
}

/** Keeps what is known of each entry of a run, and makes every step from one state to the next. */
export class JobBook {
	/** When an item last got its job, in milliseconds since the epoch. */
	progressedAt: number;

	/** A problem has ended the run: nothing new is submitted. */
	isStopping = false;

	constructor(
		readonly entries: readonly Entry[],
		private readonly options: BookOptions,
		private readonly parts: { clock: Clock; memory: Memory; slots: Slots },
	) {
		this.progressedAt = this.now;
	}

	get now(): number {
		return this.parts.clock.now();
	}

	inState(...states: Array<Entry['state']>): Entry[] {
		return this.entries.filter(({ state }) => states.includes(state));
	}

	/** The API has a job for the entry. */
	accept(entry: Entry, answer: JobAnswer): void {
		const { slots, memory } = this.parts;
		const jobId = answer.jobId ?? entry.jobId ?? '';
		if (entry.slot) slots.settle(entry.slot, this.now);
		if (entry.submission) memory.submitted(entry.submission.reference, jobId);
		entry.state = 'running';
		entry.jobId = jobId;
		entry.since = this.progressedAt = this.now;
		this.update(entry, answer);
	}

	/** A job that was submitted before is the entry's. */
	adopt(entry: Entry, answer: JobAnswer): void {
		entry.adopted = true;
		this.accept(entry, answer);
	}

	/** It is not known whether the submission took effect. */
	doubt(entry: Entry, failure: Failure | undefined): void {
		entry.state = 'unsettled';
		entry.since = this.now;
		if (failure) entry.doubt = failure;
	}

	/** The API has said something new of the entry's job. */
	update(entry: Entry, answer: JobAnswer): void {
		// The answer of a create call has no reference, and the API does not promise to keep it.
		const replyRef = answer.replyRef ?? entry.submission?.reference;
		entry.answer = replyRef === undefined ? answer : { ...answer, replyRef };
		const job = toJob(entry.answer, entry.jobId);
		if (!isFinished(job)) return;
		if (job.status === 'failed') this.fail(entry, { kind: 'failed', job });
		else this.finish(entry, { ok: true, job, answer: entry.answer });
	}

	fail(entry: Entry, problem: Problem): void {
		this.finish(entry, { ok: false, problem: withFirstTry(entry, problem) });
		if (this.options.stopOnProblem) this.isStopping = true;
	}

	/** Gives the entry's slot back. */
	releaseSlot(entry: Entry): void {
		if (entry.slot) this.parts.slots.release(entry.slot);
		delete entry.slot;
	}

	private finish(entry: Entry, outcome: Outcome): void {
		entry.state = 'done';
		entry.outcome = outcome;
	}
}

/** The problem of a submission whose answer was lost, and whose job can't be found. */
export const uncertain = (
	{ resubmitted, doubt }: Entry,
	{ reference }: Submission,
	failure: Failure | undefined = doubt,
	candidates: string[] = [],
): Problem => ({
	kind: 'uncertain',
	reference,
	failure,
	candidates,
	isResubmitted: resubmitted === true,
});

const SUBMITTED_NOTHING = new Set<Problem['kind']>(['rejected', 'noSlot', 'noAccount']);

/** That nothing was submitted is no longer true of an item which was in doubt before it was sent again. */
function withFirstTry(entry: Entry, problem: Problem): Problem {
	const { resubmitted, submission } = entry;
	if (!resubmitted || !submission || !SUBMITTED_NOTHING.has(problem.kind)) return problem;
	return uncertain(entry, submission, 'failure' in problem ? problem.failure : undefined);
}
