import { sleep } from 'n8n-workflow';

/** Time, as every module that waits sees it. Tests replace the two functions to drive it. */
export interface Clock {
	/** @returns milliseconds since the epoch */
	now(): number;
	/** @param ms milliseconds */
	sleep(ms: number): Promise<void>;
}

export const clock: Clock = {
	now: () => Date.now(),
	sleep: async (ms) => {
		await sleep(ms);
	},
};

/** n8n's `sleep` cannot be interrupted on all supported versions: a cancel is noticed after this time at most. */
const SLICE_MS = 500;

/**
 * Sleeps, and returns early once the execution is cancelled.
 *
 * @param ms milliseconds
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
	const end = clock.now() + ms;
	for (let left = ms; left > 0 && !signal?.aborted; left = end - clock.now()) {
		await clock.sleep(Math.min(left, SLICE_MS));
	}
}
