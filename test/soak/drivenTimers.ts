import type { Clock } from '../emulator';

/**
 * Has the timers of one certain delay come due on another clock: n8n's own pauses between the tries of
 * a node are on the machine's time otherwise.
 *
 * @returns a function that undoes it
 */
export function driveTimersOf(delayMs: number, clock: Clock): () => void {
	const original = globalThis.setTimeout;
	const driven = (run: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => {
		if (delay !== delayMs) return original(run, delay, ...args);
		clock.at(clock.now() + delayMs, () => {
			run(...args);
		});
		return original(() => undefined, 0);
	};
	globalThis.setTimeout = Object.assign(driven, original);
	return () => {
		globalThis.setTimeout = original;
	};
}
