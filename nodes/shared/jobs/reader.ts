import type { Failure } from '../api/failure';
import { Gate, mapConcurrently } from '../n8n/concurrency';
import type { Book } from './book';
import type { Pace } from './pace';
import { ReadPace } from './readPace';
import type { JobService, RunningJob } from './service';
import type { Entry } from './state';
import { understand } from './waiting/reading';

export interface ReaderOptions {
	/** Reads under way at once. */
	concurrency: number;
	/** The longest time between two looks, in milliseconds. */
	pollInterval: number;
	/** When jobs can finish at the earliest, in milliseconds after their submission. */
	firstLook: number;
	/** How long a job may run, in milliseconds. */
	timeout: number;
}

export interface ReaderDependencies {
	service: JobService;
	/** Is told of each job that is over. */
	pace: Pace;
}

/** Reads the running jobs of a book: those that left the list of running ones, and those that were called back. */
export class Reader {
	private readonly readPace: ReadPace;

	/** For jobs that were called back: they are read at once, whatever the list of running ones says. */
	private readonly gate: Gate;

	/** The reads of jobs that were called back, while they are under way. */
	private readonly calledBack = new Map<string, Promise<void>>();

	/** Why the last reading of a job told nothing, by its ID. */
	private readonly unread = new Map<string, Failure>();

	constructor(
		private readonly book: Book,
		private readonly options: ReaderOptions,
		private readonly dependencies: ReaderDependencies,
	) {
		this.readPace = new ReadPace({
			...options,
			interval: dependencies.service.shortestReadInterval,
		});
		this.gate = new Gate(options.concurrency);
	}

	/** Reads a job that is said to be over; once for all who say so at the same time. */
	async callBack(jobId: string): Promise<void> {
		const reading =
			this.calledBack.get(jobId) ??
			this.readCalledBack(jobId).finally(() => this.calledBack.delete(jobId));
		this.calledBack.set(jobId, reading);
		await reading;
	}

	/** What is listed runs, whatever was heard of it before. */
	believe(listed: readonly RunningJob[]): void {
		const { book, dependencies } = this;
		const running = new Set(listed.map(({ jobId }) => jobId));
		for (const jobId of running) this.unread.delete(jobId);
		for (const entry of book.inState('running')) {
			const { state } = entry;
			if (state.name !== 'running' || !state.suspicion || !running.has(state.report.jobId))
				continue;
			const report = dependencies.service.blank(state.report.jobId);
			book.advance(entry, { type: 'read', report });
		}
	}

	/**
	 * Reads the jobs that are not listed, and that may be read by now.
	 *
	 * @param askedAt when the list was asked for: of what was submitted since it says nothing
	 */
	async readThoseThatLeft(listed: readonly RunningJob[], askedAt: number): Promise<void> {
		const running = new Set(listed.map(({ jobId }) => jobId));
		const left = this.book
			.inState('running')
			.filter(({ state }) => state.name === 'running' && state.since <= askedAt)
			.filter(({ report }) => report !== undefined && !running.has(report.jobId))
			.filter((entry) => this.dueOf(entry) <= this.book.now);
		await mapConcurrently(left, this.options.concurrency, async (entry) => {
			await this.read(entry);
		});
	}

	/** When the next job is to be read by its own pace; Infinity where all are read with each look. */
	nextDue(): number {
		if (this.dependencies.service.shortestReadInterval === undefined) return Infinity;
		return Math.min(Infinity, ...this.book.inState('running').map((entry) => this.dueOf(entry)));
	}

	/** Whether it can only be known by reading it whether a job has ended in time, and it was not read since. */
	isYetToBeRead(jobId: string, end: number): boolean {
		const { shortestReadInterval, running } = this.dependencies.service;
		const isPaced = shortestReadInterval !== undefined && !running;
		return isPaced && !this.readPace.isReadSince(jobId, end);
	}

	/** Why the last reading of a job told nothing, if so. */
	whyUnread(jobId: string): Failure | undefined {
		return this.unread.get(jobId);
	}

	private async readCalledBack(jobId: string): Promise<void> {
		const called = this.book.inState('running').filter(({ report }) => report?.jobId === jobId);
		for (const entry of called) {
			await this.gate.pass(async () => {
				await this.read(entry);
			});
		}
	}

	/** When a running job is to be read next. */
	private dueOf({ state }: Entry): number {
		return state.name === 'running' ? this.readPace.dueOf(state) : -Infinity;
	}

	/** Reads a running job: its answer becomes an event, or tells nothing. */
	private async read(entry: Entry): Promise<void> {
		const { book } = this;
		const { state, reference, trail } = entry;
		if (state.name !== 'running') return;
		const { report, since } = state;
		const { service, pace } = this.dependencies;
		const readAt = book.now;
		const answer = await service.read(report.jobId);
		this.readPace.answered(report.jobId, readAt, book.now);
		const isFresh = reference !== undefined && !trail.isFound;
		const event = understand(answer, { report, since, isFresh }, book.now);
		if (!event) {
			if (!answer.ok) this.unread.set(report.jobId, answer.failure);
			return;
		}
		this.unread.delete(report.jobId);
		book.advance(entry, event);
		if (entry.state.name === 'done') pace.finished(readAt - since);
	}
}
