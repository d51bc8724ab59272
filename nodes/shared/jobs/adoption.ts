import type { Failure } from '../api/failure';
import type { Entry } from './entry';
import { Finder, type Found } from './finder';
import { uncertain, type JobBook } from './jobBook';
import type { LtxStudioApi, RunningJob } from '../../LtxStudio/service/api';
import type { Memory } from './memory';
import type { Slots } from './slots';

export interface AdoptionOptions {
	/** What to do when it can't be settled whether a submission took effect. */
	onUncertain: 'fail' | 'resubmit';
	/** Whether a reference was made by this node in this execution. */
	isOurs: (reference: string | undefined) => boolean;
}

/** How long an uncertain submission is looked for: a slow gateway may still hand it on. */
export const SETTLE_MS = 20_000;

/** Finds the jobs of submissions that were made before, so that none is made twice. */
export class Adoption {
	private readonly finder: Finder;

	constructor(
		private readonly book: JobBook,
		private readonly options: AdoptionOptions,
		private readonly parts: { api: LtxStudioApi; memory: Memory; slots: Slots },
	) {
		this.finder = new Finder(parts.api);
	}

	/** Takes over what an earlier try of this run has left in its memory. */
	recall(): void {
		for (const entry of this.book.inState('queued')) {
			const known = entry.submission && this.parts.memory.recall(entry.submission.reference);
			if (known === undefined) continue;
			if (known.isResubmitted) entry.resubmitted = true;
			if (known.jobId === undefined) this.book.doubt(entry, undefined);
			else this.book.adopt(entry, { jobId: known.jobId });
		}
	}

	/** Takes over the running jobs that carry the reference of an entry. */
	adoptRunning(executing: readonly RunningJob[]): void {
		const byReference = new Map(executing.map((job) => [job.replyRef, job]));
		for (const entry of this.book.inState('queued', 'unsettled')) {
			const job = byReference.get(entry.submission?.reference);
			if (job) this.book.adopt(entry, { jobId: job.jobId });
		}
	}

	/**
	 * Takes over the finished jobs of a try whose worker died.
	 *
	 * @returns the failure that kept it from being sure, if any
	 */
	async adoptFinished(executing: readonly RunningJob[]): Promise<Failure | undefined> {
		const isRerun = executing.some(({ replyRef }) => this.options.isOurs(replyRef));
		const queued = this.book.inState('queued');
		const found = await this.search(queued, isRerun ? 'deep' : 'probe');
		const { jobs, sawOurs, isComplete, failure } = found;
		for (const entry of queued) {
			const answer = jobs.get(entry.submission?.reference ?? '');
			if (answer) this.book.adopt(entry, answer);
			else if (!isComplete && (isRerun || sawOurs)) this.book.doubt(entry, failure);
		}
		if (!failure) this.parts.memory.lookedBack();
		return failure;
	}

	/** Ends the doubt about submissions that were looked for long enough. */
	async settle(listed: readonly RunningJob[]): Promise<void> {
		const { now } = this.book;
		const due = this.book.inState('unsettled').filter(({ since }) => now - since >= SETTLE_MS);
		if (due.length === 0) return;
		const { jobs, failure } = await this.search(due, 'deep');
		for (const entry of due) {
			const answer = jobs.get(entry.submission?.reference ?? '');
			if (answer) this.book.adopt(entry, answer);
		}
		// What a passing fault has kept from being searched is searched in the next round.
		if (failure) return;
		const known = new Set(this.book.entries.map(({ jobId }) => jobId));
		const candidates = listed
			.filter(({ jobId, replyRef }) => !replyRef && !known.has(jobId))
			.map(({ jobId }) => jobId);
		for (const entry of due) if (entry.state === 'unsettled') this.decide(entry, candidates);
	}

	private decide(entry: Entry, candidates: string[]): void {
		const { submission } = entry;
		if (!submission) return;
		this.book.releaseSlot(entry);
		if (this.options.onUncertain === 'resubmit' && !entry.resubmitted) {
			entry.resubmitted = true;
			entry.state = 'queued';
			return;
		}
		this.book.fail(entry, uncertain(entry, submission, undefined, candidates));
	}

	private async search(entries: readonly Entry[], depth: 'probe' | 'deep'): Promise<Found> {
		const submissions = entries.flatMap(({ submission }) => submission ?? []);
		const chosen = new Set(submissions.map(({ email }) => email));
		const emails = chosen.has(undefined) ? this.parts.slots.emails : [...chosen];
		return await this.finder.find({
			references: new Set(submissions.map(({ reference }) => reference)),
			emails: emails.flatMap((email) => email ?? []),
			types: [...new Set(submissions.map(({ type }) => type))],
			depth,
			isOurs: this.options.isOurs,
		});
	}
}
