import { examine } from './evidence';
import { invariants } from './invariants';
import { drawPlan } from './plan';
import { play } from './play';
import { count, type Tally } from './tally';

/** The verdict on a seed. */
export interface Verdict {
	seed: number;
	/** What does not hold, and what broke it. */
	breaches: Array<{ invariant: string; details: string[] }>;
	/** Undefined where the seed could not be played to its end. */
	tally: Partial<Tally> | undefined;
	/** In the machine's time. */
	ms: number;
}

/** A loaded machine plays the largest batch in a small part of this. */
export const LONGEST_SEED_MS = 60_000;

/** Plays a seed, and holds what came of it to the invariants. */
export async function soakSeed(seed: number): Promise<Verdict> {
	const startedAt = performance.now();
	const evidence = examine(await play(drawPlan(seed), LONGEST_SEED_MS));
	const breaches = invariants
		.map(({ name, breaches: find }) => ({ invariant: name, details: find(evidence) }))
		.filter(({ details }) => details.length > 0);
	return { seed, breaches, tally: count(evidence), ms: performance.now() - startedAt };
}
