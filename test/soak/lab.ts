import { LtxStudioSessionApi } from '../../credentials/LtxStudioSessionApi.credentials';
import { UseapiApi } from '../../credentials/UseapiApi.credentials';
import { autoAdvance, seededRandom, startEmulator, VirtualClock, type Exchange } from '../emulator';
import { createEngine, startWebhookServer } from '../engine/harness';
import { driveTimersOf } from './drivenTimers';
import { Agent, asTool, Loop, Pause, Rows } from './helperNodes';
import type { Plan } from './plan';
import { Processes } from './processes';
import { useRandom } from './useRandom';

/** How long n8n pauses between the tries of a node, in milliseconds; no other timer has this delay. */
export const RETRY_PAUSE_MS = 1_234;

/** The cookie of an account; it must not be seen anywhere. */
export const COOKIE = 'lt_id=anna; lt_token=cookieOfTheSoak; lt_refresh_token=cookieOfTheSoak2';

/** The API token, and the one that takes its place; they must not be seen anywhere. */
export const TOKENS = ['user:1234-tokenOfTheSoak', 'user:1234-newTokenOfTheSoak'] as const;

/** n8n's engine with its webhooks and the service of a plan, on one driven clock. */
export async function openLab(plan: Plan, onExchange: (exchange: Exchange) => void) {
	const clock = new VirtualClock(Date.parse('2026-03-01T09:00:00Z'));
	const { seed, accounts, jobMs, behaviour, layout, kill } = plan;
	const jobs = seededRandom(seed + 2);
	const emulator = await startEmulator({
		clock,
		seed,
		accounts,
		token: TOKENS[0],
		...behaviour,
		jobDuration: () => Math.round(jobMs.shortest + jobs() * (jobMs.longest - jobMs.shortest)),
		onExchange,
	});
	const processes = new Processes({ layout, isOldN8n: kill?.then === 'rerun', clock });
	const rows = new Rows();
	const pause = new Pause(clock);
	const credentialOf = (token: string) => ({ token, baseUrl: emulator.url });
	const engine = await createEngine({
		nodes: {
			ltxStudio: processes,
			ltxStudioTool: asTool(processes),
			rows,
			pause,
			loop: new Loop(),
			agent: new Agent(),
		},
		credentialTypes: [new UseapiApi(), new LtxStudioSessionApi()],
		credentials: {
			useapiApi: credentialOf(TOKENS[0]),
			ltxStudioSessionApi: { cookie: COOKIE },
		},
	});
	const webhooks = await startWebhookServer(engine);
	const restoreTimers = driveTimersOf(RETRY_PAUSE_MS, clock);
	const restoreRandom = useRandom(seededRandom(seed + 3));
	const driver = autoAdvance(clock, { activity: emulator.activity });
	return {
		clock,
		emulator,
		engine,
		processes,
		rows,
		pause,
		/** Replaces the API token, in n8n and at the service. */
		changeToken() {
			emulator.token = TOKENS[1];
			engine.setCredential('useapiApi', credentialOf(TOKENS[1]));
		},
		async close() {
			driver.stop();
			restoreRandom();
			restoreTimers();
			processes.close();
			await webhooks.close();
			await engine.close();
			await emulator.close();
		},
	};
}

export type SoakLab = Awaited<ReturnType<typeof openLab>>;
