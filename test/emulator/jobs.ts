import type { Accounts } from './accounts';
import type { Callbacks } from './callbacks';
import type { Clock } from './clock';
import type { Endpoint, EndpointRule } from './endpoints';
import type { Faults } from './faults';
import type { Ledger } from './ledger';
import type { Library, StoredAsset } from './library';
import { storagePath } from './library';
import type { Behaviour, JobFailure } from './options';
import type { AspectRatio } from './picture';
import type { Product } from './products';
import { durations } from './products';
import type { Random } from './random';
import { randomHex, randomUuid } from './random';
import type { Parameters } from './validate';
import { text } from './validate';

export type JobState = 'active' | 'completed' | 'failed';

/** A generation. */
export interface Job {
	/** The job id that the API shows. */
	readonly id: string;
	readonly generationId: string;
	readonly type: 'image' | 'video';
	readonly endpoint: Endpoint;
	readonly product: Product;
	readonly email: string;
	readonly parameters: Parameters;
	readonly prompt: string | undefined;
	readonly replyRef: string | undefined;
	readonly replyUrl: string | undefined;
	readonly createdAt: number;
	/** Credits taken for it. */
	readonly charged: number;
	/** Another program's: it takes a slot and is in no ledger. */
	readonly isForeign: boolean;
	state: JobState;
	/** When it is due to end; `finishedAt` tells when it did. */
	endsAt: number;
	finishedAt: number | undefined;
	/** False once it was cancelled: it goes on, and the API no longer knows it. */
	isTracked: boolean;
	/** True while the request that submitted it waits for it. */
	isPolled: boolean;
	artifact: StoredAsset | undefined;
	failure: JobFailure | undefined;
	readonly artifactSubtype: EndpointRule['artifactSubtype'];
	readonly look: Look;
}

/** What a generated picture looks like. */
export interface Look {
	readonly text: string;
	readonly ratio: AspectRatio;
	readonly scale: number;
}

/** How a job ended. */
type Outcome = Pick<Job, 'state' | 'finishedAt' | 'artifact' | 'failure'>;

/** A job as the API answers with it. */
export interface JobView {
	status: {
		type: JobState;
		progress: number;
		message?: string;
		artifact?: ReturnType<Library['sign']>;
	};
	jobId: string;
	replyRef?: string;
	replyUrl?: string;
	code?: number;
}

export interface Submission {
	endpoint: EndpointRule;
	product: Product;
	email: string;
	parameters: Parameters;
	prompt: string | undefined;
	credits: number;
	replyUrl: string | undefined;
	look: Look;
}

interface Services {
	clock: Clock;
	behaviour: Behaviour;
	random: Random;
	accounts: Accounts;
	ledger: Ledger;
	library: Library;
	callbacks: Callbacks;
	faults: Faults;
}

/** How far an active job gets to say it is. */
const MOST_PROGRESS = 99;
const COMPLETE = 100;

const jobIdPattern = /^email:\S+@\S+-job:[0-9a-z-]{36}-type:(image|video)$/;

export const isJobId = (value: string) => jobIdPattern.test(value);

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

	/** Whether there is nothing left to wait for: failed, or completed with a URL. */
	isDone(job: Job): boolean {
		return job.state === 'failed' || this.hasUrl(job);
	}

	/** @param shown how it ended, where that is told before it can be read */
	view(job: Job, shown: Outcome = job): JobView {
		const { state, artifact, failure } = shown;
		const replyRef = this.shownReplyRef(job);
		return {
			status: {
				type: state,
				progress: state === 'completed' ? COMPLETE : this.progress(job),
				...(failure?.message !== undefined && { message: failure.message }),
				...(artifact && this.hasUrl(shown) && { artifact: this.services.library.sign(artifact) }),
			},
			jobId: job.id,
			...(replyRef !== undefined && { replyRef }),
			...(job.replyUrl !== undefined && { replyUrl: job.replyUrl }),
			...(failure?.code !== undefined && { code: failure.code }),
		};
	}

	/** The reference that the API tells, which may have been dropped. */
	shownReplyRef({ replyRef, replyUrl }: Job): string | undefined {
		const isDropped = this.services.behaviour.dropReplyRefWithoutUrl && replyUrl === undefined;
		return isDropped ? undefined : replyRef;
	}

	progress({ state, createdAt, endsAt, finishedAt }: Job): number {
		if (state === 'completed') return COMPLETE;
		const elapsed = (finishedAt ?? this.services.clock.now()) - createdAt;
		const share = endsAt > createdAt ? elapsed / (endsAt - createdAt) : 1;
		return Math.min(MOST_PROGRESS, Math.floor(100 * share));
	}

	private hasUrl({ artifact, finishedAt }: Outcome): boolean {
		const { clock, behaviour } = this.services;
		return !!artifact && clock.now() >= (finishedAt ?? 0) + behaviour.assetUrlDelay;
	}

	private start(submission: Submission, isForeign: boolean, durationMs?: number): Job {
		const { clock, random } = this.services;
		const { endpoint, product, email, parameters, prompt, replyUrl } = submission;
		const createdAt = clock.now();
		const job: Job = {
			id: `email:${email}-job:${randomUuid(random)}-type:${endpoint.output}`,
			generationId: `gen_${randomHex(random, 12)}`,
			type: endpoint.output,
			endpoint: endpoint.name,
			product,
			email,
			parameters,
			prompt,
			replyRef: text(parameters, 'replyRef'),
			replyUrl,
			createdAt,
			charged: submission.credits,
			isForeign,
			state: 'active',
			endsAt: createdAt,
			finishedAt: undefined,
			isTracked: true,
			isPolled: false,
			artifact: undefined,
			failure: undefined,
			artifactSubtype: endpoint.artifactSubtype,
			look: submission.look,
		};
		job.endsAt += durationMs ?? this.duration(job);
		this.byId.set(job.id, job);
		const ofAccount = this.running.get(email);
		if (ofAccount) ofAccount.add(job);
		else this.running.set(email, new Set([job]));
		this.schedule(job, job.endsAt, () => this.end(job, this.failureOf(job)));
		return job;
	}

	private duration(job: Job): number {
		const { jobDuration } = this.services.behaviour;
		if (typeof jobDuration === 'function') return jobDuration(job);
		return jobDuration ?? durations[job.product];
	}

	private failureOf(job: Job): JobFailure | undefined {
		const scripted = /\[fail(?::\s*([^\]]*))?\]/.exec(job.prompt ?? '');
		if (scripted) return { message: scripted[1] ?? 'Generation failed' };
		return this.services.behaviour.failure?.(job);
	}

	private requireActive(jobId: string): Job {
		const job = this.byId.get(jobId);
		if (job?.state !== 'active') throw new Error(`There is no active job ${jobId}`);
		return job;
	}

	private end(job: Job, failure: JobFailure | undefined): Job {
		const { callbacks, clock, faults } = this.services;
		const outcome = this.outcomeOf(job, failure);
		const { replyUrl } = job;
		if (replyUrl === undefined || !job.isTracked) return this.settle(job, outcome);

		const met = faults.forCallback(replyUrl);
		const early = met.find((fault) => fault.kind === 'earlyCallback');
		if (!early) this.settle(job, outcome);
		callbacks.deliver(job.id, replyUrl, this.view(job, outcome), met);
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
			id: job.id.replace(/^.*-job:|-type:.*$/g, ''),
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
