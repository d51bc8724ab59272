import { setTimeout as delay } from 'node:timers/promises';

import { clock, type Clock } from '../../../nodes/shared/n8n/clock';

// What nodes do beside an execution, such as watching jobs, must not keep a process alive whose tests are over.
clock.sleep = async (ms) => {
	await delay(ms, undefined, { ref: false });
};

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
