import type { Behaviour } from '../emulator';
import { pick, seededRandom, type Random } from '../emulator/random';
import { batches, type BatchName } from './batches';

/** How likely things go wrong with a request, and what else happens to the service. */
export interface Trouble {
	/** The share of requests that meet a fault. */
	rate: number;
	/** How far the clock that `Retry-After` dates are made by is ahead, in milliseconds. */
	skewMs: number;
	/** Times in which every request is refused. */
	outages: Array<{ atMs: number; forMs: number }>;
	/** When the session of an account dies. */
	deaths: Array<{ email: string; atMs: number }>;
}

/** The death of the process, and how long it takes until n8n runs the execution again. */
export interface Kill {
	/** Before the work of the nth submission, or right after it. */
	moment: 'before' | 'after';
	nth: number;
	restartAfterMs: number;
}

/** Another program takes slots of an account. */
export interface Occupation {
	email: string;
	atMs: number;
	slots: number;
	forMs: number;
}

/** Everything that a seed decides. */
export interface Plan {
	seed: number;
	batch: BatchName;
	size: number;
	/** Which items are to fail, and how. */
	misfits: { moderated: number; failing: number; invalid: number };
	accounts: Array<{ email: string; maxJobs: number; credits: number }>;
	/** How an item comes to its account. */
	accountChoice: 'automatic' | 'chosen' | 'mixed';
	/** n8n starts only production executions again when their process has died. */
	mode: 'manual' | 'trigger';
	waitMode: 'none' | 'poll' | 'webhook';
	onError: 'continueErrorOutput' | 'continueRegularOutput' | 'stopWorkflow';
	retryOnFail: boolean;
	onUncertain: 'fail' | 'resubmit';
	options: {
		concurrency: number;
		timeout: number;
		pollInterval: number;
		maxJobs?: number;
		pollForResult?: number;
	};
	download: boolean;
	simplify: boolean;
	behaviour: Partial<Behaviour>;
	jobMs: { shortest: number; longest: number };
	others: Occupation[];
	/** How many results other programs leave in each account, of each type. */
	results: { before: number; meanwhile: number };
	trouble: Trouble;
	kill: Kill | undefined;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const MOST_ITEMS = 200;
const EMAILS = ['anna@example.com', 'ben@example.com', 'cleo@example.com'] as const;

/** Draws a plan; the same seed always gives the same one. */
export function drawPlan(seed: number): Plan {
	const random = seededRandom(Math.imul(seed, 0x9e3779b1));
	const chance = (share: number) => random() < share;
	const among = <T>(...values: [T, ...T[]]): T => pick(random, values) ?? values[0];
	const int = (least: number, most: number) => intBetween(random, least, most);

	const size = Math.max(1, Math.round(MOST_ITEMS ** (random() ** 2.2)));
	const isLarge = size > 40;
	const isCalm = chance(0.12);
	const rate = isCalm ? 0 : among(0.02, 0.06, 0.12, 0.25);
	const kill: Kill | undefined =
		!isCalm && chance(0.25)
			? {
					moment: among('before', 'after'),
					nth: int(1, Math.min(size, 30)),
					restartAfterMs: int(0, 2 * MINUTE),
				}
			: undefined;
	const accounts = EMAILS.slice(0, int(1, EMAILS.length)).map((email) => ({
		email,
		maxJobs: isLarge ? int(6, 20) : int(1, 12),
		credits: !isCalm && chance(0.04) ? int(0, 400) : 10_000_000,
	}));
	const emailOf = () => pick(random, accounts)?.email ?? EMAILS[0];
	const several = <T>(share: number, most: number, draw: () => T): T[] =>
		isCalm || !chance(share) ? [] : Array.from({ length: int(1, most) }, draw);

	return {
		seed,
		batch: among(...batches),
		size,
		misfits: {
			moderated: chance(0.2) ? 0.1 : 0,
			failing: chance(0.3) ? 0.1 : 0,
			invalid: chance(0.1) ? 0.1 : 0,
		},
		accounts,
		accountChoice: among('automatic', 'automatic', 'chosen', 'mixed'),
		mode: kill || chance(0.6) ? 'trigger' : 'manual',
		waitMode: among('poll', 'poll', 'poll', 'none', 'webhook', 'webhook'),
		onError: among('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
		retryOnFail: chance(0.3),
		// What a dead process has sent twice, nobody knows afterwards.
		onUncertain: !kill && chance(0.35) ? 'resubmit' : 'fail',
		options: {
			concurrency: among(1, 3, 10, 10, 25, 50),
			timeout: isCalm || chance(0.8) ? 15 : among(0.2, 1),
			pollInterval: among(1, 5, 5, 20),
			...(chance(0.1) && { maxJobs: int(1, 20) }),
			...(chance(0.1) && { pollForResult: int(1, 4) }),
		},
		download: chance(0.15),
		simplify: chance(0.8),
		behaviour: {
			latency: among(0, 0, 40, 200),
			retryAfter: among('none', 'seconds', 'date'),
			assetUrlDelay: among(0, 0, 3 * SECOND),
			requireEmail: chance(0.2),
			listWhilePolling: chance(0.5),
			callbackRetries: among(0, 0, 2),
			artifactBytes: 1_000,
			assetTtl: isCalm || chance(0.8) ? 60 * MINUTE : among(0, 2 * SECOND),
			// Without its reference nothing of a dead process can be found again.
			dropReplyRefWithoutUrl: !isCalm && !kill && chance(0.05),
		},
		jobMs: isLarge
			? { shortest: 2 * SECOND, longest: 15 * SECOND }
			: { shortest: 1 * SECOND, longest: among(8, 30, 60) * SECOND },
		others: chance(0.5)
			? Array.from({ length: int(1, 6) }, () => ({
					email: emailOf(),
					atMs: int(0, 60 * SECOND),
					slots: int(1, 8),
					forMs: int(1, 90) * SECOND,
				}))
			: [],
		results: {
			before: chance(0.3) ? int(1, 30) : 0,
			// So that the newest ten results still show what a dead process has left.
			meanwhile: chance(0.3) ? int(1, 9) : 0,
		},
		trouble: {
			rate,
			skewMs: isCalm ? 0 : among(0, 0, 90 * SECOND, -90 * SECOND),
			outages: several(0.15, 2, () => ({
				atMs: int(0, 60 * SECOND),
				// The longest ones outlast every patience.
				forMs: chance(0.1) ? int(5, 40) * MINUTE : int(5, 100) * SECOND,
			})),
			// A dead account can't be searched for what a dead process has submitted.
			deaths: kill ? [] : several(0.12, 1, () => ({ email: emailOf(), atMs: int(0, MINUTE) })),
		},
		kill,
	};
}

/** Whether nothing goes wrong by chance, so that every sound item has to succeed. */
export const isCalm = ({ trouble, kill }: Plan): boolean =>
	trouble.rate === 0 && trouble.outages.length === 0 && trouble.deaths.length === 0 && !kill;

const intBetween = (random: Random, least: number, most: number): number =>
	least + Math.floor(random() * (most - least + 1));
