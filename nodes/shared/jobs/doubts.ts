import type { Book } from './book';
import { dollars, paidFor } from './price';
import type { RunningJob } from './service';
import type { Entry } from './state';

export interface DoubtOptions {
	/** What to do when it can't be settled whether a submission took effect. */
	onUncertain: 'fail' | 'resubmit';
	/** What the run may cost by the vendor's list, in US dollars: nothing is sent again that would go beyond. */
	spendingLimit?: number | undefined;
}

/** Decides what becomes of items of which it can't be settled whether their submission took effect. */
export class Doubts {
	constructor(
		private readonly book: Book,
		private readonly options: DoubtOptions,
	) {}

	/** What becomes of an item whose submission was looked for long enough, and found neither among what runs nor among what has finished. */
	decide(entry: Entry, listed: readonly RunningJob[]): void {
		const { book } = this;
		if (entry.state.name !== 'unsettled') return;
		if (this.maySendAgain(entry)) {
			book.advance(entry, { type: 'sentBack' });
			return;
		}
		const known = new Set(book.entries.map(({ report }) => report?.jobId));
		const candidates = listed
			.filter(({ jobId, reference }) => reference === undefined && !known.has(jobId))
			.map(({ jobId }) => jobId);
		this.giveUp(entry, candidates);
	}

	/**
	 * Ends the doubt with the error of the item.
	 *
	 * @param candidates the IDs of jobs that it may have become
	 */
	giveUp(entry: Entry, candidates: readonly string[] = []): void {
		if (entry.state.name !== 'unsettled') return;
		const { cause: failure } = entry.state;
		this.book.advance(entry, {
			type: 'gaveUp',
			problem: { kind: 'uncertain', failure, candidates },
		});
	}

	private maySendAgain({ trail, submission }: Entry): boolean {
		const { onUncertain, spendingLimit } = this.options;
		if (onUncertain === 'fail' || trail.isResubmitted) return false;
		if (spendingLimit === undefined) return true;
		// What waits to be sent again is as good as paid for twice.
		const again = this.book
			.inState('queued', 'submitting')
			.filter((entry) => entry.trail.wasInDoubt);
		const { usd } = paidFor([...this.book.entries, ...again]);
		return dollars(usd + (submission?.price?.usd ?? 0)) <= dollars(spendingLimit);
	}
}
