import type { Stage } from './stage';
import type { Order } from './workflows';

/** What has become of executions, by the service's ledger and by what they have reported. */
export interface Verdict {
	/** Executions that went on once, with all their jobs in order, each paid for once. */
	good: number;
	/** What went wrong with the others. */
	faults: string[];
}

const count = (found: number, what: string): string[] => (found > 0 ? [`${found} ${what}`] : []);

/** Counts the executions that have kept every promise. */
export function judge({ emulator, told }: Stage, orders: readonly Order[]): Verdict {
	const charged = emulator.ledger.charges.map(
		({ jobId }) => emulator.jobs.get(jobId)?.prompt ?? '',
	);
	const chargesOf = groupBy(charged, (prompt) => prompt);
	const reportsOf = groupBy(told['gone-on'], ({ name }) => name);
	const charges = (prompt: string) => chargesOf.get(prompt)?.length ?? 0;
	const outcomes = orders.map(({ name, prompts }) => {
		const own = reportsOf.get(name) ?? [];
		const results = own[0]?.jobs ?? [];
		return {
			unpaid: prompts.filter((prompt) => charges(prompt) === 0).length,
			paidAgain: prompts.filter((prompt) => charges(prompt) > 1).length,
			times: own.length,
			isRight:
				results.length === prompts.length &&
				results.every(
					({ jobId, status }, index) =>
						status === 'completed' && emulator.jobs.get(jobId)?.prompt === prompts[index],
				),
		};
	});
	const sum = (of: 'unpaid' | 'paidAgain') =>
		outcomes.reduce((total, outcome) => total + outcome[of], 0);
	return {
		good: outcomes.filter(
			({ unpaid, paidAgain, times, isRight }) =>
				unpaid === 0 && paidAgain === 0 && times === 1 && isRight,
		).length,
		faults: [
			...count(sum('unpaid'), 'jobs never submitted'),
			...count(sum('paidAgain'), 'jobs paid for twice'),
			...count(outcomes.filter(({ times }) => times === 0).length, 'executions never went on'),
			...count(outcomes.filter(({ times }) => times > 1).length, 'executions went on twice'),
			...count(
				outcomes.filter(({ times, isRight }) => times > 0 && !isRight).length,
				'executions went on with wrong results',
			),
		],
	};
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const one of all) {
		const group = groups.get(keyOf(one));
		if (group) group.push(one);
		else groups.set(keyOf(one), [one]);
	}
	return groups;
}
