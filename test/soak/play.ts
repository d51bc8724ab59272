import type { Exchange } from '../emulator';
import {
	AlreadyResumingError,
	type EngineRun,
	type LogLine,
	type StartedExecution,
} from '../engine/harness';
import { faultsOf } from './faults';
import { drawItems, parametersOf, stock, type PlannedItem } from './items';
import { openLab, RETRY_PAUSE_MS, type SoakLab } from './lab';
import { leaveResults, scheduleOthers } from './others';
import type { Plan } from './plan';
import { Watch } from './watch';

/** What came of a plan. */
export interface Played {
	plan: Plan;
	items: PlannedItem[];
	emulator: SoakLab['emulator'];
	/** Undefined for a run that hung. */
	run: EngineRun | undefined;
	/** Why the run is taken for hung. */
	hung: string | undefined;
	watch: Watch;
	logs: LogLine[];
	rejections: unknown[];
	/** How often each fault was met. */
	faults: Map<string, number>;
	wasKilled: boolean;
}

const HOUR_MS = 3_600_000;
/** No plan needs as much of the driven clock. */
const LONGEST_RUN_MS = 8 * HOUR_MS;
/** Late callbacks and whatever a run leaves behind come within this time. */
const AFTERMATH_MS = 60_000;
const DRAIN_STEP_MS = 250;

/** Plays a plan from the first request to long after the execution is over. */
export async function play(plan: Plan, longestRealMs: number): Promise<Played> {
	const listeners = new Set<(exchange: Exchange) => void>();
	const lab = await openLab(plan, (exchange) => {
		for (const listener of listeners) listener(exchange);
	});
	const { emulator, engine, clock } = lab;
	const watch = new Watch(plan, clock, emulator.requests);
	const rejections: unknown[] = [];
	const onRejection = (reason: unknown) => rejections.push(reason);
	process.on('unhandledRejection', onRejection);
	const faults = new Map<string, number>();
	try {
		for (const { email } of plan.accounts) leaveResults(emulator, email, plan.results.before);
		const items = drawItems(plan, await stock(emulator, plan));

		const death = new Death(plan);
		const draw = faultsOf(plan, clock, emulator.token, (kind) => {
			faults.set(kind, (faults.get(kind) ?? 0) + 1);
		});
		emulator.faults.random((target) => {
			watch.arrived(target);
			death.onArrival(watch.arrivals);
			return draw(target);
		});
		listeners.add((exchange) => {
			watch.answered(exchange);
			death.onAnswer(watch.answers);
		});
		scheduleOthers(emulator, plan, watch);

		const ended = await withinTime(lab, longestRealMs, async () => {
			const run = await runToEnd(lab, plan, items, death);
			await clock.sleep(AFTERMATH_MS);
			return run;
		});
		const isHung = typeof ended === 'string';
		return {
			plan,
			items,
			emulator,
			run: isHung ? undefined : ended,
			hung: isHung ? ended : undefined,
			watch,
			logs: engine.logs,
			rejections,
			faults,
			wasKilled: death.hasCome,
		};
	} finally {
		await lab.close();
		process.off('unhandledRejection', onRejection);
	}
}

/** Kills the process at the planned moment. */
class Death {
	hasCome = false;

	private victim: StartedExecution | undefined;

	constructor(private readonly plan: Plan) {}

	await(victim: StartedExecution): void {
		this.victim = victim;
	}

	onArrival(count: number): void {
		this.meet('before', count);
	}

	onAnswer(count: number): void {
		this.meet('after', count);
	}

	private meet(moment: 'before' | 'after', count: number): void {
		const { kill } = this.plan;
		if (this.hasCome || kill?.moment !== moment || count < kill.nth) return;
		this.hasCome = true;
		this.victim?.kill();
	}
}

async function runToEnd(
	{ engine, emulator, clock }: SoakLab,
	plan: Plan,
	items: readonly PlannedItem[],
	death: Death,
): Promise<EngineRun> {
	const started = await engine.startNode({
		parameters: parametersOf(plan),
		items: items.map(({ json }) => ({ json })),
		mode: plan.mode,
		onError: plan.onError,
		retryOnFail: plan.retryOnFail,
		waitBetweenTries: RETRY_PAUSE_MS,
	});
	death.await(started);
	let run = await started.finished;
	if (run.status === 'crashed') {
		// What the dead process had sent gets to its end before a new one is there.
		while (emulator.activity.open > 0) await clock.sleep(DRAIN_STEP_MS);
		for (const { email } of plan.accounts) leaveResults(emulator, email, plan.results.meanwhile);
		await clock.sleep(plan.kill?.restartAfterMs ?? 0);
		run = await engine.restart(run);
	}
	if (run.status !== 'waiting') return run;

	const over = engine.whenOver(run);
	const waitTill = run.waitTill?.getTime() ?? clock.now();
	clock.at(waitTill, () => {
		if (engine.stored(started.executionId).status !== 'waiting') return;
		engine.resumeByTimer(started).catch((error: unknown) => {
			if (!(error instanceof AlreadyResumingError)) throw error;
		});
	});
	return await over;
}

/** @returns what `work` returns, or why it is taken for hung */
async function withinTime<Result>(
	{ clock, emulator }: SoakLab,
	longestRealMs: number,
	work: () => Promise<Result>,
): Promise<Result | string> {
	let timeout: NodeJS.Timeout | undefined;
	const hung = new Promise<string>((resolve) => {
		const tell = (what: string) => {
			resolve(`${what}, after ${emulator.requests.length} requests`);
		};
		clock.at(clock.now() + LONGEST_RUN_MS, () => {
			tell(`Not over after ${LONGEST_RUN_MS / HOUR_MS} hours of the driven clock`);
		});
		timeout = setTimeout(() => {
			tell(`Not over after ${longestRealMs / 1000} seconds`);
		}, longestRealMs);
	});
	try {
		return await Promise.race([work(), hung]);
	} finally {
		clearTimeout(timeout);
	}
}
