import type { Exchange, FaultTarget } from '../../emulator';
import type { Plan } from './plan';

const READ = /^\/v2\/[\w-]+\/([\w-]+)$/;

/** The API asks to be asked about a job no more often than this, in milliseconds. */
const SHORTEST_PAUSE_MS = 5_000;

const isSubmission = ({ method, path }: { method: string; path: string }) =>
	method === 'POST' && path.startsWith('/v2/');

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Watches from the service's side what should not have been sent. */
export class Watch {
	readonly excesses: string[] = [];

	/** Submissions that came in. */
	arrivals = 0;

	/** Refusals for want of room, those made up by faults included. */
	refusals = 0;

	/** Jobs that the node was told to have failed, in an answer without a fault. */
	readonly failures = new Set<string>();

	private inFlight = 0;

	/** When each job was asked about last, if the answer was as the API gives it: it runs. */
	private readonly askedAt = new Map<string, number>();

	private readonly arrivedAt = new Map<string, number>();

	constructor(
		private readonly plan: Plan,
		private readonly now: () => number,
	) {}

	arrived(target: FaultTarget): void {
		if (isSubmission(target)) {
			this.arrivals++;
			this.inFlight++;
			const { concurrency } = this.plan.options;
			if (this.inFlight > concurrency) {
				this.excesses.push(`${this.inFlight} submissions under way, where ${concurrency} may be`);
			}
		}
		const id = jobOf(target);
		if (id === undefined) return;
		const pause = this.now() - (this.askedAt.get(id) ?? -Infinity);
		if (pause < SHORTEST_PAUSE_MS) this.excesses.push(`${id} was asked about after ${pause} ms`);
		this.arrivedAt.set(id, this.now());
		this.askedAt.delete(id);
	}

	answered({ request, response, fault }: Exchange): void {
		if (isSubmission(request)) {
			this.inFlight--;
			if (response.status === 429) this.refusals++;
		}
		const id = jobOf(request);
		if (id === undefined || fault || !isObject(response.body)) return;
		const { status } = response.body as { status?: unknown };
		if (status === 'failed') this.failures.add(id);
		const at = this.arrivedAt.get(id);
		if (at !== undefined && (status === 'pending' || status === 'processing')) {
			this.askedAt.set(id, at);
		}
	}
}

const jobOf = ({ method, path }: { method: string; path: string }): string | undefined =>
	method === 'GET' ? READ.exec(path)?.[1] : undefined;
