import type { Failure } from '../api/failure';
import type { Book } from './book';
import type { Memory } from './memory';
import type { JobService, Submission } from './service';
import type { Slot, Slots } from './slots';
import type { Entry } from './state';

/** Submits what is queued as slots come free. */
export class Submitter {
	/** Why the API last had no room for a submission. */
	lastRefusal: Failure | undefined;

	constructor(
		private readonly book: Book,
		private readonly concurrency: number,
		private readonly parts: { service: JobService; memory: Memory; slots: Slots },
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
			const group = JSON.stringify([submission.account, submission.maxJobs]);
			if (withoutSlot.has(group)) continue;
			const slot = this.parts.slots.take(submission, book.now);
			if (!slot) {
				withoutSlot.add(group);
				continue;
			}
			book.advance(entry, { type: 'slotTaken', slot });
			underWay++;
			start(this.submit(entry, submission, slot));
		}
	}

	/** Fails an entry that no configured account could ever take. */
	failWithoutAccount(entry: Entry): void {
		const { slots } = this.parts;
		if (!entry.submission) return;
		const { account: wanted, isBoundToAccount } = entry.submission;
		const configured = slots.names;
		const isAmbiguous = wanted === undefined && isBoundToAccount && configured.length > 1;
		if (!isAmbiguous && slots.hasAccountFor(wanted)) return;
		this.book.advance(entry, {
			type: 'gaveUp',
			problem: { kind: 'noAccount', wanted, configured, isAmbiguous },
		});
	}

	private async submit(entry: Entry, submission: Submission, slot: Slot): Promise<void> {
		const { service, memory } = this.parts;
		const { reference } = submission;
		memory.sending(reference, firstOf(entry));
		const answer = await service.submit(submission, slot.account);
		if (answer.ok) {
			this.lastRefusal = undefined;
			this.book.advance(entry, { type: 'accepted', report: answer.body });
		} else if (answer.failure.effect === 'unknown') {
			this.book.advance(entry, { type: 'lost', reference, cause: answer.failure });
		} else {
			this.refuse(entry, submission, slot, answer.failure);
		}
	}

	/** Nothing was submitted: the entry waits for a slot, goes to another account, or fails. */
	private refuse(entry: Entry, submission: Submission, slot: Slot, failure: Failure): void {
		const { book } = this;
		const { service, memory, slots } = this.parts;
		memory.refused(submission.reference, firstOf(entry));
		const refusal = service.refusalOf(failure);
		if (refusal === 'busy') {
			this.lastRefusal = failure;
			slots.refuse(slot, book.now, failure.retryAfter);
			book.advance(entry, { type: 'sentBack' });
			return;
		}
		if (refusal === 'account') slots.exclude(slot);
		const maySwitch = refusal === 'account' && slots.hasAccountFor(submission.account);
		const event = { type: 'gaveUp', problem: { kind: 'rejected', failure } } as const;
		book.advance(entry, maySwitch ? { type: 'sentBack' } : event);
		if (refusal === 'item') return;
		for (const other of book.inState('queued')) {
			const isHopeless =
				refusal === 'price'
					? !isCheaper(other.submission, submission)
					: refusal === 'all' || !slots.hasAccountFor(other.submission?.account);
			if (isHopeless) book.advance(other, event);
		}
	}
}

/** With what it was sent before, where nobody knows what became of that. */
const firstOf = ({ trail, soughtReference }: Entry): string | undefined =>
	trail.wasInDoubt ? soughtReference : undefined;

/** Whether it is known to cost less. */
const isCheaper = (one: Submission | undefined, other: Submission): boolean =>
	(one?.price?.usd ?? Infinity) < (other.price?.usd ?? 0);
