import type { Behaviour } from '../emulator';
import { pick, seededRandom, type Random } from '../emulator/random';
import { batches, batchKinds, type BatchKind, type BatchName } from './batches';
import { drawRetry, type Retry } from './retry';

/** How likely things go wrong with a request, and what else happens to the service. */
export interface Trouble {
	/** The share of requests that meet a fault. */
	rate: number;
	/** No callback ever comes. */
	losesCallbacks: boolean;
	/** How far the clock that `Retry-After` dates are made by is ahead, in milliseconds. */
	skewMs: number;
	/** Times in which every request is refused: by a gateway that is down, or by a page of something else in its place. */
	outages: Array<{ atMs: number; forMs: number; status: 503 | 404 | 403 }>;
	/** When the session of an account dies. */
	deaths: Array<{ email: string; atMs: number }>;
	/** When the API token is replaced, in n8n and at the service. */
	newTokenAtMs: number | undefined;
	/** Many answers to submissions get lost, and no reference is kept by which their jobs could be found. */
	losesAnswers: boolean;
}

/** The death of the process that runs the execution, and how it goes on. */
export interface Kill {
	/** Before the work of the nth submission, or right after it. */
	moment: 'before' | 'after';
	nth: number;
	/**
	 * Before n8n 2, the execution is run again from what is stored of it; from then on somebody presses *Retry*, and
	 * gets a new execution.
	 */
	then: 'rerun' | 'retry';
	/** How long that takes. */
	afterMs: number;
	/** The items come in another order then. */
	shuffles: boolean;
	/** Some items ask for something else then. */
	revises: boolean;
}

/** The death of the process that takes the nth call of the node's webhook. */
export interface DoorDeath {
	nth: number;
	/** How long after the call. */
	afterMs: number;
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
	/** Nothing goes wrong by chance, so that every sound item has to succeed. */
	isCalm: boolean;
	/** How the node stands in its workflow: alone, in a loop that comes by several times, or as an agent's tool. */
	way: 'node' | 'loop' | 'tool';
	/** How often a loop comes by. */
	rounds: number;
	/** How n8n runs: all in one process, or a worker with two processes for webhooks beside it. */
	layout: 'regular' | 'queue';
	batch: BatchName;
	size: number;
	/** Whether the form reads from the items that come in, or from the node that made them. */
	readsFrom: 'input' | 'source';
	/** How many items each have the same content. */
	twins: number;
	/** Which items are to fail, and how. */
	misfits: { moderated: number; failing: number; cancelled: number; invalid: number };
	/** Who refuses the first item: n8n takes a node whose first item is an error for one that has failed. */
	firstRefusedBy: 'node' | 'service' | undefined;
	accounts: Array<{ email: string; maxJobs: number; credits: number }>;
	/** How an item comes to its account. */
	accountChoice: 'automatic' | 'chosen' | 'mixed';
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
	/** Undefined where nobody retries what has failed. */
	retry: Retry | undefined;
	doorDeath: DoorDeath | undefined;
	/** The node behind stores the execution once more. */
	sleepsBehind: boolean;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const MOST_ITEMS = 200;
const MOST_CALLS = 6;
const EMAILS = ['anna@example.com', 'ben@example.com', 'cleo@example.com'] as const;

/** Draws a plan; the same seed always gives the same one. */
export function drawPlan(seed: number): Plan {
	const random = seededRandom(Math.imul(seed, 0x9e3779b1));
	const draw: Draw = {
		chance: (share) => random() < share,
		among: (...values) => pick(random, values) ?? values[0],
		int: (least, most) => least + Math.floor(random() * (most - least + 1)),
	};
	const { chance, among, int } = draw;

	const way = chance(0.1) ? 'tool' : chance(0.2) ? 'loop' : 'node';
	const isTool = way === 'tool';
	const isCalm = chance(0.2);
	const batch = isTool ? 'images/create' : among(...batches);
	const size = drawSize(random, way);
	const isLarge = size > 40;
	const kill = isCalm || isTool || !chance(0.3) ? undefined : drawKill(draw, size);
	const waitMode = among('poll', 'poll', 'poll', 'none', 'webhook', 'webhook', 'webhook');
	const onError =
		way === 'node'
			? among('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput')
			: among('stopWorkflow', 'stopWorkflow', 'continueRegularOutput');
	const accounts = EMAILS.slice(0, int(1, EMAILS.length)).map((email) => ({
		email,
		maxJobs: isLarge ? int(6, 20) : int(1, 12),
		credits: !isCalm && chance(0.04) ? int(0, 400) : 10_000_000,
	}));

	const plan: Plan = {
		seed,
		isCalm,
		way,
		rounds: way === 'loop' ? Math.min(size, int(2, 3)) : 1,
		layout: among('regular', 'queue'),
		batch,
		size,
		readsFrom: way === 'node' && chance(0.5) ? 'source' : 'input',
		twins: drawTwins(draw, batchKinds[batch], kill),
		misfits: {
			moderated: chance(0.2) ? 0.1 : 0,
			failing: chance(isTool ? 0.8 : 0.3) ? 0.2 : 0,
			cancelled: chance(0.3) ? 0.2 : 0,
			invalid: chance(0.1) ? 0.1 : 0,
		},
		accounts,
		accountChoice: among('automatic', 'automatic', 'chosen', 'mixed'),
		mode: kill || chance(0.6) ? 'trigger' : 'manual',
		waitMode: isTool && waitMode === 'webhook' ? 'poll' : waitMode,
		onError,
		retryOnFail: chance(isTool ? 0.9 : 0.4),
		onUncertain: chance(0.3) ? 'resubmit' : 'fail',
		options: {
			concurrency: among(1, 3, 10, 10, 25, 50),
			timeout: isCalm || chance(0.8) ? 15 : among(0.2, 1),
			pollInterval: among(1, 5, 5, 20),
			...(chance(0.1) && { maxJobs: int(1, 20) }),
			...(chance(0.1) && { pollForResult: int(1, 4) }),
		},
		download: chance(0.15),
		simplify: chance(0.8),
		behaviour: { ...drawBehaviour(draw, isCalm), slotsLag: seed % 2 === 0 },
		jobMs: isLarge
			? { shortest: 2 * SECOND, longest: 15 * SECOND }
			: { shortest: 1 * SECOND, longest: among(8, 30, 300) * SECOND },
		others: chance(0.5)
			? Array.from({ length: int(1, 6) }, () => ({
					email: emailOf(random, accounts),
					atMs: int(0, 60 * SECOND),
					slots: int(1, 8),
					forMs: int(1, 90) * SECOND,
				}))
			: [],
		results: {
			before: chance(0.2) ? int(1, 30) : 0,
			// Before n8n 2, a run looks at the newest ten results to see whether it has run before, and no further.
			meanwhile: chance(0.3) ? int(1, kill?.then === 'rerun' ? 9 : 30) : 0,
		},
		trouble: isCalm ? NO_TROUBLE : drawTrouble(draw, () => emailOf(random, accounts)),
		kill,
		retry: drawRetry(seed, { isCalm, isLoop: way === 'loop' }),
		doorDeath:
			!isCalm && waitMode === 'webhook' && chance(0.3)
				? { nth: int(1, 2 * size), afterMs: int(0, 3 * SECOND) }
				: undefined,
		firstRefusedBy: undefined,
		sleepsBehind: way === 'node' && waitMode === 'webhook' && chance(0.5),
	};
	return withFirstRefused(draw, withLostAnswers(plan));
}

/** Where the first item is refused, and others sleep, what n8n makes of *Retry On Fail* is to be seen. */
function withFirstRefused({ chance, among }: Draw, plan: Plan): Plan {
	const { waitMode, onError, size } = plan;
	if (waitMode !== 'webhook' || onError === 'stopWorkflow' || !chance(0.4)) return plan;
	const firstRefusedBy = among('node', 'service');
	return { ...plan, firstRefusedBy, size: Math.max(size, 2), retryOnFail: true };
}

/** Where answers get lost for good, the node fails as a whole, and n8n tries it again. */
const withLostAnswers = (plan: Plan): Plan =>
	!plan.trouble.losesAnswers || plan.kill
		? plan
		: {
				...plan,
				onError: 'stopWorkflow',
				onUncertain: 'fail',
				retryOnFail: true,
				behaviour: { ...plan.behaviour, longestReplyRef: 0 },
			};

/** Twins of which one is revised would be one job too many for the other. */
function drawTwins({ chance, int }: Draw, { hasPrompt }: BatchKind, kill: Kill | undefined) {
	const twins = hasPrompt && chance(0.1) ? int(2, 3) : 1;
	return kill?.revises ? 1 : twins;
}

interface Draw {
	chance: (share: number) => boolean;
	among: <T>(...values: [T, ...T[]]) => T;
	/** A whole number, both ends included. */
	int: (least: number, most: number) => number;
}

/** Small ones are most common: they are quick, and most faults need no more. */
function drawSize(random: Random, way: Plan['way']): number {
	const most = way === 'tool' ? MOST_CALLS : MOST_ITEMS;
	const least = way === 'loop' ? 2 : 1;
	return Math.max(least, Math.round(most ** (random() ** 2.2)));
}

const drawKill = ({ among, int, chance }: Draw, size: number): Kill => ({
	moment: among('before', 'after'),
	nth: int(1, Math.min(size, 30)),
	then: among('rerun', 'retry', 'retry', 'retry'),
	// Nothing starts within seconds: n8n itself takes that long.
	afterMs: int(5 * SECOND, 2 * MINUTE),
	shuffles: chance(0.5),
	revises: chance(0.3),
});

/** What the service does without anything being wrong, and, unless all is calm, a little more. */
const drawBehaviour = ({ among, chance, int }: Draw, isCalm: boolean): Partial<Behaviour> => ({
	latency: chance(0.05) ? 0 : among(40, 100, 300),
	retryAfter: among('none', 'seconds', 'date'),
	assetUrlDelay: among(0, 0, 3 * SECOND),
	requireEmail: chance(0.2),
	listWhilePolling: chance(0.5),
	listedAfter: chance(0.3) ? int(100, 3 * SECOND) : 0,
	listedBeyond: chance(0.3) ? int(100, 3 * SECOND) : 0,
	readableAfter: chance(0.2) ? int(100, 3 * SECOND) : 0,
	unreadableAroundEnd: chance(0.2) ? int(100, 2 * SECOND) : 0,
	failedStatus: chance(0.25) ? 422 : undefined,
	callbackRetries: among(0, 0, 2),
	artifactBytes: 1_000,
	assetTtl: isCalm || chance(0.8) ? 60 * MINUTE : among(0, 2 * SECOND),
	...(!isCalm && {
		dropReplyRefWithoutUrl: chance(0.1),
		longestReplyRef: chance(0.1) ? among(0, 24, 60) : undefined,
		sparse: chance(0.06) ? among(0.01, 0.05) : 0,
	}),
});

const NO_TROUBLE: Trouble = {
	rate: 0,
	losesCallbacks: false,
	skewMs: 0,
	outages: [],
	deaths: [],
	newTokenAtMs: undefined,
	losesAnswers: false,
};

function drawTrouble({ among, chance, int }: Draw, email: () => string): Trouble {
	const several = <T>(share: number, most: number, draw: () => T): T[] =>
		chance(share) ? Array.from({ length: int(1, most) }, draw) : [];
	return {
		rate: among(0, 0.02, 0.06, 0.12, 0.25),
		losesCallbacks: chance(0.1),
		skewMs: among(0, 0, 90 * SECOND, -90 * SECOND),
		outages: several(0.15, 2, () => ({
			atMs: int(0, 60 * SECOND),
			// The longest ones outlast every patience.
			forMs: chance(0.3) ? int(3, 40) * MINUTE : int(5, 100) * SECOND,
			status: among(503, 404, 403),
		})),
		deaths: several(0.1, 1, () => ({ email: email(), atMs: int(0, MINUTE) })),
		newTokenAtMs: chance(0.1) ? int(1, 60) * SECOND : undefined,
		losesAnswers: chance(0.08),
	};
}

const emailOf = (random: Random, accounts: Plan['accounts']): string =>
	pick(random, accounts)?.email ?? EMAILS[0];

/** How many items each round of a loop has. */
export const batchSizeOf = ({ size, rounds }: Plan): number => Math.ceil(size / rounds);

/** Whether the service forgets references, or so much of them that they tell nothing any more. */
export const forgetsReferences = ({ behaviour, waitMode }: Plan): boolean =>
	behaviour.longestReplyRef !== undefined ||
	(behaviour.dropReplyRefWithoutUrl === true && waitMode !== 'webhook');
