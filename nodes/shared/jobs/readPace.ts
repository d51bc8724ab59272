import type { JobReport } from './service';

/** How often jobs are read, in milliseconds. */
export interface ReadPaceOptions {
	/** How far apart two reads of the same job must be; undefined where the API sets no pace. */
	interval: number | undefined;
	/** How far apart the user wants them to be at most. */
	pollInterval: number;
	/** When a job can finish at the earliest, after its submission. */
	firstLook: number;
	/** How long a job may run. */
	timeout: number;
}

/** A job, and when it was submitted. */
interface Job {
	since: number;
	report: JobReport;
}

/** How much later than it might a job is read, at most, so that jobs do not stay in step. */
const JITTER = 0.2;

/** When jobs may be read where the API sets a pace: they are spread over it. All times in milliseconds since the epoch. */
export class ReadPace {
	/** By the ID of a job: when it is to be read next, when it may be at the earliest, and when it was asked for last. */
	private readonly jobs = new Map<string, { dueAt: number; soonestAt: number; askedAt: number }>();

	constructor(private readonly options: ReadPaceOptions) {}

	/** When a job is to be read next. */
	dueOf({ since, report: { jobId } }: Job): number {
		const { interval, firstLook, timeout } = this.options;
		if (interval === undefined) return -Infinity;
		const first = {
			dueAt: firstLook === 0 ? since : since + firstLook + Math.random() * interval,
			soonestAt: since + interval,
			askedAt: -Infinity,
		};
		const job = this.jobs.get(jobId) ?? first;
		this.jobs.set(jobId, job);
		// Before it is given up it is read once more, however seldom the user wants that.
		return Math.min(job.dueAt, Math.max(since + timeout, job.soonestAt));
	}

	/**
	 * Puts a job off that was read. Not before its answer: until then nothing is known of it.
	 *
	 * @param askedAt when the reading began
	 */
	answered(jobId: string, askedAt: number, now: number): void {
		const { interval, pollInterval } = this.options;
		if (interval === undefined) return;
		const pause = Math.max(interval, pollInterval) * (1 + Math.random() * JITTER);
		// The API may have been asked more than once meanwhile.
		this.jobs.set(jobId, { dueAt: now + pause, soonestAt: now + interval, askedAt });
	}

	/** Whether a job was read since a time. */
	isReadSince(jobId: string, time: number): boolean {
		return (this.jobs.get(jobId)?.askedAt ?? -Infinity) >= time;
	}
}
