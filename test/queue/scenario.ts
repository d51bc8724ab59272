import type { Verdict } from './judge';
import type { QueueMode } from './queueMode';

/** What a scenario has found out: one row of the report. */
export interface Finding {
	/** What was done. */
	what: string;
	/** What came of it. */
	figure: string;
	mustBe: string;
	isMet: boolean;
}

/** Something that n8n in queue mode must stand. */
export interface Scenario {
	/** What `--only` takes. */
	name: string;
	/** Leaves n8n as it has found it: all processes run, and nothing waits. */
	run: (n8n: QueueMode, isQuick: boolean) => Promise<Finding[]>;
}

/** A scenario with two sizes: the full one, and one for development that proves little. */
export const scenario = <Size>(
	name: string,
	sizes: { full: Size; quick: Size },
	run: (n8n: QueueMode, size: Size) => Promise<Finding[]>,
): Scenario => ({
	name,
	run: (n8n, isQuick) => run(n8n, isQuick ? sizes.quick : sizes.full),
});

/** The row of a scenario that all executions must get through. */
export function allOf(
	what: string,
	{ good, faults }: Verdict,
	executions: number,
	note = '',
): Finding {
	return {
		what,
		figure: [`${good} of ${executions}`, ...faults, note].filter(Boolean).join(', '),
		mustBe: `${executions} of ${executions}`,
		isMet: good === executions && faults.length === 0,
	};
}
