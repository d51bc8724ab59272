/**
 * Has `Math.random` draw from a sequence: jitter is to be the same when a seed is played again.
 *
 * @returns a function that undoes it
 */
export function useRandom(random: () => number): () => void {
	const original = Math.random;
	Math.random = random;
	return () => {
		Math.random = original;
	};
}
