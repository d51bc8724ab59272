import type { AccountCapacity, Capacity } from './service';

/** What a submission needs of an account. */
export interface SlotRequest {
	/** The account that it must run on; any if undefined. */
	account: string | undefined;
	/** Overrides the account's own maximum of running jobs. */
	maxJobs: number | undefined;
}

/** A slot that is taken although the API may not count it yet. */
export interface Slot {
	/** Undefined where the service has no accounts to choose from. */
	readonly account: string | undefined;
	/** The job that holds it, and when it was accepted, in milliseconds since the epoch; undefined while it is under way. */
	held?: { jobId: string; since: number };
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
/** How late the list of running jobs may be with a new one. */
const LIST_LAG_MS = 5_000;
/** Stands for the one account of a service that has none to choose from. */
const ANY = '';

/** Keeps count of the free slots of all accounts between two looks at the API. */
export class Slots {
	private readonly accounts = new Map<string, Account>();

	/** @param taken those that are taken already, whatever the API counts */
	constructor(private readonly taken = new Set<Slot>()) {}

	/** Without a service's word on its capacity, only its refusals tell that there is no slot. */
	static unlimited(): Slots {
		const slots = new Slots();
		slots.know({ account: ANY, maxJobs: Infinity, executing: 0 });
		return slots;
	}

	/** @returns all configured accounts */
	get names(): string[] {
		return [...this.accounts.keys()].filter((name) => name !== ANY);
	}

	/**
	 * Takes over what the API says.
	 *
	 * @param askedAt when the question was sent, in milliseconds since the epoch
	 */
	update({ running, accounts }: Omit<Capacity, 'isWhole'>, askedAt: number): void {
		const counted = new Set(running.map(({ jobId }) => jobId));
		const told = new Set(accounts.map(({ account }) => account));
		for (const slot of this.taken) {
			const { held, account = ANY } = slot;
			// An account of which nothing is said counts none of its jobs.
			if (!held || held.since >= askedAt || !told.has(account)) continue;
			const isCounted = counted.has(held.jobId) || askedAt - held.since >= LIST_LAG_MS;
			if (isCounted) this.taken.delete(slot);
		}
		for (const account of accounts) this.know(account);
	}

	/** Takes a slot on the account with the most free ones, or returns undefined if there is none now. */
	take({ account: wanted, maxJobs }: SlotRequest, now: number): Slot | undefined {
		const best = this.candidates(wanted)
			.filter((account) => account.blockedUntil <= now)
			.map((account) => ({ account, free: this.free(account, maxJobs) }))
			.reduce<{ account: Account; free: number } | undefined>(
				(most, next) => (next.free > (most?.free ?? 0) ? next : most),
				undefined,
			);
		if (!best) return undefined;
		const { account } = best.account;
		const slot: Slot = { account: account === ANY ? undefined : account };
		this.taken.add(slot);
		return slot;
	}

	/** The submission was accepted: the slot stays taken until the API counts it, or the job is over. */
	hold(slot: Slot, jobId: string, now: number): void {
		slot.held = { jobId, since: now };
		const account = this.of(slot);
		if (account) account.refusals = 0;
	}

	/** The submission came to nothing, or its job is over. */
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
		const account = this.of(slot);
		if (!account) return;
		const block = Math.min(FIRST_BLOCK_MS * 2 ** account.refusals, LONGEST_BLOCK_MS);
		account.refusals++;
		// A clock that is ahead of the API's makes a date in `Retry-After` one that has passed.
		account.blockedUntil = Math.max(account.blockedUntil, now + Math.max(block, retryAfter ?? 0));
	}

	/** The account cannot be used for the rest of the run. */
	exclude(slot: Slot): void {
		const account = this.of(slot);
		if (account) account.isOut = true;
	}

	/** @returns whether any account is left that the submission could ever run on */
	hasAccountFor(wanted: string | undefined): boolean {
		return this.candidates(wanted).length > 0;
	}

	/** @returns when the next block after a 429 ends, or undefined if no account is blocked */
	nextUnblock(now: number): number | undefined {
		const ends = [...this.accounts.values()]
			.map(({ blockedUntil }) => blockedUntil)
			.filter((end) => end > now);
		return ends.length > 0 ? Math.min(...ends) : undefined;
	}

	private know(account: AccountCapacity): void {
		const known = this.accounts.get(account.account);
		this.accounts.set(account.account, {
			...account,
			blockedUntil: known?.blockedUntil ?? 0,
			refusals: known?.refusals ?? 0,
			isOut: known?.isOut ?? false,
		});
	}

	private of({ account = ANY }: Slot): Account | undefined {
		return this.accounts.get(account);
	}

	private candidates(wanted: string | undefined): Account[] {
		return [...this.accounts.values()].filter(
			({ isOut, account }) =>
				!isOut && (wanted === undefined || account === wanted || account === ANY),
		);
	}

	private free(account: Account, maxJobs: number | undefined): number {
		let free = (maxJobs ?? account.maxJobs) - account.executing;
		for (const slot of this.taken) if ((slot.account ?? ANY) === account.account) free--;
		return free;
	}
}
