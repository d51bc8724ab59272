import { Agent, request } from 'undici';
import type { Clock } from './clock';
import type { CallbackFault } from './faults';
import type { JobView } from './job';
import type { Behaviour } from './options';
import type { Random } from './random';
import { thinOut } from './reshape';

/** One attempt to deliver a callback, or the loss of one. */
export interface Delivery {
	time: number;
	jobId: string;
	url: string;
	/** The receiver's answer. */
	status?: number;
	/** Why there was none. */
	error?: string;
}

interface Callback {
	jobId: string;
	url: string;
	body: unknown;
}

const RETRY_PAUSE_MS = 5_000;
/** When a callback that is to come after the next one is sent although none came. */
const LONGEST_REORDER_MS = 30_000;

/** Tells receivers that jobs ended. Never holds the clock up. */
export class Callbacks {
	readonly log: Delivery[] = [];

	private readonly agent = new Agent();

	private waitingForNext: Callback[] = [];

	constructor(
		private readonly clock: Clock,
		private readonly behaviour: Behaviour,
		private readonly sparsity: Random,
	) {}

	deliver(jobId: string, url: string, body: JobView, faults: readonly CallbackFault[]): void {
		thinOut(body, this.behaviour.sparse, this.sparsity);
		const callback = { jobId, url, body };
		const met = (kind: CallbackFault['kind']) => faults.some((fault) => fault.kind === kind);
		if (met('dropCallback')) {
			this.log.push({ time: this.clock.now(), jobId, url, error: 'lost by a fault' });
			return;
		}
		const delay = faults.reduce(
			(sum, fault) => sum + (fault.kind === 'delayCallback' ? fault.ms : 0),
			0,
		);
		const times = met('doubleCallback') ? 2 : 1;
		if (met('reorderCallback')) this.holdForNext(callback);
		else if (delay === 0) void this.sendAll(callback, times);
		else this.clock.at(this.clock.now() + delay, () => void this.sendAll(callback, times));
	}

	async close(): Promise<void> {
		await this.agent.destroy();
	}

	private holdForNext(callback: Callback): void {
		this.waitingForNext.push(callback);
		this.clock.at(this.clock.now() + LONGEST_REORDER_MS, () => void this.sendWaiting());
	}

	private async sendAll(callback: Callback, times: number): Promise<void> {
		for (let sent = 0; sent < times; sent++)
			await this.send(callback, this.behaviour.callbackRetries);
		await this.sendWaiting();
	}

	private async sendWaiting(): Promise<void> {
		const callbacks = this.waitingForNext;
		this.waitingForNext = [];
		for (const callback of callbacks) await this.send(callback, this.behaviour.callbackRetries);
	}

	private async send(callback: Callback, retries: number): Promise<void> {
		const { jobId, url } = callback;
		const delivery: Delivery = { time: this.clock.now(), jobId, url };
		this.log.push(delivery);
		try {
			const { statusCode, body } = await request(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(callback.body),
				dispatcher: this.agent,
			});
			delivery.status = statusCode;
			await body.dump();
		} catch (error) {
			delivery.error = error instanceof Error ? error.message : String(error);
		}
		const isTaken = delivery.status !== undefined && delivery.status < 400;
		if (isTaken || retries === 0) return;
		this.clock.at(this.clock.now() + RETRY_PAUSE_MS, () => void this.send(callback, retries - 1));
	}
}
