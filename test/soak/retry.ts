import { pick, seededRandom } from '../emulator/random';

/** What somebody does who finds that the execution has failed: presses *Retry*, and once more where that has failed, too. */
export interface Retry {
	/** How long that takes, each time. */
	afterMs: number;
	/** n8n has got another address meanwhile. */
	moves: boolean;
	/** The workflow has run for something else meanwhile, which has the first item in common. */
	runsBetween: boolean;
	/** What is refused, or fails, for what its prompt says is put right in the form, and the saved workflow is retried. */
	mends: boolean;
	/** What is in the way of the first retry, and gone by the second one. */
	hindrance: 'deadSession' | 'refusedReads' | undefined;
}

const SECOND = 1_000;

/** Draws it from a sequence of its own, so that the rest of the plan is what it was. */
export function drawRetry(
	seed: number,
	{ isCalm, isLoop }: { isCalm: boolean; isLoop: boolean },
): Retry | undefined {
	const random = seededRandom(seed + 5);
	const chance = (share: number) => random() < share;
	if (!chance(0.6)) return undefined;
	return {
		afterMs: Math.round(random() * (chance(0.5) ? 20 : 300) * SECOND),
		moves: chance(0.3),
		runsBetween: chance(0.4),
		// What a loop has behind it stays as it was.
		mends: chance(0.5) && !isLoop,
		hindrance: isCalm ? undefined : pick(random, [undefined, 'deadSession', 'refusedReads']),
	};
}
