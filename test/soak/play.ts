import type { Exchange } from '../emulator';
import { seededRandom } from '../emulator/random';
import type { EngineRun, LogLine, StartedExecution } from '../engine/harness';
import { askBeforehand, type Beforehand } from './beforehand';
import { drained, toItsEnd, waitForTimer, type Ending } from './ending';
import { leaveResults, scheduleEvents } from './events';
import { faultsOf } from './faults';
import { drawItems, revise, type PlannedItem } from './items';
import { openLab, type SoakLab } from './lab';
import { Naps, seal, type Nap } from './naps';
import { batchSizeOf, type Plan } from './plan';
import { retryFailed, type Retried } from './retrying';
import { surroundingsOf } from './surroundings';
import { Watch } from './watch';
import { withinTime } from './withinTime';
import { workflowOf } from './workflow';

/** What came of a plan. */
export interface Played extends Omit<Retried<PlannedItem>, 'run'> {
	plan: Plan;
	emulator: SoakLab['emulator'];
	/** Undefined for a run that hung. */
	run: EngineRun | undefined;
	/** Why the run is taken for hung. */
	hung: string | undefined;
	watch: Watch;
	/** How often the node behind has run in one execution, if it is one that sleeps. */
	runsBehind: number;
	/** How the execution slept. */
	naps: readonly Nap[];
	logs: LogLine[];
	rejections: unknown[];
	/** How often each fault was met. */
	faults: Map<string, number>;
	/** When a request met one, in milliseconds since the epoch. */
	faultTimes: readonly number[];
	/** The process that ran the execution died, and another one has gone on. */
	wasKilled: boolean;
	/** A process that took calls of the node's webhook died. */
	hasDoorDied: boolean;
	/** What was said of it before it began; undefined for a run that hung. */
	beforehand: Beforehand | undefined;
}

/** Late callbacks and whatever a run leaves behind come within this time. */
const AFTERMATH_MS = 60_000;
/** One item in so many asks for something else after the death of a process. */
const REVISED = 3;

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
	const faultTimes: number[] = [];
	try {
		for (const { email } of plan.accounts) leaveResults(emulator, email, plan.results.before);
		// What an earlier node has uploaded is there, whatever the service leaves out later on.
		emulator.behaviour.sparse = 0;
		const items = await drawItems(plan, emulator);
		const beforehand = await withinTime(
			lab,
			longestRealMs,
			async () => await askBeforehand(lab, plan, items),
		);
		emulator.behaviour.sparse = plan.behaviour.sparse ?? 0;

		const death = new Death(plan, lab);
		const draw = faultsOf(plan, clock, (target, kind) => {
			faults.set(kind, (faults.get(kind) ?? 0) + 1);
			if (target.kind === 'request') faultTimes.push(clock.now());
		});
		emulator.faults.random((target) => {
			const fault = draw(target);
			const arrives = fault?.kind !== 'networkError' || fault.phase === 'read';
			if (arrives) watch.arrived(target);
			death.onArrival(watch.arrivals);
			return fault;
		});
		listeners.add((exchange) => {
			watch.answered(exchange);
			death.onAnswer(watch.answers);
		});
		scheduleEvents(lab, plan, watch);
		const naps = new Naps(lab);
		const limit = limitOf(plan, beforehand);

		const ended = await withinTime(lab, longestRealMs, async () => {
			const first = await runToEnd(lab, plan, items, { death, limit });
			const retried = await retryFailed(lab, plan.retry, first, surroundingsOf(lab, plan, watch));
			await clock.sleep(AFTERMATH_MS);
			return retried;
		});
		const isHung = typeof ended === 'string';
		return {
			plan,
			items,
			run: undefined,
			failed: [],
			between: undefined,
			...(isHung ? {} : ended),
			emulator,
			hung: isHung ? ended : undefined,
			watch,
			runsBehind: lab.pause.runs,
			naps: naps.all.map(seal),
			logs: engine.logs,
			rejections,
			faults,
			faultTimes,
			wasKilled: death.hasCome,
			hasDoorDied: death.hasMetDoor,
			beforehand: typeof beforehand === 'string' ? undefined : beforehand,
		};
	} finally {
		await lab.close();
		process.off('unhandledRejection', onRejection);
	}
}

/** A run may cost what its check has said; where an item may be sent twice, there is no limit. */
const limitOf = (
	{ way, onUncertain }: Plan,
	beforehand: Beforehand | string,
): number | undefined =>
	way === 'node' && onUncertain === 'fail' && typeof beforehand !== 'string'
		? beforehand.usd
		: undefined;

/** Kills processes at the planned moments. */
class Death {
	hasCome = false;

	hasMetDoor = false;

	private victim: StartedExecution | undefined;

	constructor(
		private readonly plan: Plan,
		private readonly lab: SoakLab,
	) {
		const { clock, processes } = lab;
		processes.onCall = (taker, count) => {
			const { doorDeath } = plan;
			if (count !== doorDeath?.nth) return;
			clock.at(clock.now() + doorDeath.afterMs, () => {
				// The death of who runs the execution is planned apart: somebody has to press Retry then.
				if (taker.isRunning) return;
				this.hasMetDoor = true;
				processes.kill(taker);
			});
		};
	}

	/** @param victim undefined once it has come to its end: its retries are spared */
	await(victim: StartedExecution | undefined): void {
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
		if (this.hasCome || !this.victim || kill?.moment !== moment || count < kill.nth) return;
		this.hasCome = true;
		const { engine, processes } = this.lab;
		engine.kill(this.victim);
		processes.kill(processes.worker);
	}
}

async function runToEnd(
	lab: SoakLab,
	plan: Plan,
	items: PlannedItem[],
	{ death, limit }: { death: Death; limit: number | undefined },
): Promise<Ending<PlannedItem>> {
	const { engine, emulator, clock, rows } = lab;
	engine.onStatus((executionId, status) => {
		if (status === 'waiting') waitForTimer(lab, executionId);
	});
	rows.rows = items.map(({ json }) => json);
	const started = await engine.start(
		workflowOf(plan, limit === undefined ? {} : { spendingLimit: limit }),
	);
	death.await(started);
	const run = await toItsEnd(engine, started.finished);
	death.await(undefined);
	const { kill, accounts, results } = plan;
	if (run.status !== 'crashed' || !kill) return { run, items };

	// What the dead process had sent gets to its end before a new one is there.
	await drained(lab);
	for (const { email } of accounts) leaveResults(emulator, email, results.meanwhile);
	await clock.sleep(kill.afterMs);
	// What an execution has stored since it slept is not asked for again.
	const isAskedAgain = Object.keys(run.data.resultData.runData).length === 0;
	const given = isAskedAgain ? reordered(items, plan) : items;
	rows.rows = given.map(({ json }) => json);
	const again = kill.then === 'rerun' ? engine.restart(run) : engine.retry(run).finished;
	return { run: await toItsEnd(engine, again), items: given };
}

/** The rows as they come after the death of a process. */
function reordered(items: readonly PlannedItem[], plan: Plan): PlannedItem[] {
	const { shuffles, revises } = plan.kill ?? {};
	const rows = shuffles ? shuffled(items, plan) : [...items];
	const isRevised = (index: number) => revises === true && index % REVISED === 0;
	return rows.map((item, index) => (isRevised(index) ? revise(item) : item));
}

/** The rows in another order, each in the round of the loop that it was in: another round asks for something else. */
function shuffled(items: readonly PlannedItem[], plan: Plan): PlannedItem[] {
	const random = seededRandom(plan.seed + 4);
	const size = batchSizeOf(plan);
	const placed = items.map((item, index) => ({
		item,
		place: Math.floor(index / size) + random(),
	}));
	return placed.sort((one, other) => one.place - other.place).map(({ item }) => item);
}
