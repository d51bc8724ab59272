import type { Accounts } from './accounts';
import type { Callbacks } from './callbacks';
import type { Clock } from './clock';
import type { EndpointRule } from './endpoints';
import type { Faults } from './faults';
import type { Job, Outcome, Submission } from './job';
import { newJob, uuidOf } from './job';
import type { JobViews } from './jobViews';
import type { Ledger } from './ledger';
import type { Library, StoredAsset } from './library';
import { storagePath } from './library';
import type { Behaviour, JobFailure } from './options';
import { durations } from './products';
import type { Random } from './random';
import { randomUuid } from './random';

interface Services {
	clock: Clock;
	behaviour: Behaviour;
	random: Random;
	accounts: Accounts;
	ledger: Ledger;
	library: Library;
	callbacks: Callbacks;
	faults: Faults;
	views: JobViews;
}

/** Every job there has been, and what becomes of them. */
export class Jobs {
	private readonly byId = new Map<string, Job>();

	private readonly running = new Map<string, Set<Job>>();

	private readonly cancelTimer = new Map<Job, () => void>();

	constructor(private readonly services: Services) {}

	get all(): Job[] {
		return [...this.byId.values()];
	}

	get(jobId: string): Job | undefined {
		return this.byId.get(jobId);
	}

	/** The tracked jobs that hold a slot of an account, or of any. */
	runningOf(email?: string): Job[] {
		if (email !== undefined) return [...(this.running.get(email) ?? [])];
		return [...this.running.values()].flatMap((jobs) => [...jobs]);
	}

	countRunning(email: string): number {
		return this.running.get(email)?.size ?? 0;
	}

	/** @returns how many slots the scheduler says are taken */
	countTaken(email: string): number {
		if (!this.services.behaviour.slotsLag) return this.countRunning(email);
		return this.late().filter((job) => job.email === email).length;
	}

	/** Starts a job and charges for it. */
	submit(submission: Submission): Job {
		const { accounts, clock, ledger } = this.services;
		const account = accounts.require(submission.email);
		account.credits -= submission.credits;
		account.lastChargedAt = clock.now();
		const job = this.start(submission, false);
		ledger.record('charge', job.createdAt, job);
		return job;
	}

	/** Starts another program's job: it takes a slot, costs nothing here and makes nothing. */
	occupy(email: string, endpoint: EndpointRule, durationMs: number | undefined): Job {
		return this.start(
			{
				endpoint,
				product: endpoint.models[endpoint.defaultModel]?.product ?? 'flux',
				email,
				parameters: {},
				prompt: undefined,
				credits: 0,
				replyUrl: undefined,
				look: { text: '', ratio: '16:9', scale: 1 },
			},
			true,
			durationMs,
		);
	}

	/** Completes an active job now. */
	finish(jobId: string): Job {
		return this.end(this.requireActive(jobId), undefined);
	}

	/** Fails an active job now. */
	fail(jobId: string, message?: string, code?: number): Job {
		const failure = {
			...(message !== undefined && { message }),
			...(code !== undefined && { code }),
		};
		return this.end(this.requireActive(jobId), failure);
	}

	/** Stops following a running job: it goes on without the API. False when there is none. */
	cancel(jobId: string): boolean {
		const job = this.byId.get(jobId);
		if (!job?.isTracked || !this.running.get(job.email)?.delete(job)) return false;
		job.isTracked = false;
		return true;
	}

	/** The job, if the API can still read it. */
	readable(jobId: string): Job | undefined {
		const job = this.byId.get(jobId);
		if (!job?.isTracked || job.isForeign) return undefined;
		const { clock, behaviour } = this.services;
		const { jobExpiry = Infinity } = behaviour;
		return clock.now() > (job.finishedAt ?? Infinity) + jobExpiry ? undefined : job;
	}

	/** The tracked jobs that the scheduler lists, which may be behind those that run. */
	listed(): Job[] {
		const { listWhilePolling } = this.services.behaviour;
		return this.late().filter(
			({ isTracked, isPolled }) => isTracked && (listWhilePolling || !isPolled),
		);
	}

	/** What the scheduler takes for running. */
	private late(): Job[] {
		const { clock, behaviour } = this.services;
		const { listedAfter, listedBeyond } = behaviour;
		const now = clock.now();
		const candidates = listedBeyond > 0 ? this.all : this.runningOf();
		return candidates.filter(
			({ createdAt, finishedAt = Infinity }) =>
				now >= createdAt + listedAfter && now < finishedAt + listedBeyond,
		);
	}

	/** The job, if the API would read it now: for a moment it may not, and then know it again. */
	readableNow(jobId: string): Job | undefined {
		const { clock, behaviour } = this.services;
		const { readableAfter, unreadableAroundEnd } = behaviour;
		const job = this.readable(jobId);
		if (!job || clock.now() < job.createdAt + readableAfter) return undefined;
		const untilEnd = Math.abs(clock.now() - (job.finishedAt ?? job.endsAt));
		return untilEnd < unreadableAroundEnd ? undefined : job;
	}

	private start(submission: Submission, isForeign: boolean, durationMs?: number): Job {
		const { clock, random } = this.services;
		const job = newJob(submission, random, clock.now(), isForeign);
		job.endsAt = job.createdAt + (durationMs ?? this.duration(job));
		this.byId.set(job.id, job);
		const ofAccount = this.running.get(job.email);
		if (ofAccount) ofAccount.add(job);
		else this.running.set(job.email, new Set([job]));
		this.schedule(job, job.endsAt, () => this.end(job, this.failureOf(job)));
		return job;
	}

	private duration(job: Job): number {
		const { jobDuration } = this.services.behaviour;
		if (typeof jobDuration === 'function') return jobDuration(job);
		return jobDuration ?? durations[job.product];
	}

	private failureOf(job: Job): JobFailure | undefined {
		const scripted = /\[fail(?: as (\w+))?(?::\s*([^\]]*))?\]/.exec(job.prompt ?? '');
		if (scripted) {
			const [, status, message = 'Generation failed'] = scripted;
			return { message, ...(status !== undefined && { status }) };
		}
		return this.services.behaviour.failure?.(job);
	}

	private requireActive(jobId: string): Job {
		const job = this.byId.get(jobId);
		if (job?.state !== 'active') throw new Error(`There is no active job ${jobId}`);
		return job;
	}

	private end(job: Job, failure: JobFailure | undefined): Job {
		const { callbacks, clock, faults, views } = this.services;
		const outcome = this.outcomeOf(job, failure);
		const { replyUrl } = job;
		if (replyUrl === undefined || !job.isTracked) return this.settle(job, outcome);

		const met = faults.forCallback(replyUrl);
		const early = met.find((fault) => fault.kind === 'earlyCallback');
		if (!early) this.settle(job, outcome);
		callbacks.deliver(job.id, replyUrl, views.view(job, outcome), met);
		if (early) this.schedule(job, clock.now() + early.ms, () => this.settle(job, outcome));
		return job;
	}

	private schedule(job: Job, time: number, run: () => void): void {
		this.cancelTimer.get(job)?.();
		if (Number.isFinite(time)) this.cancelTimer.set(job, this.services.clock.at(time, run));
	}

	private outcomeOf(job: Job, failure: JobFailure | undefined): Outcome {
		const finishedAt = this.services.clock.now();
		if (failure) return { state: 'failed', finishedAt, artifact: undefined, failure };
		const artifact = job.isForeign ? undefined : this.makeArtifact(job, finishedAt);
		return { state: 'completed', finishedAt, artifact, failure: undefined };
	}

	private makeArtifact(job: Job, createdAt: number): StoredAsset {
		const { random, library } = this.services;
		const mimeType = job.type === 'image' ? 'image/png' : 'video/mp4';
		const { artifactSubtype } = job;
		const file = randomUuid(random);
		return library.describe({
			id: uuidOf(job),
			email: job.email,
			createdAt,
			fileId: `asset:${file}-type:${mimeType}`,
			mimeType,
			type: 'artifact',
			artifactSubtype,
			path: storagePath(`artifacts/${artifactSubtype}`, file, mimeType),
			...(job.isTracked && { jobId: job.id }),
		});
	}

	private settle(job: Job, outcome: Outcome): Job {
		const { accounts, behaviour, clock, ledger, library } = this.services;
		this.cancelTimer.get(job)?.();
		this.cancelTimer.delete(job);
		Object.assign(job, outcome);
		this.running.get(job.email)?.delete(job);
		if (outcome.artifact) {
			const kind = job.type === 'image' ? 'picture' : 'video';
			library.add(outcome.artifact, { kind, ...job.look }, job.look);
		}
		if (job.state === 'failed' && behaviour.refundFailed && job.charged > 0) {
			const account = accounts.get(job.email);
			if (account) account.credits += job.charged;
			ledger.record('refund', clock.now(), job);
		}
		return job;
	}
}
