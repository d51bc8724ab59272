import type { LedgerEntry } from '../emulator';
import type { Evidence } from './evidence';
import type { Nap } from './naps';
import { forgetsReferences } from './plan';

/**
 * Where what is promised ends. README says the same in its own words; everything else that an invariant forbids
 * has no exception.
 */
export const ends = {
	/**
	 * A process died, and the service has kept no reference by which another process could tell the jobs of the dead
	 * one from other jobs; or it leaves out fields as it likes. What the dead one has sent may be sent again, and
	 * nobody can name it.
	 */
	isForgotten: ({ plan, wasKilled }: Evidence): boolean =>
		wasKilled && (forgetsReferences(plan) || (plan.behaviour.sparse ?? 0) > 0),

	/**
	 * A job that has failed, and was paid back, while nobody who knew of it was alive: it is not taken over, and its
	 * item is submitted once more.
	 */
	isFailedJobOfTheDead: ({ wasKilled, emulator }: Evidence, { jobId }: LedgerEntry): boolean =>
		wasKilled && emulator.jobs.get(jobId)?.state === 'failed',

	/** *Submit Again* sends an item twice; a new process does not know of the second time, and may do so once more. */
	mostChargesOfAnItem: ({ plan, wasKilled }: Evidence): number =>
		plan.onUncertain === 'fail' ? 1 : wasKilled ? 3 : 2,

	/** Of the jobs that *Submit Again* has made, a new process may know one only. */
	isSecondOfTheDead: ({ plan, wasKilled }: Evidence): boolean =>
		wasKilled && plan.onUncertain === 'resubmit',

	/** The process that has stored the execution is gone, and with it whoever would ring and watch. */
	isLeftAlone: ({ isKept }: Nap): boolean => !isKept,
};

/** For how long an execution may sleep on once all of its jobs can be read, while nothing goes wrong. */
export const LONGEST_LIE_IN_MS = 60_000;
