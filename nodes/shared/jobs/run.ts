import type { Answer, Failure } from '../api/failure';
import type { Clock } from '../n8n/clock';
import { Book } from './book';
import { Doubts, type DoubtOptions } from './doubts';
import type { Listed } from './finder';
import { LookBack } from './lookBack';
import type { Memory } from './memory';
import { Pace } from './pace';
import type { OnProgress } from './progress';
import type { LookBackOptions } from './provenance';
import { Reader, type ReaderOptions } from './reader';
import type { JobService, RunningJob } from './service';
import { Slots } from './slots';
import { SURE_AFTER_MS, type Entry, type Problem } from './state';
import { Submitter } from './submitter';
import { provesNothing } from './waiting/reading';

export interface JobRunOptions extends DoubtOptions, ReaderOptions {
	/** Submissions, and reads, under way at once. */
	concurrency: number;
	/** How long a job may run, and how long an item may wait without any slot coming free, in milliseconds. */
	timeout: number;
	/** Whether the first problem ends the run, as n8n does without Continue On Fail. */
	stopsOnProblem: boolean;
	/** How what was submitted before is found; left out where nothing is submitted. */
	lookBack?: LookBackOptions;
}

export interface JobRunDependencies {
	service: JobService;
	clock: Clock;
	memory: Memory;
	/** Fires when the execution is cancelled. */
	signal: AbortSignal | undefined;
	onProgress?: OnProgress;
}

/**
 * How far a run goes: until all items are submitted, until a look at what was submitted finds nothing new, or until all jobs
 * are over.
 */
type Goal = 'submitted' | 'quiet' | 'over';

/** So that a cancel is noticed in time. */
const SLICE_MS = 500;
/** Between two looks before a run goes to sleep. */
const LOOK_AGAIN_MS = 500;

/**
 * Brings any number of jobs to their end in one loop: submits them as slots come free, never beyond the accounts' capacity and
 * never twice, and looks at all running jobs with one call a round where the service lists them.
 */
export class JobRun {
	private readonly slots: Slots;

	private readonly pace: Pace;

	private readonly book: Book;

	private readonly lookBack: LookBack | undefined;

	private readonly submitter: Submitter;

	private readonly reader: Reader;

	private readonly doubts: Doubts;

	/** What is under way beside the loop. */
	private readonly tasks = new Set<Promise<void>>();

	/** Why the last list told nothing, if so. */
	private unlisted: Failure | undefined;

	private wakeUp: (() => void) | undefined;

	/** When the last look ended, in milliseconds since the epoch. */
	private lookedAt: number;

	/** When the last one began of which all has been read. */
	private askedAt = -Infinity;

	private isLooking = false;

	/** Whether a look began after all was submitted. */
	private hasLookedAtAll = false;

	/** Whether the last such look found nothing new. */
	private isQuiet = false;

	constructor(
		entries: readonly Entry[],
		private readonly options: JobRunOptions,
		private readonly dependencies: JobRunDependencies,
	) {
		const { service, clock, memory } = dependencies;
		const slots = service.capacity ? new Slots(memory.slots) : Slots.unlimited();
		this.slots = slots;
		this.pace = new Pace(options.pollInterval, options.firstLook);
		this.book = new Book(entries, options.stopsOnProblem, { clock, memory, slots });
		this.lookBack =
			options.lookBack && new LookBack(this.book, options.lookBack, { service, memory, slots });
		this.submitter = new Submitter(this.book, options.concurrency, { service, memory, slots });
		this.reader = new Reader(this.book, options, { service, pace: this.pace });
		this.doubts = new Doubts(this.book, options);
		this.lookedAt = clock.now();
	}

	/** Whether nothing more will come of any item. */
	get isOver(): boolean {
		return this.book.entries.every(({ state }) => state.name === 'done');
	}

	private get isAllSubmitted(): boolean {
		return this.book.inState('queued', 'submitting', 'unsettled').length === 0;
	}

	/** Submits all items, and returns when each is accepted or refused. */
	async submitAll(): Promise<void> {
		await this.prepare();
		await this.loop('submitted');
	}

	/** Submits all items, reads meanwhile what finishes, and returns when a look finds nothing new. */
	async submitAllAndLook(): Promise<void> {
		await this.prepare();
		await this.loop('quiet');
	}

	/** Submits all items that are not yet submitted, and returns when each job is over. */
	async finishAll(): Promise<void> {
		await this.prepare();
		await this.loop('over');
	}

	/** Looks once at all running jobs, and gives up those whose time is up. */
	async look(): Promise<void> {
		await this.lookAtAll('over');
		this.expire('over');
		// A loop that began meanwhile waits for its end.
		this.wakeUp?.();
	}

	/** Reads a job that is said to be over; once for all who say so at the same time. */
	async callBack(jobId: string): Promise<void> {
		await this.reader.callBack(jobId);
		this.pace.disturbed();
		this.wakeUp?.();
	}

	/** Reads the capacity, and takes over what was submitted before. */
	private async prepare(): Promise<void> {
		const { book, lookBack, submitter } = this;
		if (book.inState('queued').length === 0) return;
		await lookBack?.recall();
		const capacity = await this.takeOver();
		if (!capacity.ok) {
			const { failure } = capacity;
			if (lookBack?.isNeeded([])) lookBack.leaveUnchecked(failure);
			// What was submitted before goes on, whatever stands in for the API.
			if (provesNothing(failure)) this.giveUp(failure, 'queued');
			else this.giveUp(failure, 'queued', 'unsettled', 'running');
			return;
		}
		// Only from here on is a slot waited for.
		book.progressedAt = book.now;
		for (const entry of book.inState('queued')) submitter.failWithoutAccount(entry);
	}

	/** Takes over what was submitted before, and waits for what the API's lists may not have yet. */
	private async takeOver(): Promise<Answer<Listed>> {
		const { lookBack } = this;
		for (;;) {
			const capacity = await this.readCapacity();
			if (!capacity.ok || !lookBack) return capacity;
			await lookBack.takeOver(capacity.body);
			const { settlesAt } = lookBack;
			if (settlesAt <= this.book.now || this.dependencies.signal?.aborted) return capacity;
			await this.waitUntil(settlesAt);
		}
	}

	/** Asks what runs, and counts the free slots by it. */
	private async readCapacity(): Promise<Answer<Listed>> {
		const { service } = this.dependencies;
		if (!service.capacity) return { ok: true, body: { running: [], isWhole: true } };
		const askedAt = this.book.now;
		const capacity = await service.capacity();
		if (capacity.ok) this.slots.update(capacity.body, askedAt);
		return capacity;
	}

	private async loop(goal: Goal): Promise<void> {
		const { book } = this;
		while (!this.dependencies.signal?.aborted) {
			this.expire(goal);
			this.feed();
			const open = this.openFor(goal);
			if (open.length === 0) break;
			const needsLook = open.some(({ state }) => state.name !== 'submitting');
			const nextLook = this.nextLook(goal);
			if (needsLook && !this.isLooking && book.now >= nextLook) {
				this.start(this.lookAtAll(goal));
			}
			const due = needsLook && !this.isLooking ? nextLook : Infinity;
			this.dependencies.onProgress?.(book.entries, due - book.now);
			await this.waitUntil(Math.min(due, this.nextExpiry(goal)));
		}
		await Promise.all(this.tasks);
	}

	/** What the goal is not yet reached for. */
	private openFor(goal: Goal): Entry[] {
		const { book } = this;
		const unsent = book.inState('submitting', 'unsettled');
		if (book.isStopping) return unsent;
		unsent.push(...book.inState('queued'));
		if (goal === 'submitted' || (goal === 'quiet' && unsent.length === 0 && this.isQuiet)) {
			return unsent;
		}
		return [...unsent, ...book.inState('running')];
	}

	private feed(): void {
		this.submitter.feed((task) => {
			this.hasLookedAtAll = this.isQuiet = false;
			this.start(task);
		});
	}

	private start(task: Promise<void>): void {
		const tracked = task.finally(() => this.tasks.delete(tracked));
		this.tasks.add(tracked);
	}

	private nextLook(goal: Goal): number {
		if (
			goal !== 'submitted' &&
			this.endings().some((end) => this.askedAt < end && end <= this.book.now)
		) {
			return this.lookedAt;
		}
		const paced = this.lookedAt + this.untilNextLook(goal);
		return goal === 'submitted' ? paced : Math.min(paced, this.reader.nextDue());
	}

	private untilNextLook(goal: Goal): number {
		const { book } = this;
		const running = runningSince(book);
		const isFeeding = !book.isStopping && book.inState('queued').length > 0 && running.length > 0;
		const isSettling = book.inState('unsettled').length > 0;
		// Before it goes to sleep a run looks at once.
		if (goal === 'quiet' && this.isAllSubmitted) return this.hasLookedAtAll ? LOOK_AGAIN_MS : 0;
		const watched = isSettling || (goal === 'submitted' && !isFeeding) ? [] : running;
		const doubts = watched.length === 0 ? [] : book.inState('running').flatMap(whenSure);
		return Math.min(
			this.pace.next(this.lookedAt, watched, isFeeding),
			...doubts.map((time) => time - this.lookedAt).filter((ms) => ms > 0),
		);
	}

	/** When the time of the next job, or item without a slot, will be up. */
	private nextExpiry(goal: Goal): number {
		const { book } = this;
		const ends = goal === 'submitted' ? [] : this.endings();
		if (book.inState('queued').length > 0) ends.push(book.progressedAt + this.options.timeout);
		return Math.min(Infinity, ...ends.filter((end) => end > book.now));
	}

	/** When the time of the running jobs will be up, or was. */
	private endings(): number[] {
		return runningSince(this.book).map((since) => since + this.options.timeout);
	}

	/** Returns when a task ends, when it is woken, at the given time, at the end of a block, or soon after a cancel. */
	private async waitUntil(time: number): Promise<void> {
		const { clock, signal } = this.dependencies;
		const until = Math.min(time, this.slots.nextUnblock(clock.now()) ?? Infinity);
		let isAwake = false;
		const sleeper = async () => {
			while (!isAwake && !signal?.aborted && clock.now() < until) {
				await clock.sleep(Math.min(until - clock.now(), SLICE_MS));
				if (until === Infinity) return;
			}
		};
		const woken = new Promise<void>((resolve) => {
			this.wakeUp = resolve;
		});
		await Promise.race([...this.tasks, sleeper(), woken]);
		isAwake = true;
	}

	/** One round: where the service lists what runs, one call tells, and only what left the list is read. */
	private async lookAtAll(goal: Goal): Promise<void> {
		const { book } = this;
		this.isLooking = true;
		const askedAt = book.now;
		const endedBefore = book.ended;
		const isAfterAll = this.isAllSubmitted;
		this.unlisted = undefined;
		const listed = await this.listRunning();
		this.lookedAt = book.now;
		if (listed) {
			this.reader.believe(listed);
			this.lookBack?.takeOverRunning(listed);
			this.feed();
			if (goal !== 'submitted') await this.reader.readThoseThatLeft(listed, askedAt);
			await this.lookBack?.settle((entry) => {
				this.doubts.decide(entry, listed);
			});
		}
		this.hasLookedAtAll = isAfterAll;
		// Where the API does not answer, sleeping is as good as asking.
		this.isQuiet = isAfterAll && book.ended === endedBefore;
		this.pace.looked();
		this.askedAt = askedAt;
		this.isLooking = false;
	}

	private async listRunning(): Promise<readonly RunningJob[] | undefined> {
		const { service } = this.dependencies;
		if (service.capacity && this.book.inState('queued').length > 0) {
			const capacity = await this.readCapacity();
			if (capacity.ok) return capacity.body.running;
			this.unableToLook(capacity.failure);
			return undefined;
		}
		if (!service.running) return [];
		const running = await service.running();
		if (running.ok) return running.body;
		this.unableToLook(running.failure);
		return undefined;
	}

	/** A passing fault is left to the next round; any other ends the wait, with every job named. */
	private unableToLook(failure: Failure): void {
		this.unlisted = failure;
		if (!provesNothing(failure)) this.giveUp(failure, 'queued', 'unsettled', 'running');
	}

	private giveUp(failure: Failure, ...states: Array<'queued' | 'unsettled' | 'running'>): void {
		const { book } = this;
		for (const entry of book.inState(...states)) {
			book.advance(entry, { type: 'gaveUp', problem: unreachable(entry, failure) });
		}
	}

	/** Ends what has waited for too long. */
	private expire(goal: Goal): void {
		const { book } = this;
		const { timeout } = this.options;
		const { now } = book;
		for (const entry of goal === 'submitted' ? [] : book.inState('running')) {
			if (entry.state.name !== 'running') continue;
			const { report, since } = entry.state;
			// What has finished in time comes out: nothing is given up without a look after that.
			const end = since + timeout;
			if (this.askedAt < end || this.reader.isYetToBeRead(report.jobId, end)) continue;
			const unseen = this.unlisted ?? this.reader.whyUnread(report.jobId);
			const problem = { kind: 'timedOut', report, waited: timeout, unseen } as const;
			book.advance(entry, { type: 'gaveUp', problem });
		}
		for (const entry of book.inState('unsettled')) {
			const { state, submission } = entry;
			if (state.name !== 'unsettled' || !submission) continue;
			if (now - state.since < Math.max(timeout, 2 * submission.settleMs)) continue;
			this.doubts.giveUp(entry);
		}
		const waited = now - book.progressedAt;
		if (waited < timeout || book.inState('submitting', 'unsettled').length > 0) return;
		for (const entry of book.inState('queued')) {
			const failure = this.submitter.lastRefusal;
			book.advance(entry, { type: 'gaveUp', problem: { kind: 'noSlot', waited, failure } });
		}
	}
}

const runningSince = (book: Book): number[] =>
	book.entries.flatMap(({ state }) => (state.name === 'running' ? [state.since] : []));

/** When a second word of what is hard to believe about a job counts, in milliseconds since the epoch. */
const whenSure = ({ state }: Entry): number[] =>
	state.name === 'running' && state.suspicion ? [state.suspicion.since + SURE_AFTER_MS] : [];

/** What has become of an item when the API can't be asked any more. */
function unreachable({ state, report }: Entry, failure: Failure): Problem {
	if (report) return { kind: 'unreadable', report, failure };
	if (state.name === 'unsettled') return { kind: 'uncertain', failure, candidates: [] };
	return { kind: 'rejected', failure };
}
