import type { Clock } from '../n8n/clock';
import { mapConcurrently } from '../n8n/concurrency';
import type { Failure } from '../api/failure';
import { isTransient } from '../api/retryPolicy';
import { Adoption, SETTLE_MS, type AdoptionOptions } from './adoption';
import type { Entry, Problem } from './entry';
import { JobBook, uncertain } from './jobBook';
import type { LtxStudioApi, RunningJob } from '../../LtxStudio/service/api';
import type { Memory } from './memory';
import { Pace } from './pace';
import { Slots } from './slots';
import { Submitter } from './submitter';

export interface JobRunOptions extends AdoptionOptions {
	/** Submissions, and reads, under way at once. */
	concurrency: number;
	/** The longest time between two looks, in milliseconds. */
	pollInterval: number;
	/** How long a job may run, and how long an item may wait without any slot coming free, in milliseconds. */
	timeout: number;
	/** When these jobs can finish at the earliest, in milliseconds after their submission. */
	firstLook: number;
	/** Whether the first problem ends the run, as n8n does without Continue On Fail. */
	stopOnProblem: boolean;
	/** Whether an earlier try of the same run may have died without leaving a memory. */
	mayHaveDied: boolean;
}

export interface JobRunDependencies {
	api: LtxStudioApi;
	clock: Clock;
	memory: Memory;
	signal: AbortSignal | undefined;
}

/** How long a new job may be unknown to the API that has just named it. */
const SETTLING_IN_MS = 60_000;
/** So that a cancel is noticed in time. */
const SLICE_MS = 500;

/**
 * Brings any number of jobs to their end in one loop: submits them as slots come free, never beyond the accounts' capacity and
 * never twice, and looks at all running jobs with one call a round.
 */
export class JobRun {
	private readonly slots = new Slots();

	private readonly pace: Pace;

	private readonly book: JobBook;

	private readonly adoption: Adoption;

	private readonly submitter: Submitter;

	/** What is under way beside the loop. */
	private readonly tasks = new Set<Promise<void>>();

	private lookedAt: number;

	private isLooking = false;

	constructor(
		entries: readonly Entry[],
		private readonly options: JobRunOptions,
		private readonly dependencies: JobRunDependencies,
	) {
		const { api, clock, memory } = dependencies;
		const { slots } = this;
		this.pace = new Pace(options.pollInterval, options.firstLook);
		this.book = new JobBook(entries, options, { clock, memory, slots });
		this.adoption = new Adoption(this.book, options, { api, memory, slots });
		this.submitter = new Submitter(this.book, options.concurrency, { api, memory, slots });
		this.lookedAt = clock.now();
	}

	/** Submits all items, and returns when each is accepted or refused. */
	async submitAll(): Promise<void> {
		await this.prepare();
		await this.loop(false);
	}

	/** Submits all items that are not yet submitted, and returns when each job has finished. */
	async finishAll(): Promise<void> {
		await this.prepare();
		await this.loop(true);
	}

	/** Looks once at all running jobs. */
	async refresh(): Promise<void> {
		await this.look(true);
	}

	/** Reads the capacity, and adopts what an earlier try of this run has submitted. */
	private async prepare(): Promise<void> {
		const { book, adoption, submitter } = this;
		if (book.inState('queued').length === 0) return;

		adoption.recall();
		const mayHaveDied = this.options.mayHaveDied && !this.dependencies.memory.hasLookedBack;
		const askedAt = book.now;
		const capacity = await this.dependencies.api.capacity();
		if (!capacity.ok) {
			this.giveUp(capacity.failure, mayHaveDied);
			return;
		}
		this.slots.update(capacity.body, askedAt);
		adoption.adoptRunning(capacity.body.executing);
		if (mayHaveDied) {
			const failure = await adoption.adoptFinished(capacity.body.executing);
			if (failure) this.giveUp(failure, true);
		}
		for (const entry of book.inState('queued')) submitter.requireAccount(entry);
	}

	private async loop(untilFinished: boolean): Promise<void> {
		const { book } = this;
		while (!this.dependencies.signal?.aborted) {
			this.expire(untilFinished);
			this.feed();
			const open = book.inState(
				'submitting',
				'unsettled',
				...(book.isStopping ? [] : (['queued'] as const)),
				...(untilFinished && !book.isStopping ? (['running'] as const) : []),
			);
			if (open.length === 0) break;

			const needsLook = open.some(({ state }) => state !== 'submitting');
			const nextLook = this.lookedAt + this.untilNextLook(untilFinished);
			if (needsLook && !this.isLooking && book.now >= nextLook) {
				this.start(this.look(untilFinished));
			}
			const due = needsLook && !this.isLooking ? nextLook : Infinity;
			await this.waitUntil(Math.min(due, this.nextExpiry(untilFinished)));
		}
		await Promise.all(this.tasks);
	}

	private feed(): void {
		this.submitter.feed((task) => {
			this.start(task);
		});
	}

	private start(task: Promise<void>): void {
		const tracked = task.finally(() => this.tasks.delete(tracked));
		this.tasks.add(tracked);
	}

	private untilNextLook(untilFinished: boolean): number {
		const { book } = this;
		const running = book.inState('running').map(({ since }) => since);
		const isFeeding = !book.isStopping && book.inState('queued').length > 0 && running.length > 0;
		const isSettling = book.inState('unsettled').length > 0;
		const watched = isSettling || !(untilFinished || isFeeding) ? [] : running;
		return this.pace.next(this.lookedAt, watched, isFeeding);
	}

	/** When the time of the next job, or item without a slot, will be up. */
	private nextExpiry(untilFinished: boolean): number {
		const { book } = this;
		const starts = untilFinished ? book.inState('running').map(({ since }) => since) : [];
		if (book.inState('queued').length > 0) starts.push(book.progressedAt);
		const ends = starts.map((start) => start + this.options.timeout);
		return Math.min(Infinity, ...ends.filter((end) => end > book.now));
	}

	/** Returns when a task ends, at the given time, at the end of a block, or soon after a cancel. */
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
		await Promise.race([...this.tasks, sleeper()]);
		isAwake = true;
	}

	/** One round: one call tells which jobs still run; only those that left it are read. */
	private async look(readsFinished: boolean): Promise<void> {
		const { book } = this;
		this.isLooking = true;
		const askedAt = book.now;
		const listed = await this.listRunning(askedAt);
		this.lookedAt = book.now;
		if (listed) {
			this.adoption.adoptRunning(listed);
			this.feed();
			if (readsFinished) await this.readThoseThatLeft(listed, askedAt);
			await this.adoption.settle(listed);
		}
		this.pace.looked();
		this.isLooking = false;
	}

	private async listRunning(askedAt: number): Promise<RunningJob[] | undefined> {
		const { api } = this.dependencies;
		if (this.book.inState('queued').length > 0) {
			const capacity = await api.capacity();
			if (!capacity.ok) {
				this.unableToLook(capacity.failure);
				return undefined;
			}
			this.slots.update(capacity.body, askedAt);
			return capacity.body.executing;
		}
		const running = await api.runningJobs();
		if (running.ok) return running.body;
		this.unableToLook(running.failure);
		return undefined;
	}

	private async readThoseThatLeft(listed: readonly RunningJob[], askedAt: number): Promise<void> {
		const running = new Set(listed.map(({ jobId }) => jobId));
		const left = this.book
			.inState('running')
			.filter(({ jobId = '', since }) => since <= askedAt && !running.has(jobId));
		await mapConcurrently(left, this.options.concurrency, async (entry) => {
			await this.read(entry);
			if (entry.state === 'done') this.pace.finished(askedAt - entry.since);
		});
	}

	private async read(entry: Entry): Promise<void> {
		const { book } = this;
		const { jobId = '' } = entry;
		const answer = await this.dependencies.api.job(jobId);
		if (answer.ok) {
			book.update(entry, answer.body);
			return;
		}
		const { failure } = answer;
		const isNew = entry.submission && !entry.adopted && book.now - entry.since < SETTLING_IN_MS;
		if (isTransient(failure) || (failure.status === 404 && isNew)) return;
		book.fail(entry, { kind: 'unreadable', jobId, failure });
	}

	/** A passing fault is left to the next round; any other ends the wait, with every job named. */
	private unableToLook(failure: Failure): void {
		if (!isTransient(failure)) this.giveUp(failure, false);
	}

	/** @param mayHaveDied whether an earlier try may have submitted what is not known here */
	private giveUp(failure: Failure, mayHaveDied: boolean): void {
		for (const entry of this.book.inState('queued', 'unsettled', 'running')) {
			this.book.fail(entry, unreachable(entry, failure, mayHaveDied && isTransient(failure)));
		}
	}

	/** Ends what has waited for too long. */
	private expire(untilFinished: boolean): void {
		const { book } = this;
		const { timeout } = this.options;
		const { now } = book;
		for (const entry of untilFinished ? book.inState('running') : []) {
			const waited = now - entry.since;
			if (waited < timeout) continue;
			book.fail(entry, { kind: 'timedOut', jobId: entry.jobId ?? '', waited });
		}
		for (const entry of book.inState('unsettled')) {
			const { submission, since } = entry;
			if (!submission || now - since < Math.max(timeout, 2 * SETTLE_MS)) continue;
			book.fail(entry, uncertain(entry, submission));
		}
		const waited = now - book.progressedAt;
		if (waited < timeout || book.inState('submitting', 'unsettled').length > 0) return;
		for (const entry of book.inState('queued')) book.fail(entry, { kind: 'noSlot', waited });
	}
}

/** What has become of an item when the API can't be asked any more. */
function unreachable(entry: Entry, failure: Failure, mayHaveDied: boolean): Problem {
	const { jobId, state, submission } = entry;
	if (jobId) return { kind: 'unreadable', jobId, failure };
	if (!submission) return { kind: 'rejected', failure };
	if (state !== 'queued') return uncertain(entry, submission, failure);
	const { reference } = submission;
	return mayHaveDied ? { kind: 'unchecked', reference, failure } : { kind: 'rejected', failure };
}
