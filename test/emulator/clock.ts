import { TimerQueue } from './timerQueue';

/** Where the emulator, and code under test that takes one, gets its time from. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/**
	 * Runs `run` once `time` has come.
	 * @returns a function that takes the timer back
	 */
	at(time: number, run: () => void | Promise<void>): () => void;
	sleep(ms: number): Promise<void>;
}

/** A clock that can be put forward by hand; every timer passed on the way runs. */
export interface AdjustableClock extends Clock {
	advance(ms: number): Promise<void>;
}

export const isAdjustable = (clock: Clock): clock is AdjustableClock => 'advance' in clock;

const oneTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Longest delay that setTimeout takes; a longer one would fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's time, from the moment of creation on `speed` times as fast. */
export class RealClock implements AdjustableClock {
	private readonly queue = new TimerQueue();

	private readonly startedAt = Date.now();

	private readonly monotonicStart = performance.now();

	private advancedBy = 0;

	private timeout: NodeJS.Timeout | undefined;

	private armedFor: number | undefined;

	constructor(private readonly speed = 1) {
		if (!(speed > 0)) throw new RangeError(`The speed must be above 0, not ${speed}`);
	}

	now(): number {
		const elapsed = (performance.now() - this.monotonicStart) * this.speed;
		return Math.floor(this.startedAt + elapsed + this.advancedBy);
	}

	at(time: number, run: () => void | Promise<void>): () => void {
		const cancel = this.queue.add(time, run);
		this.arm();
		return cancel;
	}

	sleep(ms: number): Promise<void> {
		return new Promise((resolve) => {
			this.at(this.now() + ms, resolve);
		});
	}

	/** Puts the clock forward; it runs on from there. */
	async advance(ms: number): Promise<void> {
		this.advancedBy += ms;
		await this.runDue();
	}

	private arm(): void {
		const next = this.queue.nextTime();
		if (next === this.armedFor) return;
		clearTimeout(this.timeout);
		this.armedFor = next;
		if (next === undefined) return;
		const delay = Math.max(0, Math.ceil((next - this.now()) / this.speed));
		this.timeout = setTimeout(() => void this.runDue(), Math.min(delay, MAX_TIMEOUT_MS));
		this.timeout.unref();
	}

	private async runDue(): Promise<void> {
		this.armedFor = undefined;
		for (let timer = this.queue.takeDue(this.now()); timer;) {
			await timer.run();
			timer = this.queue.takeDue(this.now());
		}
		this.arm();
	}
}

/** A clock that stands still until it is driven. */
export class VirtualClock implements AdjustableClock {
	private readonly queue = new TimerQueue();

	private time: number;

	/** @param start milliseconds since the epoch, or anything that `Date` reads */
	constructor(start: number | string = '2026-01-01T00:00:00.000Z') {
		this.time = new Date(start).getTime();
	}

	/** How many timers are still to run. */
	get pending(): number {
		return this.queue.size;
	}

	now(): number {
		return this.time;
	}

	/** When the next timer is due, or undefined when there is none. */
	nextAt(): number | undefined {
		return this.queue.nextTime();
	}

	at(time: number, run: () => void | Promise<void>): () => void {
		return this.queue.add(time, run);
	}

	sleep(ms: number): Promise<void> {
		return new Promise((resolve) => {
			this.at(this.time + ms, resolve);
		});
	}

	/**
	 * Moves time forward by `ms` and runs, in order, every timer that comes due, those included that
	 * are set on the way. A timer's promise is awaited: it must not itself sleep on this clock.
	 */
	async advance(ms: number): Promise<void> {
		const target = this.time + ms;
		for (let timer = this.queue.takeDue(target); timer;) {
			this.time = Math.max(this.time, timer.time);
			await timer.run();
			// A sleeper that was just woken gets to set its next timer before time moves on.
			await oneTurn();
			timer = this.queue.takeDue(target);
		}
		this.time = Math.max(this.time, target);
	}
}

/** A clock's view that can be closed: its timers are then taken back, and it takes no new ones. */
export class ScopedClock implements Clock {
	private readonly cancels = new Set<() => void>();

	private isClosed = false;

	constructor(readonly base: Clock) {}

	now(): number {
		return this.base.now();
	}

	at(time: number, run: () => void | Promise<void>): () => void {
		if (this.isClosed) return () => undefined;
		const cancelBase = this.base.at(time, () => {
			this.cancels.delete(cancel);
			return run();
		});
		const cancel = () => {
			this.cancels.delete(cancel);
			cancelBase();
		};
		this.cancels.add(cancel);
		return cancel;
	}

	sleep(ms: number): Promise<void> {
		return new Promise((resolve) => {
			this.at(this.now() + ms, resolve);
		});
	}

	close(): void {
		this.isClosed = true;
		for (const cancel of [...this.cancels]) cancel();
	}
}
