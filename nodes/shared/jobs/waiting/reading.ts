import type { Answer, Failure } from '../../api/failure';
import { isForeign, isTransient } from '../../api/retryPolicy';
import type { JobReport } from '../service';
import type { Event } from '../state';

/** What is known of a job before it is read. */
export interface Known {
	report: JobReport;
	/** When it was submitted, or found, in milliseconds since the epoch. */
	since: number;
	/** Whether this run has submitted it: the API may not know yet what it has just named. */
	isFresh: boolean;
}

/** How long a new job may be unknown to the API that has just named it, in milliseconds. */
const SETTLING_IN_MS = 60_000;

/**
 * Understands what came of reading a job. Whoever reads jobs (a loop, a watch, the trigger) does it by this function.
 *
 * @param now milliseconds since the epoch
 * @returns what it means for the job, or undefined for an answer that proves nothing: it is read again
 */
export function understand(
	answer: Answer<JobReport>,
	{ report, since, isFresh }: Known,
	now: number,
): Event | undefined {
	if (answer.ok) return { type: 'read', report: answer.body };
	const { failure } = answer;
	if (provesNothing(failure)) return undefined;
	if (failure.status !== 404) {
		return { type: 'gaveUp', problem: { kind: 'unreadable', report, failure } };
	}
	return isFresh && now - since < SETTLING_IN_MS ? undefined : { type: 'missed', failure };
}

/** @returns whether a failed call to read something says nothing about what was to be read */
export const provesNothing = (failure: Failure): boolean =>
	isTransient(failure) || isForeign(failure);
