import { LtxApi } from '../../credentials/LtxApi.credentials';
import { UseapiApi } from '../../credentials/UseapiApi.credentials';
import { LtxStudioSessionApi } from '../../credentials/LtxStudioSessionApi.credentials';
import { LtxStudio } from '../../nodes/LtxStudio/LtxStudio.node';
import { createContract } from '../contract/contract';
import { useapi, type ApiDocument } from '../contract/document';
import { startEmulator } from '../emulator';
import { autoAdvance } from '../emulator/autoAdvance';
import { VirtualClock } from '../emulator/clock';
import type { EmulatorOptions } from '../emulator/options';
import { createEngine, type EngineOptions } from './harness';

/** The node as workflows of 0.1.0 have it, unless a test asks for another version. */
export function nodeOfVersion1(): LtxStudio {
	const node = new LtxStudio();
	node.description.defaultVersion = 1;
	return node;
}

/** The engine and the emulator on one driven clock; every exchange is held to the contract. */
export async function startLab(
	options: EmulatorOptions & {
		engine?: Partial<EngineOptions>;
		/** Whose coverage is counted. */
		api?: ApiDocument;
	} = {},
) {
	const { engine: engineOptions, api = useapi, ...emulatorOptions } = options;
	const clock = new VirtualClock(Date.parse('2026-03-01T09:00:00Z'));
	const contract = createContract(api);
	const violations: string[] = [];
	const emulator = await startEmulator({
		clock,
		...emulatorOptions,
		onExchange: (exchange) => {
			// An upload that the node itself breaks off gets no answer.
			const isCutByClient = exchange.response.status === 0 && !exchange.fault;
			if (!isCutByClient) violations.push(...contract.check(exchange));
		},
	});
	const engine = await createEngine({
		nodes: { ltxStudio: nodeOfVersion1() },
		credentialTypes: [new UseapiApi(), new LtxStudioSessionApi(), new LtxApi()],
		credentials: {
			useapiApi: { token: emulator.token, baseUrl: emulator.url },
			ltxApi: { apiKey: emulator.ltx.behaviour.apiKey, baseUrl: emulator.url },
		},
		...engineOptions,
	});
	const restoreClock = engine.useClock(clock);
	const driver = autoAdvance(clock, { activity: emulator.activity });
	return {
		clock,
		emulator,
		engine,
		/** What the exchanges are held to; it knows what of the API they have covered. */
		contract,
		/** What broke the contract, on either side. */
		violations,
		async close() {
			driver.stop();
			restoreClock();
			await engine.close();
			await emulator.close();
		},
	};
}

export type Lab = Awaited<ReturnType<typeof startLab>>;

/**
 * Opens a lab for all tests around it. Each begins without the requests of others and ends without faults, and fails if the
 * contract was broken.
 */
export function shareLab(open: () => Promise<Lab & { forget?: () => void }>): void {
	let lab: Awaited<ReturnType<typeof open>>;

	beforeAll(async () => {
		lab = await open();
	});

	beforeEach(() => {
		lab.emulator.requests.length = 0;
		lab.forget?.();
	});

	afterEach(() => {
		lab.emulator.faults.clear();
		expect(lab.violations).toEqual([]);
	});

	afterAll(async () => {
		await lab.close();
	});
}
