import type { IDataObject } from 'n8n-workflow';

import type { Exchange } from '../../emulator';
import type { EngineRun, LogLine } from '../../engine/harness';
import { retryFailed, type Retried } from '../retrying';
import { withinTime } from '../withinTime';
import { faultsOf } from './faults';
import { drawItems, type PlannedItem } from './items';
import { openLab, type SoakLab } from './lab';
import type { Plan } from './plan';
import { surroundingsOf } from './surroundings';
import { Watch } from './watch';
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
	logs: LogLine[];
	rejections: unknown[];
	/** How many faults were met. */
	faults: number;
	/** What *Check Only* has put out before the run. */
	verdicts: IDataObject[];
	/** How many requests it has sent, and a run whose limit is below any price. */
	sentBeforehand: number;
}

/** Whatever a run leaves behind comes within this time. */
const AFTERMATH_MS = 60_000;
const BELOW_ANY_PRICE = 0.001;

/** Plays a plan from the first request to some time after the execution is over. */
export async function play(plan: Plan, longestRealMs: number): Promise<Played> {
	const listeners = new Set<(exchange: Exchange) => void>();
	const lab = await openLab(plan, (exchange) => {
		for (const listener of listeners) listener(exchange);
	});
	const { emulator, engine, clock } = lab;
	const watch = new Watch(plan, () => clock.now());
	const rejections: unknown[] = [];
	const onRejection = (reason: unknown) => rejections.push(reason);
	process.on('unhandledRejection', onRejection);
	let faults = 0;
	try {
		const items = drawItems(plan);
		const checked = await engine.run(workflowOf(plan, items, { dryRun: true }));
		await engine.run(workflowOf(plan, items, { spendingLimit: BELOW_ANY_PRICE }));
		const sentBeforehand = emulator.requests.length;
		const draw = faultsOf(plan, clock, () => faults++);
		emulator.faults.random((target) => {
			const fault = draw(target);
			const arrives = fault?.kind !== 'networkError' || fault.phase === 'read';
			if (arrives) watch.arrived(target);
			return fault;
		});
		listeners.add((exchange) => {
			watch.answered(exchange);
		});
		scheduleEvents(lab, plan);

		const ended = await withinTime(lab, longestRealMs, async () => {
			const run = await engine.run(workflowOf(plan, items));
			const first = { run, items };
			const retried = await retryFailed(lab, plan.retry, first, surroundingsOf(lab, plan));
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
			logs: engine.logs,
			rejections,
			faults,
			verdicts: checked.items().map(({ json }) => json),
			sentBeforehand,
		};
	} finally {
		await lab.close();
		process.off('unhandledRejection', onRejection);
	}
}

/** Lets other programs take room, and has the API be overloaded for a while. */
function scheduleEvents({ clock, emulator: { ltx } }: SoakLab, { others, trouble }: Plan): void {
	const startedAt = clock.now();
	for (const { atMs, jobs } of others) {
		clock.at(startedAt + atMs, () => {
			for (let job = 0; job < jobs; job++) {
				ltx.jobs.submit('text-to-video', { prompt: "Somebody else's" }, 0);
			}
		});
	}
	for (const { atMs, forMs, status } of trouble.overloads) {
		clock.at(startedAt + atMs, () => {
			ltx.behaviour.outage = status;
		});
		clock.at(startedAt + atMs + forMs, () => {
			ltx.behaviour.outage = false;
		});
	}
}
