import type { LedgerEntry } from '../emulator';
import type { Evidence } from './evidence';
import type { Nap } from './naps';
import { forgetsReferences, type Plan } from './plan';

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
	 * A job that another process can't take over. It has failed, and was paid back, so that its item is submitted once
	 * more; or the session of its account is dead by now, so that nobody can see it, and the other accounts go on.
	 */
	isLostWithTheDead: (
		{ wasKilled, emulator: { accounts, jobs } }: Evidence,
		{ jobId, email }: LedgerEntry,
	): boolean =>
		wasKilled && (jobs.get(jobId)?.state === 'failed' || accounts.isDead(accounts.require(email))),

	/** Whoever retries wants to try again what has failed, and was paid back. */
	isTriedAgain: ({ failed, emulator: { jobs } }: Evidence, { jobId }: LedgerEntry): boolean =>
		failed.length > 0 && jobs.get(jobId)?.state === 'failed',

	/**
	 * A job whose answer got lost, at a service that keeps no reference by which it could be found: whoever retries was told to
	 * look for it before.
	 */
	isNowhere: ({ failed, plan, told }: Evidence, { jobId }: LedgerEntry): boolean =>
		failed.length > 0 &&
		(forgetsReferences(plan) || (plan.behaviour.sparse ?? 0) > 0) &&
		!told.replace(CANDIDATES, '').includes(jobId),

	/** *Submit Again* sends an item twice; a new process does not know of the second time, and may do so once more. */
	mostChargesOfAnItem: ({ plan, wasKilled }: Evidence): number =>
		plan.onUncertain === 'fail' ? 1 : wasKilled ? 3 : 2,

	/** Of the jobs that *Submit Again* has made, a new process may know one only. */
	isSecondOfTheDead: ({ plan, wasKilled }: Evidence): boolean =>
		wasKilled && plan.onUncertain === 'resubmit',

	/** What a service that leaves out fields says of its accounts, or a batch that the credits do not reach for, is a guess. */
	mayMisjudge: ({ accounts, behaviour }: Plan): boolean =>
		(behaviour.sparse ?? 0) > 0 || accounts.some(({ credits }) => credits < PLENTY),

	/** The process that has stored the execution is gone, and with it whoever would ring and watch. */
	isLeftAlone: ({ isKept }: Nap): boolean => !isKept,

	/**
	 * How long an execution may sleep on once all of its jobs can be read, in milliseconds, while nothing goes wrong.
	 * If the process that watched has died, until the next ring of the one that has stored it: every five minutes.
	 * A service that leaves out fields as it likes may do so at every look.
	 */
	longestLieIn: ({ plan, hasDoorDied, faultTimes }: Evidence): number => {
		if ((plan.behaviour.sparse ?? 0) > 0) return Infinity;
		// Once a minute it looks where nothing helps; what it then has to be told twice takes some seconds more.
		const twice = faultTimes.length > 0 ? 10_000 : 0;
		return (hasDoorDied ? 6 : 1) * MINUTE_MS + twice;
	},

	/**
	 * Two processes each learn for themselves what has become of a job. The one that ends the wait may not have heard
	 * what the other one was told before the service, or an account, was gone. And each try of a node asks anew, in a time of
	 * its own: where that is seconds, a fault may take all of it, and an account may be gone by then.
	 */
	mayNotHaveHeard: ({ plan }: Evidence): boolean =>
		(plan.layout === 'queue' && plan.waitMode === 'webhook' && !plan.isCalm) ||
		(plan.retryOnFail && plan.options.timeout < 1 && !plan.isCalm) ||
		(plan.retryOnFail && plan.trouble.deaths.length > 0),
};

const MINUTE_MS = 60_000;
/** Of none of them it is known whose it is. */
const CANDIDATES = /Running jobs without a reference: [^ ,]+(?:, [^ ,]+)*/g;
/** No batch costs as much. */
const PLENTY = 1_000_000;
