import type { AccountCapacity, Capacity } from '../../LtxStudio/service/api';

/** What a submission needs of an account. */
export interface SlotRequest {
	/** The account that it must run on; any if undefined. */
	email: string | undefined;
	/** Overrides the account's own maximum of running jobs. */
	maxJobs: number | undefined;
}

/** A slot that is taken although the API may not count it yet. */
export interface Slot {
	readonly email: string;
	/** When the submission was answered, in milliseconds since the epoch; undefined while it is under way. */
	settledAt?: number;
}

interface Account extends AccountCapacity {
	/** Milliseconds since the epoch before which nothing is submitted, after a 429. */
	blockedUntil: number;
	/** How many 429 came in a row. */
	refusals: number;
	/** Set when the account cannot be used for the rest of the run: no credits, or a dead session. */
	isOut: boolean;
}

const FIRST_BLOCK_MS = 1_000;
const LONGEST_BLOCK_MS = 30_000;

/** Keeps count of the free slots of all accounts between two looks at the API. */
export class Slots {
	private readonly accounts = new Map<string, Account>();

	private readonly taken = new Set<Slot>();

	/** @returns the e-mails of all configured accounts */
	get emails(): string[] {
		return [...this.accounts.keys()];
	}

	/**
	 * Takes over what the API says.
	 *
	 * @param askedAt when the question was sent: what was settled before is in the answer
	 */
	update(capacity: Capacity, askedAt: number): void {
		for (const slot of this.taken) {
			if (slot.settledAt !== undefined && slot.settledAt < askedAt) this.taken.delete(slot);
		}
		for (const account of capacity.available) {
			const known = this.accounts.get(account.email);
			this.accounts.set(account.email, {
				...account,
				blockedUntil: known?.blockedUntil ?? 0,
				refusals: known?.refusals ?? 0,
				isOut: known?.isOut ?? false,
			});
		}
	}

	/** Takes a slot on the account with the most free ones, or returns undefined if there is none now. */
	take({ email, maxJobs }: SlotRequest, now: number): Slot | undefined {
		const best = this.candidates(email)
			.filter((account) => account.blockedUntil <= now)
			.map((account) => ({ account, free: this.free(account, maxJobs) }))
			.reduce<{ account: Account; free: number } | undefined>(
				(most, next) => (next.free > (most?.free ?? 0) ? next : most),
				undefined,
			);
		if (!best) return undefined;
		const slot: Slot = { email: best.account.email };
		this.taken.add(slot);
		return slot;
	}

	/** The submission was accepted: the slot stays taken until the API counts it. */
	settle(slot: Slot, now: number): void {
		slot.settledAt = now;
		const account = this.accounts.get(slot.email);
		if (account) account.refusals = 0;
	}

	/** The submission came to nothing. */
	release(slot: Slot): void {
		this.taken.delete(slot);
	}

	/**
	 * The API had no slot after all (429).
	 *
	 * @param retryAfter milliseconds that the API asked to wait
	 */
	refuse(slot: Slot, now: number, retryAfter: number | undefined): void {
		this.release(slot);
		const account = this.accounts.get(slot.email);
		if (!account) return;
		const block = Math.min(FIRST_BLOCK_MS * 2 ** account.refusals, LONGEST_BLOCK_MS);
		account.refusals++;
		// A clock that is ahead of the API's makes a date in `Retry-After` one that has passed.
		account.blockedUntil = Math.max(account.blockedUntil, now + Math.max(block, retryAfter ?? 0));
	}

	/** The account cannot be used for the rest of the run. */
	exclude(email: string): void {
		const account = this.accounts.get(email);
		if (account) account.isOut = true;
	}

	/** @returns whether any account is left that the submission could ever run on */
	hasAccountFor(email: string | undefined): boolean {
		return this.candidates(email).length > 0;
	}

	/** @returns when the next block after a 429 ends, or undefined if no account is blocked */
	nextUnblock(now: number): number | undefined {
		const ends = [...this.accounts.values()]
			.map(({ blockedUntil }) => blockedUntil)
			.filter((end) => end > now);
		return ends.length > 0 ? Math.min(...ends) : undefined;
	}

	private candidates(email: string | undefined): Account[] {
		return [...this.accounts.values()].filter(
			(account) => !account.isOut && (email === undefined || account.email === email),
		);
	}

	private free(account: Account, maxJobs: number | undefined): number {
		const limit = maxJobs ?? account.maxJobs;
		let free = limit - account.executing;
		for (const slot of this.taken) if (slot.email === account.email) free--;
		return free;
	}
}
