import type { EngineRun } from '../engine/harness';
import { outputsOf, type OutputItem } from './evidence';
import type { PlannedItem } from './items';
import type { SoakLab } from './lab';
import type { Plan } from './plan';
import { workflowOf } from './workflow';

/** What was said of the run before it began. */
export interface Beforehand {
	items: readonly PlannedItem[];
	/** What *Check Only* has put out. */
	verdicts: OutputItem[];
	/** Why it has failed. */
	failure: string | undefined;
	/** How many jobs it has submitted, and a run whose limit is below any price. */
	submitted: number;
	/** What the run costs by its list prices, in US dollars; undefined where one of them is not known. */
	usd: number | undefined;
}

const BELOW_ANY_PRICE = 0.001;

/** Checks a batch, and tries to run it with a limit that is too low, before anything goes wrong. */
export async function askBeforehand(
	{ engine, emulator, rows }: SoakLab,
	plan: Plan,
	items: readonly PlannedItem[],
): Promise<Beforehand> {
	rows.rows = items.map(({ json }) => json);
	const before = emulator.jobs.all.length;
	const run = async (options: Parameters<typeof workflowOf>[1]): Promise<EngineRun> =>
		await (
			await engine.start(workflowOf({ ...plan, sleepsBehind: false }, options))
		).finished;
	const checked = await run({ dryRun: true });
	await run({ spendingLimit: BELOW_ANY_PRICE });
	const verdicts = outputsOf(checked, plan);
	const prices = verdicts.map(({ item }) => item.json.priceUsd);
	const known = prices.filter((price) => typeof price === 'number');
	const isKnown = known.length > 0 && known.length === items.filter(isPriced).length;
	const beforehand: Beforehand = {
		items,
		verdicts,
		failure: checked.error?.message,
		submitted: emulator.jobs.all.length - before,
		usd: isKnown ? known.reduce((sum, price) => sum + price, 0) : undefined,
	};
	emulator.requests.length = 0;
	return beforehand;
}

/** An item that cannot be read costs nothing. */
const isPriced = ({ fate }: PlannedItem) => fate !== 'isInvalid';
