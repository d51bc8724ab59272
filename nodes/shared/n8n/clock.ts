import { sleep } from 'n8n-workflow';

/** Time, as every module that waits sees it. Tests replace the two functions to drive it. */
export interface Clock {
	/** @returns milliseconds since the epoch */
	now(): number;
	/** @param ms milliseconds */
	sleep(ms: number): Promise<void>;
}

/**
 * A clock that never goes back: what is an hour away must not come two hours later because the machine's clock was set back
 * meanwhile. It goes on at the machine's own pace then.
 *
 * @param wall milliseconds since the epoch, as the machine has them
 * @param pace milliseconds since some moment, which nobody sets
 * @returns milliseconds since the epoch
 */
export function steady(wall: () => number, pace: () => number): () => number {
	let beginning = wall() - pace();
	return () => {
		beginning = Math.max(beginning, wall() - pace());
		return Math.floor(beginning + pace());
	};
}

export const clock: Clock = {
	now: steady(
		() => Date.now(),
		() => performance.now(),
	),
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
