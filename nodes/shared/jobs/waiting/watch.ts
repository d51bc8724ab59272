import { printable } from '../../api/text';
import { mayWaitLater } from '../../n8n/childNodes';
import { clock } from '../../n8n/clock';
import { Memory } from '../memory';
import type { Desk, JobItem } from '../outcome';
import { JobRun } from '../run';
import type { JobService } from '../service';
import { Entry } from '../state';
import { hasGoneOn, isInVain, ring, type Address, type Reception } from './knock';
import { mayAnyRun, shareDesk, shareLists } from './sharing';
import {
	isSleepingJob,
	type Sleep,
	type SleepingError,
	type SleepingItem,
	type SleepingJob,
} from './sleep';

/** An item of a stored execution while it is watched. */
export type AwakeItem = JobItem | SleepingError;

export const isJobItem = (item: AwakeItem): item is JobItem => 'entries' in item;

/** What somebody has knocked with. */
export interface Knock {
	/** The job that is said to be over; undefined where only a bell has rung. */
	jobId: string | undefined;
	/** Whether who has rung can't look for itself. */
	isRingerBlind: boolean;
}

/** Where the watch rings when nobody is there who could let the execution go on. */
interface Doorbell {
	url: string;
	reference: string;
	/** Is told when this process has nothing more to do about the execution. */
	onEnd: () => void;
}

const READS_AT_ONCE = 10;
/** A watch begins to look every few seconds, and ends at this pace, callbacks or not. In milliseconds. */
const SLOWEST_LOOK_MS = 60_000;
/** For executions that sleep since version 0.1.0, whose own is not known: n8n's timer ends them. */
const LONGEST_TIMEOUT_MS = 24 * 60 * 60_000;
/** Whoever called back the last job has first say, in milliseconds. */
const GRACE_MS = 250;
/** How long a watch that only a bell was rung for leaves it to who has rung, in milliseconds. */
const UNCALLED_MS = 5 * 60_000;
/** How soon it notices that it is not needed any more, in milliseconds. */
const UNCALLED_SLICE_MS = 5_000;
/** Between two rings, in milliseconds. */
const RING_AGAIN_MS = 10_000;
/** After so many, the next ring of who has stored the execution, or the next callback, begins anew. */
const MOST_RINGS = 60;

/**
 * What this process does about a stored execution: it looks at its jobs, sooner when one is called back, until all are over or
 * their time is up. It holds no webhook call, and none of what n8n has read for one: those of one token share what the first has.
 */
export class Watch {
	readonly items: readonly AwakeItem[];

	private readonly run: JobRun;

	private readonly service: JobService;

	private readonly jobs: readonly SleepingJob[];

	private readonly desk: Desk;

	private readonly giveBack: () => void;

	private readonly address: Address;

	private hasLetGo = false;

	private isClaimed = false;

	private isLooking = false;

	private isLeftToRinger = false;

	constructor(
		own: Desk,
		{ items, timeout = LONGEST_TIMEOUT_MS }: Sleep,
		private readonly bell: Doorbell,
	) {
		this.address = { url: bell.url, mayFallSilent: mayWaitLater(own.context) };
		this.jobs = items.filter(isSleepingJob);
		this.items = items.map((item) => toAwakeItem(own.service, item));
		// Last, as what is stored may be of another shape: whoever has a share gives it back.
		const { desk, giveBack } = shareDesk(own, bell.url, 'watch');
		this.desk = desk;
		this.giveBack = giveBack;
		this.service = shareLists(desk, this.jobs);
		this.run = new JobRun(
			this.items.flatMap((item) => (isJobItem(item) ? item.entries : [])),
			{
				concurrency: READS_AT_ONCE,
				pollInterval: SLOWEST_LOOK_MS,
				timeout,
				firstLook: 0,
				stopsOnProblem: false,
				onUncertain: 'fail',
			},
			{
				service: this.service,
				clock,
				memory: new Memory({}),
				signal: undefined,
			},
		);
	}

	/** Reads the job that was called back, or, where only a bell has rung, looks at all; and goes on by itself. */
	async hear({ jobId, isRingerBlind }: Knock): Promise<void> {
		if (jobId !== undefined) await this.run.callBack(jobId);
		else await this.run.look();
		// Then the caller lets it go on.
		if (this.isOver || this.isLooking) return;
		const isForRinger = jobId === undefined && !isRingerBlind;
		const isEarly = isForRinger && (await mayAnyRun(this.service, this.jobs)) === true;
		const goingOn = isEarly ? this.goOnUncalled() : this.goOn();
		goingOn.catch((error: unknown) => {
			const reason = error instanceof Error ? error.message : 'unknown';
			this.desk.context.logger.error(
				`A stored execution is no longer watched: ${printable(reason)}`,
			);
		});
	}

	/** By what executions are told apart: the reference of its first job. */
	get key(): string {
		return this.bell.reference;
	}

	/** Whether all jobs are over, or their time is up. */
	get isOver(): boolean {
		return this.run.isOver;
	}

	/** Whether nothing more comes of it, unless somebody knocks. */
	get isIdle(): boolean {
		return !(this.isClaimed || this.isLooking || this.isLeftToRinger);
	}

	/** @returns whether the caller, and nobody else, is to let the execution go on */
	claim(): boolean {
		if (this.isClaimed || !this.isOver) return false;
		this.isClaimed = true;
		return true;
	}

	/** Nothing more is asked of it. */
	letGo(): void {
		if (this.hasLetGo) return;
		this.hasLetGo = true;
		this.giveBack();
	}

	/** Whether another process has let the execution go on since n8n has read it; false where that is not known. */
	async hasGoneOn(): Promise<boolean> {
		const { desk, bell } = this;
		return await hasGoneOn(desk.context, this.address, bell.reference);
	}

	/** Whoever has rung looks for itself, and may die. */
	private async goOnUncalled(): Promise<void> {
		if (this.isLeftToRinger) return;
		this.isLeftToRinger = true;
		const end = clock.now() + UNCALLED_MS;
		// It holds on to a call of n8n's: what is over is let go soon.
		while (clock.now() < end && !this.isClaimed) await clock.sleep(UNCALLED_SLICE_MS);
		if (this.isClaimed || this.isLooking) return;
		if (isInVain(await this.ring())) this.bell.onEnd();
		else await this.goOn();
	}

	private async goOn(): Promise<void> {
		if (this.isLooking) return;
		this.isLooking = true;
		const { run, bell } = this;
		try {
			await run.finishAll();
			await clock.sleep(GRACE_MS);
			// Where several processes take calls, another one may take it, which has yet to see for itself that all is over.
			for (let ring = 0; ring < MOST_RINGS && !this.isClaimed; ring++) {
				if (isInVain(await this.ring())) break;
				await clock.sleep(RING_AGAIN_MS);
			}
		} finally {
			// Whoever claims it tells that it is over. Otherwise the next ring, or callback, begins anew.
			if (!this.isClaimed) bell.onEnd();
		}
	}

	private async ring(): Promise<Reception> {
		const { desk, bell } = this;
		return await ring(desk.context, this.address, { ring: bell.reference });
	}
}

function toAwakeItem(service: JobService, item: SleepingItem): AwakeItem {
	if (!isSleepingJob(item)) return item;
	const { jobId, reference, sentReference, settings, since = clock.now(), facts = {} } = item;
	const { title, price, input } = item;
	const { isFound = false, isResubmitted = false } = item;
	const report = { ...service.blank(jobId), reference, facts };
	const trail = { isFound, isResubmitted };
	return {
		order: { title, price, input },
		settings,
		// The clock of who has stored it may be ahead.
		entries: [
			Entry.running(report, Math.min(since, clock.now()), { reference, sentReference, trail }),
		],
	};
}
