import { clock } from '../n8n/clock';
import type { Failure } from '../api/failure';
import { isFinished, toJob, type Job, type JobAnswer } from '../../LtxStudio/service/job';
import type { LtxStudioApi } from '../../LtxStudio/service/api';

export type Reading =
	{ kind: 'read'; job: Job; answer: JobAnswer } | { kind: 'unreadable'; failure: Failure };

/** How long a callback is believed to be ahead of the API, in milliseconds. */
const CATCH_UP_MS = 30_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 4_000;

/**
 * Reads a job that is said to have finished, again and again while the API does not know it yet.
 *
 * @returns the job as it was read last; it may not have finished even then
 */
export async function readFinishedJob(api: LtxStudioApi, jobId: string): Promise<Reading> {
	const deadline = clock.now() + CATCH_UP_MS;
	for (let delay = FIRST_DELAY_MS; ; delay = Math.min(2 * delay, LONGEST_DELAY_MS)) {
		const read = await api.job(jobId);
		if (!read.ok) return { kind: 'unreadable', failure: read.failure };
		const job = toJob(read.body, jobId);
		if (isFinished(job) || clock.now() + delay > deadline) {
			return { kind: 'read', job, answer: read.body };
		}
		await clock.sleep(delay);
	}
}
