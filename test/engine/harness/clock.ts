import { clock, type Clock } from '../../../nodes/shared/n8n/clock';

/**
 * Puts another clock in the place of the nodes' own.
 * @returns a function that puts back the one that was there
 */
export function useClock(replacement: Clock): () => void {
	const original = { ...clock };
	Object.assign(clock, {
		now: () => replacement.now(),
		sleep: (ms: number) => replacement.sleep(ms),
	} satisfies Clock);
	return () => {
		Object.assign(clock, original);
	};
}
