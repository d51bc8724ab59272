import { badRequest, deadSession, noConfiguration, unknownEmail } from './apiError';
import type { Clock } from './clock';
import type { Random } from './random';
import { pick } from './random';

/** A configured LTX Studio account. All fields but `email` may be changed while the emulator runs. */
export interface Account {
	readonly email: string;
	ltId: string;
	maxJobs: number;
	/** Left to spend. */
	credits: number;
	updated: number;
	tokenExpire: number;
	/** When the cookie expires: from then on every use of the account is answered with 596. */
	refreshTokenExpire: number;
	/** The session is gone: every use of the account is answered with 596. */
	dead: boolean;
	lastChargedAt: number | undefined;
}

export type AccountSeed = { email: string } & Partial<Omit<Account, 'email'>>;

const REQUIRED_COOKIES = ['lt_id', 'lt_token', 'lt_refresh_token'] as const;
const SECURED = '…secured…';
const DEFAULT_MAX_JOBS = 20;
const DAY_MS = 24 * 60 * 60 * 1000;
const TOKEN_LIFE_MS = 30 * DAY_MS;
const COOKIE_LIFE_MS = 90 * DAY_MS;
/** A month of the plan that the vendor's cost calculator is made for. */
const MONTHLY_CREDITS = 28_000;

/** The configured LTX Studio accounts. */
export class Accounts {
	private readonly byEmail = new Map<string, Account>();

	constructor(
		private readonly clock: Clock,
		private readonly random: Random,
		seeds: readonly AccountSeed[],
	) {
		for (const seed of seeds) this.add(seed);
	}

	get all(): Account[] {
		return [...this.byEmail.values()];
	}

	get(email: string): Account | undefined {
		return this.byEmail.get(email);
	}

	/** Adds an account, or replaces the one with this e-mail address. */
	add(seed: AccountSeed): Account {
		const now = this.clock.now();
		const account: Account = {
			ltId: seed.email,
			maxJobs: DEFAULT_MAX_JOBS,
			credits: MONTHLY_CREDITS,
			updated: now,
			tokenExpire: now + TOKEN_LIFE_MS,
			refreshTokenExpire: now + COOKIE_LIFE_MS,
			dead: false,
			lastChargedAt: undefined,
			...seed,
		};
		this.byEmail.set(account.email, account);
		return account;
	}

	/** Changes an account that is there. */
	edit(email: string, changes: Partial<Omit<Account, 'email'>>): Account {
		return Object.assign(this.require(email), changes);
	}

	remove(email: string): boolean {
		return this.byEmail.delete(email);
	}

	/** Adds or refreshes the account that a cookie belongs to. What it has left to spend stays. */
	configure(
		cookie: string | undefined,
		maxJobs: number | undefined,
		{ resetsMaxJobs }: { resetsMaxJobs: boolean },
	): Account {
		const { lt_id: ltId } = parseCookie(cookie);
		const email = ltId.includes('@') ? ltId : `${ltId}@example.com`;
		const known = this.byEmail.get(email);
		return this.add({
			email,
			ltId,
			maxJobs: maxJobs ?? (resetsMaxJobs ? undefined : known?.maxJobs) ?? DEFAULT_MAX_JOBS,
			...(known && { credits: known.credits, lastChargedAt: known.lastChargedAt }),
		});
	}

	require(email: string): Account {
		const account = this.byEmail.get(email);
		if (!account) throw unknownEmail(email);
		return account;
	}

	isDead(account: Account): boolean {
		return account.dead || this.clock.now() >= account.refreshTokenExpire;
	}

	/** The account of this address, with a session that works. */
	requireLive(email: string): Account {
		const account = this.require(email);
		if (this.isDead(account)) throw deadSession(email);
		return account;
	}

	/**
	 * The account that a call is for: the named one, else the only one, else one picked at random
	 * among those that pass `fits`, or among all when none does.
	 */
	choose(
		email: string | undefined,
		requireEmail: boolean,
		fits: (account: Account) => boolean = () => true,
	): Account {
		if (email !== undefined) return this.requireLive(email);
		const all = this.all;
		if (requireEmail && all.length > 1) {
			throw badRequest('email is required when several accounts are configured');
		}
		const live = all.filter((account) => !this.isDead(account));
		const candidates = [live.filter(fits), live, all].find((accounts) => accounts.length > 0) ?? [];
		const chosen = pick(this.random, candidates);
		if (!chosen) throw noConfiguration();
		return this.requireLive(chosen.email);
	}

	/** An account as the API shows it: no secret is in it. */
	view(account: Account) {
		return {
			email: account.email,
			cookie: { lt_id: account.ltId, lt_token: SECURED, lt_refresh_token: SECURED },
			maxJobs: account.maxJobs,
			updated: account.updated,
			updatedUTC: new Date(account.updated).toISOString(),
			tokenExpire: account.tokenExpire,
			tokenExpireUTC: new Date(account.tokenExpire).toISOString(),
			...(this.isDead(account) && { error: 'The session is no longer valid' }),
		};
	}
}

type CookieName = (typeof REQUIRED_COOKIES)[number];

function parseCookie(cookie = ''): Record<CookieName, string> {
	if (cookie.trim() === '') throw badRequest('cookie is required');
	const values = new Map<string, string>();
	for (const pair of cookie.split(';')) {
		const separator = pair.indexOf('=');
		if (separator > 0) {
			values.set(pair.slice(0, separator).trim(), pair.slice(separator + 1).trim());
		}
	}
	const read = (name: CookieName) => values.get(name) ?? '';
	const missing = REQUIRED_COOKIES.filter((name) => read(name) === '');
	if (missing.length > 0) {
		throw badRequest(`Missing required cookie fields: ${missing.join(' | ')}`);
	}
	return {
		lt_id: read('lt_id'),
		lt_token: read('lt_token'),
		lt_refresh_token: read('lt_refresh_token'),
	};
}
