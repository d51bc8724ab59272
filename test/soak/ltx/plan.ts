import type { LtxBehaviour } from '../../emulator/ltx/options';
import { pick, seededRandom } from '../../emulator/random';
import { drawRetry, type Retry } from '../retry';

/** How what is asked for begins: with words, or with a file or address besides. */
export type Source = 'text' | 'file' | 'address';

/** A time in which something goes wrong, from the beginning of the run. */
interface Span {
	atMs: number;
	forMs: number;
}

/** Everything that a seed decides. */
export interface Plan {
	seed: number;
	/** Nothing goes wrong by chance, so that every sound item has to succeed. */
	isCalm: boolean;
	source: Source;
	size: number;
	/** How many items each ask for the same. */
	twins: number;
	/** Which items are to fail, and how. */
	misfits: { moderated: number; failing: number; invalid: number };
	mode: 'manual' | 'trigger';
	waitMode: 'none' | 'poll';
	onError: 'continueErrorOutput' | 'continueRegularOutput' | 'stopWorkflow';
	retryOnFail: boolean;
	onUncertain: 'fail' | 'resubmit';
	options: { concurrency: number; timeout: number; pollInterval: number };
	download: boolean;
	simplify: boolean;
	behaviour: Partial<LtxBehaviour>;
	jobMs: { shortest: number; longest: number };
	/** Jobs that other programs submit with the same key. */
	others: Array<{ atMs: number; jobs: number }>;
	/** Undefined where nobody retries what has failed. */
	retry: Retry | undefined;
	trouble: {
		/** The share of requests that meet a fault. */
		rate: number;
		/** A gateway refuses every request. */
		outages: Span[];
		/** The API itself refuses every request. */
		overloads: Array<Span & { status: 500 | 503 | 529 }>;
	};
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const MOST_ITEMS = 100;

/** Draws a plan; the same seed always gives the same one. */
export function drawPlan(seed: number): Plan {
	const random = seededRandom(Math.imul(seed, 0x9e3779b1));
	const chance = (share: number) => random() < share;
	const among = <T>(...values: [T, ...T[]]): T => pick(random, values) ?? values[0];
	const int = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
	const several = <T>(share: number, most: number, draw: () => T): T[] =>
		chance(share) ? Array.from({ length: int(1, most) }, draw) : [];
	const span = (): Span => ({
		atMs: int(0, MINUTE),
		// The longest ones outlast every patience.
		forMs: chance(0.2) ? int(3, 40) * MINUTE : int(5, 100) * SECOND,
	});

	const isCalm = chance(0.2);
	const size = Math.max(1, Math.round(MOST_ITEMS ** (random() ** 1.6)));
	return {
		seed,
		isCalm,
		source: among('text', 'text', 'file', 'address'),
		size,
		twins: chance(0.1) ? int(2, 3) : 1,
		misfits: {
			moderated: chance(0.2) ? 0.1 : 0,
			failing: chance(0.4) ? 0.2 : 0,
			invalid: chance(0.1) ? 0.1 : 0,
		},
		mode: among('manual', 'trigger'),
		waitMode: among('poll', 'poll', 'poll', 'none'),
		onError: among('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
		retryOnFail: chance(0.4),
		onUncertain: chance(0.3) ? 'resubmit' : 'fail',
		options: {
			concurrency: among(1, 3, 10, 10, 25, 50),
			timeout: isCalm || chance(0.8) ? 120 : among(0.2, 1),
			pollInterval: among(5, 5, 5, 20),
		},
		download: chance(0.2),
		simplify: chance(0.8),
		behaviour: {
			credits: !isCalm && chance(0.06) ? int(0, 5) : 10_000,
			concurrency: int(1, 10),
			queueLimit: int(2, 30),
			retryAfter: among(undefined, 5, 10, 30),
			pendingDuration: among(0, SECOND, 20 * SECOND),
			unreadableFor: chance(0.2) ? int(1, 5) * SECOND : 0,
			outputTtl: isCalm || chance(0.8) ? 60 * MINUTE : among(2 * SECOND, 5 * MINUTE),
			jobExpiry: isCalm || chance(0.9) ? 24 * 60 * MINUTE : int(1, 60) * SECOND,
		},
		jobMs: { shortest: 2 * SECOND, longest: among(8, 30, 60) * SECOND },
		others: several(0.4, 4, () => ({ atMs: int(0, MINUTE), jobs: int(1, 12) })),
		retry: drawRetry(seed, { isCalm, isLoop: false }),
		trouble: isCalm
			? { rate: 0, outages: [], overloads: [] }
			: {
					rate: among(0, 0.02, 0.06, 0.12, 0.25),
					outages: several(0.15, 2, span),
					overloads: several(0.25, 2, () => ({ ...span(), status: among(500, 503, 529) })),
				},
	};
}
