import { isError, statusOf, type Evidence } from './evidence';

/** What is counted over all seeds. */
export interface Tally {
	items: number;
	completed: number;
	active: number;
	errors: number;
	failedNodes: number;
	requests: number;
	submissions: number;
	charged: number;
	/** Items that were paid for twice, because that was asked for. */
	paidTwice: number;
	faults: number;
	refusals: number;
	kills: number;
	/** Executions that had failed and were retried. */
	retries: number;
	/** Times for which an execution was stored. */
	naps: number;
}

/** Counts what a seed has come to. */
export function count(evidence: Evidence): Tally {
	const { items, outputs, failure, failed, charges, watch, faults, emulator, wasKilled, naps } =
		evidence;
	const withStatus = (status: string) =>
		outputs.filter((output) => !isError(output) && statusOf(output.item) === status).length;
	const chargesOfItems = [...charges.values()].map(({ length }) => length);
	return {
		items: items.length,
		completed: withStatus('completed'),
		active: withStatus('active'),
		errors: outputs.filter(isError).length,
		failedNodes: failure ? 1 : 0,
		requests: emulator.requests.length,
		submissions: watch.arrivals,
		charged: sum(chargesOfItems),
		paidTwice: chargesOfItems.filter((length) => length > 1).length,
		faults: sum([...faults.values()]),
		refusals: watch.refusals,
		kills: wasKilled ? 1 : 0,
		retries: failed.length,
		naps: naps.length,
	};
}

/** Adds up what was counted. */
export function addUp(tallies: ReadonlyArray<Partial<Tally>>): Partial<Tally> {
	const total: Partial<Tally> = {};
	for (const tally of tallies) {
		for (const [name, value] of Object.entries(tally) as Array<[keyof Tally, number]>) {
			total[name] = (total[name] ?? 0) + value;
		}
	}
	return total;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, next) => total + next, 0);
