import { LtxApi } from '../../../credentials/LtxApi.credentials';
import { Ltx } from '../../../nodes/Ltx/Ltx.node.ts';
import {
	autoAdvance,
	seededRandom,
	startEmulator,
	VirtualClock,
	type Exchange,
} from '../../emulator';
import { createEngine } from '../../engine/harness';
import { driveTimersOf } from '../drivenTimers';
import { useRandom } from '../useRandom';
import type { Plan } from './plan';

/** How long n8n pauses between the tries of a node, in milliseconds; no other timer has this delay. */
export const RETRY_PAUSE_MS = 1_234;

/** The API key; it must not be seen anywhere. */
export const KEY = 'ltx-keyOfTheSoak';

/** n8n's engine and the service of a plan, on one driven clock. */
export async function openLab(plan: Plan, onExchange: (exchange: Exchange) => void) {
	const { seed, jobMs, behaviour } = plan;
	const clock = new VirtualClock(Date.parse('2026-11-02T09:00:00Z'));
	const jobs = seededRandom(seed + 2);
	const emulator = await startEmulator({
		clock,
		seed,
		ltx: {
			...behaviour,
			apiKey: KEY,
			jobDuration: () => Math.round(jobMs.shortest + jobs() * (jobMs.longest - jobMs.shortest)),
		},
		onExchange,
	});
	const engine = await createEngine({
		nodes: { ltx: new Ltx() },
		credentialTypes: [new LtxApi()],
		credentials: { ltxApi: { apiKey: KEY, baseUrl: emulator.url } },
	});
	const restoreClock = engine.useClock(clock);
	const restoreTimers = driveTimersOf(RETRY_PAUSE_MS, clock);
	const restoreRandom = useRandom(seededRandom(seed + 3));
	const driver = autoAdvance(clock, { activity: emulator.activity });
	return {
		clock,
		emulator,
		engine,
		async close() {
			driver.stop();
			restoreRandom();
			restoreTimers();
			restoreClock();
			await engine.close();
			await emulator.close();
		},
	};
}

export type SoakLab = Awaited<ReturnType<typeof openLab>>;
