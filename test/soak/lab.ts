import { LtxStudioSessionApi } from '../../credentials/LtxStudioSessionApi.credentials';
import { UseapiApi } from '../../credentials/UseapiApi.credentials';
// With its extension, for tsx would take `LtxStudio.node.json` for it.
import { LtxStudio } from '../../nodes/LtxStudio/LtxStudio.node.ts';
import { autoAdvance, seededRandom, startEmulator, VirtualClock, type Exchange } from '../emulator';
import { createEngine, startWebhookServer } from '../engine/harness';
import { driveTimersOf } from './drivenTimers';
import type { Plan } from './plan';

/** How long n8n pauses between the tries of a node, in milliseconds; no other timer has this delay. */
export const RETRY_PAUSE_MS = 1_234;

/** The cookie of an account; it must not be seen anywhere. */
export const COOKIE = 'lt_id=anna; lt_token=cookieOfTheSoak; lt_refresh_token=cookieOfTheSoak2';

/** n8n's engine with its webhooks and the service of a plan, on one driven clock. */
export async function openLab(plan: Plan, onExchange: (exchange: Exchange) => void) {
	const clock = new VirtualClock(Date.parse('2026-03-01T09:00:00Z'));
	const { seed, accounts, jobMs, behaviour } = plan;
	const jobs = seededRandom(seed + 2);
	const emulator = await startEmulator({
		clock,
		seed,
		accounts,
		...behaviour,
		jobDuration: () => jobMs.shortest + jobs() * (jobMs.longest - jobMs.shortest),
		onExchange,
	});
	const engine = await createEngine({
		nodes: { ltxStudio: new LtxStudio() },
		credentialTypes: [new UseapiApi(), new LtxStudioSessionApi()],
		credentials: {
			useapiApi: { token: emulator.token, baseUrl: emulator.url },
			ltxStudioSessionApi: { cookie: COOKIE },
		},
	});
	const webhooks = await startWebhookServer(engine);
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
			await webhooks.close();
			await engine.close();
			await emulator.close();
		},
	};
}

export type SoakLab = Awaited<ReturnType<typeof openLab>>;

/** Jitter is to be the same when a seed is played again. */
function useRandom(random: () => number): () => void {
	const original = Math.random;
	Math.random = random;
	return () => {
		Math.random = original;
	};
}
