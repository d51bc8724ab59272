import { isRetired, type Failure } from '../api/failure';
import type { Entry, Submission } from './entry';
import type { JobBook } from './jobBook';
import type { LtxStudioApi } from '../../LtxStudio/service/api';
import type { Memory } from './memory';
import type { Slots } from './slots';

/** These refuse every further submission too. */
const refusesAll = (failure: Failure) =>
	failure.status === 401 ||
	isRetired(failure) ||
	(failure.status === 402 && /subscription/i.test(failure.detail));

/** These refuse an account, and another may do. */
const REFUSES_ACCOUNT = new Set([402, 412, 596]);

/** Submits what is queued as slots come free. */
export class Submitter {
	constructor(
		private readonly book: JobBook,
		private readonly concurrency: number,
		private readonly parts: { api: LtxStudioApi; memory: Memory; slots: Slots },
	) {}

	/** Starts as many submissions as there are slots for, and gives them to `start` to be waited for. */
	feed(start: (task: Promise<void>) => void): void {
		const { book } = this;
		if (book.isStopping) return;
		const withoutSlot = new Set<string>();
		let underWay = book.inState('submitting').length;
		for (const entry of book.inState('queued')) {
			if (underWay >= this.concurrency) return;
			const { submission } = entry;
			if (!submission) continue;
			const group = `${submission.email ?? ''} ${submission.maxJobs ?? ''}`;
			if (withoutSlot.has(group)) continue;
			const slot = this.parts.slots.take(submission, book.now);
			if (!slot) {
				withoutSlot.add(group);
				continue;
			}
			entry.state = 'submitting';
			entry.slot = slot;
			underWay++;
			start(this.submit(entry, submission, slot.email));
		}
	}

	/** Fails an entry that no configured account could ever take. */
	requireAccount(entry: Entry): void {
		const { slots } = this.parts;
		const { email: wanted, namesAssets } = entry.submission ?? {};
		const configured = slots.emails;
		const isAmbiguous = wanted === undefined && namesAssets === true && configured.length > 1;
		if (!isAmbiguous && slots.hasAccountFor(wanted)) return;
		this.book.fail(entry, { kind: 'noAccount', wanted, configured, namesAssets: isAmbiguous });
	}

	private async submit(entry: Entry, submission: Submission, email: string): Promise<void> {
		const { api, memory } = this.parts;
		const { path, body, reference, replyUrl, maxJobs } = submission;
		memory.sending(reference, entry.resubmitted === true);
		const answer = await api.submit(path, {
			...body,
			email,
			...(maxJobs === undefined ? {} : { maxJobs }),
			replyRef: reference,
			...(replyUrl === undefined ? {} : { replyUrl }),
		});
		if (answer.ok && answer.body.jobId) this.book.accept(entry, answer.body);
		else if (answer.ok) this.book.doubt(entry, undefined);
		else if (answer.failure.effect === 'unknown') this.book.doubt(entry, answer.failure);
		else this.refuse(entry, submission, answer.failure);
	}

	/** Nothing was submitted: the entry waits for a slot, goes to another account, or fails. */
	private refuse(entry: Entry, submission: Submission, failure: Failure): void {
		const { memory, slots } = this.parts;
		const { slot } = entry;
		if (!entry.resubmitted) memory.forget(submission.reference);
		if (slot && failure.status === 429) {
			slots.refuse(slot, this.book.now, failure.retryAfter);
			delete entry.slot;
			entry.state = 'queued';
			return;
		}
		this.book.releaseSlot(entry);
		const refusesAccount = REFUSES_ACCOUNT.has(failure.status ?? 0) && !refusesAll(failure);
		if (slot && refusesAccount) {
			slots.exclude(slot.email);
			if (submission.email === undefined && slots.hasAccountFor(undefined)) {
				entry.state = 'queued';
				return;
			}
		}
		this.book.fail(entry, { kind: 'rejected', failure });
		for (const other of this.book.inState('queued')) {
			const isHopeless = refusesAccount && !slots.hasAccountFor(other.submission?.email);
			if (isHopeless || refusesAll(failure)) this.book.fail(other, { kind: 'rejected', failure });
		}
	}
}
