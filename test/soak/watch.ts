import type { Clock, Exchange, FaultTarget, JobView, LoggedRequest } from '../emulator';
import { ODD_STATUS } from './items';
import type { Plan } from './plan';

const SUBMISSION = /^\/v1\/ltxstudio\/(images|videos)\//;
const MODERATED = 422;
const CAPACITY = /\/scheduler\/available\/?$/;

const isSubmission = ({ method, path }: { method: string; path: string }) =>
	method === 'POST' && SUBMISSION.test(path);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * Watches from the service's side how many submissions are under way, and which of them were refused
 * although the node could have known that no slot was free.
 */
export class Watch {
	/** What should not have been sent. */
	readonly excesses: string[] = [];

	/** Submissions that came in. */
	arrivals = 0;

	/** Submissions that were answered, or cut off. */
	answers = 0;

	/** What the node was told of jobs that came to no good, in an answer without a fault: the words, by job. */
	readonly failures = new Map<string, string[]>();

	/** Refusals for want of a slot, those made up by faults included. */
	refusals = 0;

	/** How often each prompt was refused for what it says. */
	readonly moderated = new Map<string, number>();

	private inFlight = 0;

	private step = 0;

	private lastAskedAt = 0;

	/** What the node was told of the accounts: when, and how old it was. */
	private readonly told: Array<{ at: number; askedAt: number }> = [];

	private readonly takenAt = new Map<string, number>();

	/** Until when nobody can know of the last slot that another program took. */
	private readonly unknownUntil = new Map<string, number>();

	constructor(
		private readonly plan: Plan,
		private readonly clock: Clock,
		private readonly requests: readonly LoggedRequest[],
	) {}

	/** Another program, or execution, took a slot, which nobody can know for so long, in milliseconds. */
	taken(email: string, unknownMs: number): void {
		this.takenAt.set(email, unknownMs === 0 ? ++this.step : Infinity);
		if (unknownMs === 0) return;
		const knownFrom = Math.max(
			this.clock.now() + unknownMs,
			// It may have been taken before the last one that was told of here.
			this.unknownUntil.get(email) ?? 0,
		);
		this.unknownUntil.set(email, knownFrom);
		this.clock.at(knownFrom, () => {
			// Another one that was taken since is still to be known.
			if (this.unknownUntil.get(email) === knownFrom) this.takenAt.set(email, ++this.step);
		});
	}

	arrived(target: FaultTarget): void {
		if (target.kind === 'callback') return;
		this.step++;
		if (CAPACITY.test(target.path)) this.lastAskedAt = this.step;
		if (!isSubmission(target)) return;
		this.arrivals++;
		this.inFlight++;
		const { concurrency } = this.plan.options;
		if (this.inFlight > concurrency) {
			this.excesses.push(
				`${this.inFlight} submissions under way, where ${concurrency} are allowed`,
			);
		}
	}

	answered({ request, response, fault }: Exchange): void {
		if (CAPACITY.test(request.path) && response.status === 200 && isObject(response.body)) {
			this.told.push({ at: this.clock.now(), askedAt: this.lastAskedAt });
		}
		this.noteFailure(request.path, response.body);
		if (!isSubmission(request)) return;
		this.answers++;
		this.inFlight--;
		if (response.status === MODERATED && !fault) this.noteModerated(request.body);
		if (response.status !== 429) return;
		this.refusals++;
		// A service that leaves out fields may leave out an account, so that what was known of it before counts.
		if ((this.plan.behaviour.sparse ?? 0) > 0) return;
		// Only another program that came after the last look can have been in the way.
		const { email, replyRef } = (request.body ?? {}) as { email?: string; replyRef?: string };
		const known = this.knownAt(this.arrivalOf(replyRef));
		if (!fault && (this.takenAt.get(email ?? '') ?? 0) <= known) {
			this.excesses.push(`A submission to ${email ?? 'any account'} that had no free slot`);
		}
	}

	private noteModerated(body: unknown): void {
		const { prompt = '' } = (isObject(body) ? body : {}) as { prompt?: string };
		this.moderated.set(prompt, (this.moderated.get(prompt) ?? 0) + 1);
	}

	private noteFailure(path: string, body: unknown): void {
		const asked = decodeURIComponent(path.split('/').at(-1) ?? '');
		const { jobId = asked, status } = (isObject(body) ? body : {}) as Partial<JobView>;
		const { type, message } = isObject(status) ? status : {};
		// A try that runs the node again is told anew, and may be told less.
		if (type === 'failed') this.failures.delete(jobId);
		if (typeof message !== 'string') return;
		if (type === 'failed') this.failures.set(jobId, [message]);
		if (type === ODD_STATUS) this.failures.set(jobId, [message, ODD_STATUS]);
	}

	private arrivalOf(replyRef: string | undefined): number {
		const isSame = ({ body }: LoggedRequest) =>
			(body as { replyRef?: string } | undefined)?.replyRef === replyRef;
		return this.requests.filter(isSame).at(-1)?.time ?? 0;
	}

	/** How old what the node knew at a time was. What it is told at that very moment may come too late. */
	private knownAt(time: number): number {
		return this.told.filter(({ at }) => at < time).at(-1)?.askedAt ?? 0;
	}
}
