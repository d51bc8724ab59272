import type { Clock } from '../clock';
import { mapConcurrently } from '../concurrency';
import { isRetired, type Failure } from '../transport/failure';
import { isTransient } from '../transport/retryPolicy';
import type { Entry, Outcome, Problem, Submission } from './entry';
import { Finder, type Found } from './finder';
import { isFinished, toJob, type JobAnswer } from './job';
import type { LtxStudioApi, RunningJob } from './ltxStudioApi';
import type { Memory } from './memory';
import { Pace } from './pace';
import { Slots } from './slots';

export interface JobRunOptions {
	/** Submissions, and reads, under way at once. */
	concurrency: number;
	/** The longest time between two looks, in milliseconds. */
	pollInterval: number;
	/** How long a job may run, and how long an item may wait without any slot coming free, in milliseconds. */
	timeout: number;
	/** When these jobs can finish at the earliest, in milliseconds after their submission. */
	firstLook: number;
	/** What to do when it can't be settled whether a submission took effect. */
	onUncertain: 'fail' | 'resubmit';
	/** Whether the first problem ends the run, as n8n does without Continue On Fail. */
	stopOnProblem: boolean;
	/** Whether an earlier try of the same run may have died without leaving a memory. */
	mayHaveDied: boolean;
	/** Whether a reference was made by this node in this execution. */
	isOurs: (reference: string | undefined) => boolean;
}

export interface JobRunDependencies {
	api: LtxStudioApi;
	clock: Clock;
	memory: Memory;
	signal: AbortSignal | undefined;
}

/** How long an uncertain submission is looked for: a slow gateway may still hand it on. */
const SETTLE_MS = 20_000;
/** How long a new job may be unknown to the API that has just named it. */
const SETTLING_IN_MS = 60_000;
/** So that a cancel is noticed in time. */
const SLICE_MS = 500;

/** These refuse every further submission too. */
const REFUSES_ALL = (failure: Failure) =>
	failure.status === 401 ||
	isRetired(failure) ||
	(failure.status === 402 && /subscription/i.test(failure.detail));

/** These refuse an account, and another may do. */
const REFUSES_ACCOUNT = new Set([402, 412, 596]);

/**
 * Brings any number of jobs to their end in one loop: submits them as slots come free, never beyond the accounts' capacity and
 * never twice, and looks at all running jobs with one call a round.
 */
export class JobRun {
	private readonly slots = new Slots();

	private readonly finder: Finder;

	private readonly pace: Pace;

	private readonly tasks = new Set<Promise<void>>();

	private lookedAt: number;

	private progressedAt: number;

	private isLooking = false;

	private isStopping = false;

	constructor(
		private readonly entries: readonly Entry[],
		private readonly options: JobRunOptions,
		private readonly dependencies: JobRunDependencies,
	) {
		this.finder = new Finder(dependencies.api);
		this.pace = new Pace(options.pollInterval, options.firstLook);
		this.lookedAt = this.progressedAt = dependencies.clock.now();
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

	private get now(): number {
		return this.dependencies.clock.now();
	}

	private inState(...states: Array<Entry['state']>): Entry[] {
		return this.entries.filter(({ state }) => states.includes(state));
	}

	/** Reads the capacity, and adopts what an earlier try of this run has submitted. */
	private async prepare(): Promise<void> {
		const queued = this.inState('queued');
		if (queued.length === 0) return;

		const remembers = this.recall(queued);
		const mayHaveDied = !remembers && this.options.mayHaveDied;
		const askedAt = this.now;
		const capacity = await this.dependencies.api.capacity();
		if (!capacity.ok) {
			this.giveUp(capacity.failure, mayHaveDied);
			return;
		}
		this.slots.update(capacity.body, askedAt);
		this.adoptRunning(capacity.body.executing);
		if (mayHaveDied) await this.adoptFinished(capacity.body.executing);
		for (const entry of this.inState('queued')) this.requireAccount(entry);
	}

	private recall(entries: readonly Entry[]): boolean {
		let remembers = false;
		for (const entry of entries) {
			const known = entry.submission && this.dependencies.memory.recall(entry.submission.reference);
			if (known === undefined) continue;
			remembers = true;
			if (known.isResubmitted) entry.resubmitted = true;
			if (known.jobId === undefined) this.doubt(entry, undefined);
			else this.adopt(entry, { jobId: known.jobId });
		}
		return remembers;
	}

	private adoptRunning(executing: readonly RunningJob[]): void {
		const byReference = new Map(executing.map((job) => [job.replyRef, job]));
		for (const entry of this.inState('queued', 'unsettled')) {
			const job = byReference.get(entry.submission?.reference);
			if (job) this.adopt(entry, { jobId: job.jobId });
		}
	}

	private async adoptFinished(executing: readonly RunningJob[]): Promise<void> {
		const isRerun = executing.some(({ replyRef }) => this.options.isOurs(replyRef));
		const queued = this.inState('queued');
		const { jobs, sawOurs, isComplete, failure } = await this.search(
			queued,
			isRerun ? 'deep' : 'probe',
		);
		for (const entry of queued) {
			const answer = jobs.get(entry.submission?.reference ?? '');
			if (answer) this.adopt(entry, answer);
			else if (!isComplete && (isRerun || sawOurs)) this.doubt(entry, failure);
		}
		if (failure) this.giveUp(failure, true);
	}

	private async search(entries: readonly Entry[], depth: 'probe' | 'deep'): Promise<Found> {
		const submissions = entries.flatMap(({ submission }) => (submission ? [submission] : []));
		const chosen = new Set(submissions.map(({ email }) => email));
		const emails = chosen.has(undefined) ? this.slots.emails : [...chosen];
		return await this.finder.find({
			references: new Set(submissions.map(({ reference }) => reference)),
			emails: emails.flatMap((email) => (email ? [email] : [])),
			types: [...new Set(submissions.map(({ type }) => type))],
			depth,
			isOurs: this.options.isOurs,
		});
	}

	private requireAccount(entry: Entry): void {
		const { email: wanted, namesAssets } = entry.submission ?? {};
		const configured = this.slots.emails;
		const isAmbiguous = wanted === undefined && namesAssets === true && configured.length > 1;
		if (!isAmbiguous && this.slots.hasAccountFor(wanted)) return;
		this.fail(entry, { kind: 'noAccount', wanted, configured, namesAssets: isAmbiguous });
	}

	private async loop(untilFinished: boolean): Promise<void> {
		const { signal } = this.dependencies;
		while (!signal?.aborted) {
			this.expire(untilFinished);
			this.feed();
			const open = this.isStopping
				? this.inState('submitting', 'unsettled')
				: this.inState(
						'queued',
						'submitting',
						'unsettled',
						...(untilFinished ? (['running'] as const) : []),
					);
			if (open.length === 0) break;

			const needsLook = open.some(({ state }) => state !== 'submitting');
			const nextLook = this.lookedAt + this.untilNextLook(untilFinished);
			if (needsLook && !this.isLooking && this.now >= nextLook) {
				this.start(this.look(untilFinished));
			}
			const due = needsLook && !this.isLooking ? nextLook : Infinity;
			await this.waitUntil(Math.min(due, this.nextExpiry(untilFinished)));
		}
		await Promise.all(this.tasks);
	}

	private untilNextLook(untilFinished: boolean): number {
		const running = this.inState('running').map(({ since }) => since);
		const isFeeding = !this.isStopping && this.inState('queued').length > 0 && running.length > 0;
		const isSettling = this.inState('unsettled').length > 0;
		const watched = isSettling || !(untilFinished || isFeeding) ? [] : running;
		return this.pace.next(this.lookedAt, watched, isFeeding);
	}

	/** When the time of the next job, or item without a slot, will be up. */
	private nextExpiry(untilFinished: boolean): number {
		const starts = untilFinished ? this.inState('running').map(({ since }) => since) : [];
		if (this.inState('queued').length > 0) starts.push(this.progressedAt);
		const ends = starts.map((start) => start + this.options.timeout);
		return Math.min(Infinity, ...ends.filter((end) => end > this.now));
	}

	/** Returns when a task ends, at the given time, at the end of a block, or soon after a cancel. */
	private async waitUntil(time: number): Promise<void> {
		const { clock, signal } = this.dependencies;
		const until = Math.min(time, this.slots.nextUnblock(this.now) ?? Infinity);
		let isAwake = false;
		const sleeper = async () => {
			while (!isAwake && !signal?.aborted && this.now < until) {
				await clock.sleep(Math.min(until - this.now, SLICE_MS));
				if (until === Infinity) return;
			}
		};
		await Promise.race([...this.tasks, sleeper()]);
		isAwake = true;
	}

	private start(task: Promise<void>): void {
		const tracked = task.finally(() => this.tasks.delete(tracked));
		this.tasks.add(tracked);
	}

	private feed(): void {
		if (this.isStopping) return;
		const withoutSlot = new Set<string>();
		let underWay = this.inState('submitting').length;
		for (const entry of this.inState('queued')) {
			if (underWay >= this.options.concurrency) return;
			const { submission } = entry;
			if (!submission) continue;
			const group = `${submission.email ?? ''} ${submission.maxJobs ?? ''}`;
			if (withoutSlot.has(group)) continue;
			const slot = this.slots.take(submission, this.now);
			if (!slot) {
				withoutSlot.add(group);
				continue;
			}
			entry.state = 'submitting';
			entry.slot = slot;
			underWay++;
			this.start(this.submit(entry, submission, slot.email));
		}
	}

	private async submit(entry: Entry, submission: Submission, email: string): Promise<void> {
		const { api, memory } = this.dependencies;
		const { path, body, reference, replyUrl, maxJobs } = submission;
		memory.sending(reference, entry.resubmitted === true);
		const answer = await api.submit(path, {
			...body,
			email,
			...(maxJobs === undefined ? {} : { maxJobs }),
			replyRef: reference,
			...(replyUrl === undefined ? {} : { replyUrl }),
		});
		if (answer.ok && answer.body.jobId) this.accept(entry, answer.body);
		else if (answer.ok) this.doubt(entry, undefined);
		else if (answer.failure.effect === 'unknown') this.doubt(entry, answer.failure);
		else this.refuse(entry, submission, answer.failure);
	}

	private refuse(entry: Entry, submission: Submission, failure: Failure): void {
		const { slot } = entry;
		delete entry.slot;
		if (!entry.resubmitted) this.dependencies.memory.forget(submission.reference);
		if (slot && failure.status === 429) {
			this.slots.refuse(slot, this.now, failure.retryAfter);
			entry.state = 'queued';
			return;
		}
		if (slot) this.slots.release(slot);
		if (slot && REFUSES_ACCOUNT.has(failure.status ?? 0) && !REFUSES_ALL(failure)) {
			this.slots.exclude(slot.email);
			if (submission.email === undefined && this.slots.hasAccountFor(undefined)) {
				entry.state = 'queued';
				return;
			}
			for (const other of this.inState('queued')) {
				if (!this.slots.hasAccountFor(other.submission?.email)) {
					this.fail(other, { kind: 'rejected', failure });
				}
			}
		}
		this.fail(entry, { kind: 'rejected', failure });
		if (REFUSES_ALL(failure)) {
			for (const other of this.inState('queued')) this.fail(other, { kind: 'rejected', failure });
		}
	}

	private accept(entry: Entry, answer: JobAnswer): void {
		const jobId = answer.jobId ?? entry.jobId ?? '';
		if (entry.slot) this.slots.settle(entry.slot, this.now);
		if (entry.submission) this.dependencies.memory.submitted(entry.submission.reference, jobId);
		entry.state = 'running';
		entry.jobId = jobId;
		entry.since = this.progressedAt = this.now;
		this.update(entry, answer);
	}

	private adopt(entry: Entry, answer: JobAnswer): void {
		entry.adopted = true;
		this.accept(entry, answer);
	}

	private doubt(entry: Entry, failure: Failure | undefined): void {
		entry.state = 'unsettled';
		entry.since = this.now;
		if (failure) entry.doubt = failure;
	}

	private update(entry: Entry, answer: JobAnswer): void {
		// The answer of a create call has no reference, and the API does not promise to keep it.
		const replyRef = answer.replyRef ?? entry.submission?.reference;
		entry.answer = replyRef === undefined ? answer : { ...answer, replyRef };
		const job = toJob(entry.answer, entry.jobId);
		if (!isFinished(job)) return;
		this.pace.finished(this.now - entry.since);
		if (job.status === 'failed') this.fail(entry, { kind: 'failed', job });
		else this.finish(entry, { ok: true, job, answer: entry.answer });
	}

	private fail(entry: Entry, problem: Problem): void {
		this.finish(entry, { ok: false, problem: withFirstTry(entry, problem) });
		if (this.options.stopOnProblem) this.isStopping = true;
	}

	private finish(entry: Entry, outcome: Outcome): void {
		entry.state = 'done';
		entry.outcome = outcome;
	}

	/** One round: one call tells which jobs still run; only those that left it are read. */
	private async look(readsFinished: boolean): Promise<void> {
		this.isLooking = true;
		const askedAt = this.now;
		const listed = await this.listRunning(askedAt);
		if (listed) {
			this.adoptRunning(listed);
			this.feed();
			const running = new Set(listed.map(({ jobId }) => jobId));
			const left = readsFinished
				? this.inState('running').filter(
						({ jobId = '', since }) => since <= askedAt && !running.has(jobId),
					)
				: [];
			await mapConcurrently(left, this.options.concurrency, async (entry) => {
				await this.read(entry);
			});
			await this.settle(listed);
		}
		this.pace.looked();
		this.lookedAt = this.now;
		this.isLooking = false;
	}

	private async listRunning(askedAt: number): Promise<RunningJob[] | undefined> {
		const { api } = this.dependencies;
		if (this.inState('queued').length > 0) {
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

	/** A passing fault is left to the next round; any other ends the wait, with every job named. */
	private unableToLook(failure: Failure): void {
		if (!isTransient(failure)) this.giveUp(failure, false);
	}

	/** @param mayHaveDied whether an earlier try may have submitted what is not known here */
	private giveUp(failure: Failure, mayHaveDied: boolean): void {
		for (const entry of this.inState('queued', 'unsettled', 'running')) {
			this.fail(entry, unreachable(entry, failure, mayHaveDied && isTransient(failure)));
		}
	}

	private async read(entry: Entry): Promise<void> {
		const { jobId = '' } = entry;
		const answer = await this.dependencies.api.job(jobId);
		if (answer.ok) {
			this.update(entry, answer.body);
			return;
		}
		const { failure } = answer;
		const isNew = entry.submission && !entry.adopted && this.now - entry.since < SETTLING_IN_MS;
		if (isTransient(failure) || (failure.status === 404 && isNew)) return;
		this.fail(entry, { kind: 'unreadable', jobId, failure });
	}

	/** Ends the doubt about submissions that were looked for long enough. */
	private async settle(listed: readonly RunningJob[]): Promise<void> {
		const due = this.inState('unsettled').filter(({ since }) => this.now - since >= SETTLE_MS);
		if (due.length === 0) return;
		const { jobs, failure } = await this.search(due, 'deep');
		for (const entry of due) {
			const answer = jobs.get(entry.submission?.reference ?? '');
			if (answer) this.adopt(entry, answer);
		}
		// What a passing fault has kept from being searched is searched in the next round.
		if (failure) return;
		const known = new Set(this.entries.map(({ jobId }) => jobId));
		const candidates = listed
			.filter(({ jobId, replyRef }) => !replyRef && !known.has(jobId))
			.map(({ jobId }) => jobId);
		for (const entry of due) if (entry.state === 'unsettled') this.decide(entry, candidates);
	}

	private decide(entry: Entry, candidates: string[]): void {
		const { submission, slot, doubt: failure } = entry;
		if (!submission) return;
		if (slot) this.slots.release(slot);
		delete entry.slot;
		if (this.options.onUncertain === 'resubmit' && !entry.resubmitted) {
			entry.resubmitted = true;
			entry.state = 'queued';
			return;
		}
		this.fail(entry, uncertain(entry, submission, failure, candidates));
	}

	private expire(untilFinished: boolean): void {
		const { timeout } = this.options;
		if (untilFinished) {
			for (const entry of this.inState('running')) {
				const waited = this.now - entry.since;
				if (waited < timeout) continue;
				this.fail(entry, { kind: 'timedOut', jobId: entry.jobId ?? '', waited });
			}
		}
		for (const entry of this.inState('unsettled')) {
			const { submission, since, doubt } = entry;
			if (!submission || this.now - since < Math.max(timeout, 2 * SETTLE_MS)) continue;
			this.fail(entry, uncertain(entry, submission, doubt, []));
		}
		const waited = this.now - this.progressedAt;
		if (waited < timeout || this.inState('submitting', 'unsettled').length > 0) return;
		for (const entry of this.inState('queued')) this.fail(entry, { kind: 'noSlot', waited });
	}
}

const uncertain = (
	{ resubmitted }: Entry,
	{ reference }: Submission,
	failure: Failure | undefined,
	candidates: string[],
): Problem => ({
	kind: 'uncertain',
	reference,
	failure,
	candidates,
	isResubmitted: resubmitted === true,
});

/** What has become of an item when the API can't be asked any more. */
function unreachable(entry: Entry, failure: Failure, mayHaveDied: boolean): Problem {
	const { jobId, state, submission } = entry;
	if (jobId) return { kind: 'unreadable', jobId, failure };
	if (!submission) return { kind: 'rejected', failure };
	if (state !== 'queued') return uncertain(entry, submission, failure, []);
	const { reference } = submission;
	return mayHaveDied ? { kind: 'unchecked', reference, failure } : { kind: 'rejected', failure };
}

const SUBMITTED_NOTHING = new Set<Problem['kind']>(['rejected', 'noSlot', 'noAccount']);

/** That nothing was submitted is no longer true of an item which was in doubt before it was sent again. */
function withFirstTry(entry: Entry, problem: Problem): Problem {
	const { resubmitted, submission, doubt } = entry;
	if (!resubmitted || !submission || !SUBMITTED_NOTHING.has(problem.kind)) return problem;
	return uncertain(entry, submission, 'failure' in problem ? problem.failure : doubt, []);
}
