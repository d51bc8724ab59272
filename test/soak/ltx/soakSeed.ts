import { isError } from '../evidence';
import { LONGEST_SEED_MS, type Verdict } from '../soakSeed';
import type { Tally } from '../tally';
import { examine, type Evidence } from './evidence';
import { invariants } from './invariants';
import { drawPlan } from './plan';
import { play } from './play';

/** Plays a seed with the LTX node, and holds what came of it to the invariants. */
export async function soakLtxSeed(seed: number): Promise<Verdict> {
	const startedAt = performance.now();
	const evidence = examine(await play(drawPlan(seed), LONGEST_SEED_MS));
	const breaches = invariants
		.map(({ name, breaches: find }) => ({ invariant: name, details: find(evidence) }))
		.filter(({ details }) => details.length > 0);
	return { seed, breaches, tally: count(evidence), ms: performance.now() - startedAt };
}

function count({
	items,
	outputs,
	failure,
	failed,
	charges,
	watch,
	faults,
	emulator,
}: Evidence): Partial<Tally> {
	const withStatus = (status: string) =>
		outputs.filter((output) => !isError(output) && output.item.json.status === status).length;
	const chargesOfPrompts = [...charges.values()].map(({ length }) => length);
	return {
		items: items.length,
		completed: withStatus('completed'),
		active: withStatus('active') + withStatus('pending') + withStatus('processing'),
		errors: outputs.filter(isError).length,
		failedNodes: failure ? 1 : 0,
		retries: failed.length,
		requests: emulator.requests.length,
		submissions: watch.arrivals,
		charged: chargesOfPrompts.reduce((sum, next) => sum + next, 0),
		faults,
		refusals: watch.refusals,
	};
}
