import type { Clock } from '../clock';
import type { Entry } from '../ledger';
import { Books } from '../ledger';
import type { MediaStore } from '../media';
import type { AspectRatio } from '../picture';
import type { Random } from '../random';
import { randomUuid } from '../random';
import type { SignedUrls } from '../signedUrls';
import type { Parameters } from '../validate';
import { text } from '../validate';
import type { LtxEndpoint } from './endpoints';
import { ltxRules } from './endpoints';
import type { LtxBehaviour, LtxFailure } from './options';

export type LtxStatus = 'pending' | 'processing' | 'completed' | 'failed';

/** A video that is made, or was. */
export interface LtxJob {
	readonly id: string;
	readonly endpoint: LtxEndpoint;
	readonly parameters: Parameters;
	readonly createdAt: number;
	/** US dollars taken for it. */
	readonly charged: number;
	status: LtxStatus;
	finishedAt: number | undefined;
	failure: LtxFailure | undefined;
	/** Where the storage serves what was made. */
	outputPath: string | undefined;
}

/** What Lightricks charged or gave back; credits are US dollars. */
export interface LtxEntry extends Entry {
	endpoint: LtxEndpoint;
	parameters: Parameters;
}

interface Services {
	clock: Clock;
	behaviour: LtxBehaviour;
	random: Random;
	media: MediaStore;
	signedUrls: SignedUrls;
}

/** Nobody looks into it: the end record of an archive without files. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

/** Every job of Lightricks' service, and what becomes of them. */
export class LtxJobs {
	readonly ledger = new Books<LtxEntry>();

	private readonly byId = new Map<string, LtxJob>();

	private readonly cancelTimer = new Map<LtxJob, () => void>();

	constructor(private readonly services: Services) {}

	get all(): LtxJob[] {
		return [...this.byId.values()];
	}

	/** How many jobs are not finished. */
	get underWay(): number {
		return this.withStatus('pending').length + this.withStatus('processing').length;
	}

	/** Takes a job on and charges for it. */
	submit(endpoint: LtxEndpoint, parameters: Parameters, price: number): LtxJob {
		const { behaviour, clock, random } = this.services;
		const job: LtxJob = {
			id: randomUuid(random),
			endpoint,
			parameters,
			createdAt: clock.now(),
			charged: price,
			status: 'pending',
			finishedAt: undefined,
			failure: undefined,
			outputPath: undefined,
		};
		this.byId.set(job.id, job);
		this.record('charge', job);
		this.schedule(job, job.createdAt + behaviour.pendingDuration, () => {
			this.startWaiting();
		});
		return job;
	}

	/** The job, if it can be read by this endpoint and is still remembered. */
	readable(endpoint: LtxEndpoint, id: string): LtxJob | undefined {
		const { behaviour, clock } = this.services;
		const job = this.byId.get(id);
		if (job?.endpoint !== endpoint) return undefined;
		const now = clock.now();
		const isNew = now < job.createdAt + behaviour.unreadableFor;
		const isForgotten = now > (job.finishedAt ?? Infinity) + behaviour.jobExpiry;
		return isNew || isForgotten ? undefined : job;
	}

	/** Ends a job now: completed, or failed with a reason. */
	end(id: string, failure?: LtxFailure): void {
		const job = this.byId.get(id);
		if (!job || job.finishedAt !== undefined) throw new Error(`There is no job ${id} under way`);
		this.settle(job, failure);
	}

	/** A job as the API shows it. */
	view(job: LtxJob) {
		const { behaviour, signedUrls } = this.services;
		const { id, status, createdAt, finishedAt = 0, failure, outputPath = '' } = job;
		const shown = { id, status, created_at: new Date(createdAt).toISOString() };
		const ended = { ...shown, completed_at: new Date(finishedAt).toISOString() };
		if (status === 'failed') return { ...ended, error: failure };
		if (status !== 'completed') return shown;
		const { assetUrl } = signedUrls.sign(outputPath, behaviour.outputTtl);
		return { ...ended, result: { [ltxRules[job.endpoint].output]: assetUrl } };
	}

	private withStatus(status: LtxStatus): LtxJob[] {
		return this.all.filter((job) => job.status === status);
	}

	/** Lets jobs that have been pending for long enough be worked on, as far as there is room. */
	private startWaiting(): void {
		const { behaviour, clock } = this.services;
		const due = clock.now() - behaviour.pendingDuration;
		const room = behaviour.concurrency - this.withStatus('processing').length;
		const waiting = this.withStatus('pending').filter(({ createdAt }) => createdAt <= due);
		for (const job of waiting.slice(0, Math.max(0, room))) {
			job.status = 'processing';
			const { jobDuration } = behaviour;
			const duration = typeof jobDuration === 'function' ? jobDuration(job) : jobDuration;
			this.schedule(job, clock.now() + duration, () => {
				this.settle(job, this.failureOf(job));
			});
		}
	}

	private failureOf(job: LtxJob): LtxFailure | undefined {
		const scripted = /\[fail(?::\s*([^\]]*))?\]/.exec(text(job.parameters, 'prompt') ?? '');
		if (scripted) return { type: 'api_error', message: scripted[1] ?? 'Generation failed' };
		return this.services.behaviour.failure?.(job);
	}

	private settle(job: LtxJob, failure: LtxFailure | undefined): void {
		this.cancelTimer.get(job)?.();
		this.cancelTimer.delete(job);
		job.finishedAt = this.services.clock.now();
		job.status = failure ? 'failed' : 'completed';
		job.failure = failure;
		if (failure) this.record('refund', job);
		else job.outputPath = this.store(job);
		this.startWaiting();
	}

	private store({ endpoint, parameters }: LtxJob): string {
		const { media, random } = this.services;
		const isVideo = ltxRules[endpoint].output === 'video_url';
		const path = `/storage/ltx/${randomUuid(random)}${isVideo ? '.mp4' : '.zip'}`;
		media.put(
			path,
			isVideo
				? { mimeType: 'video/mp4', source: { kind: 'video', ratio: ratioOf(parameters) } }
				: { mimeType: 'application/zip', source: { kind: 'bytes', content: EMPTY_ZIP } },
		);
		return path;
	}

	private record(kind: Entry['kind'], job: LtxJob): void {
		const { behaviour, clock } = this.services;
		const { id: jobId, charged: credits, endpoint, parameters } = job;
		behaviour.credits += kind === 'charge' ? -credits : credits;
		this.ledger.entries.push({ time: clock.now(), kind, jobId, credits, endpoint, parameters });
	}

	private schedule(job: LtxJob, time: number, run: () => void): void {
		this.cancelTimer.get(job)?.();
		this.cancelTimer.set(job, this.services.clock.at(time, run));
	}
}

/** The shape of the video that stands for what was asked for. */
function ratioOf(parameters: Parameters): AspectRatio {
	const [width = 16, height = 9] = (text(parameters, 'resolution') ?? '').split('x').map(Number);
	if (width === height) return '1:1';
	return width < height ? '9:16' : '16:9';
}
