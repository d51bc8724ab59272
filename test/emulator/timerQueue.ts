/** A function due at a point in time. */
export interface Timer {
	readonly time: number;
	readonly run: () => void | Promise<void>;
	cancelled: boolean;
}

interface Entry {
	readonly timer: Timer;
	readonly order: number;
}

const isBefore = (a: Entry, b: Entry) =>
	a.timer.time < b.timer.time || (a.timer.time === b.timer.time && a.order < b.order);

/** Timers by time, those of the same time in the order they were added. A binary heap. */
export class TimerQueue {
	private readonly heap: Entry[] = [];

	private added = 0;

	private live = 0;

	/** Timers that are still to run. */
	get size(): number {
		return this.live;
	}

	/** @returns a function that takes the timer back; calling it late or twice does nothing */
	add(time: number, run: Timer['run']): () => void {
		const timer: Timer = { time, run, cancelled: false };
		this.heap.push({ timer, order: this.added++ });
		this.live++;
		this.siftUp(this.heap.length - 1);
		return () => {
			if (timer.cancelled) return;
			timer.cancelled = true;
			this.live--;
		};
	}

	/** When the next timer is due, if there is one. */
	nextTime(): number | undefined {
		this.dropCancelled();
		return this.heap[0]?.timer.time;
	}

	/** Takes the next timer out if it is due at `now`. */
	takeDue(now: number): Timer | undefined {
		this.dropCancelled();
		const head = this.heap[0];
		if (!head || head.timer.time > now) return undefined;
		this.removeHead();
		head.timer.cancelled = true;
		this.live--;
		return head.timer;
	}

	private dropCancelled(): void {
		while (this.heap[0]?.timer.cancelled) this.removeHead();
	}

	private removeHead(): void {
		const last = this.heap.pop();
		if (last === undefined || this.heap.length === 0) return;
		this.heap[0] = last;
		this.siftDown(0);
	}

	private siftUp(start: number): void {
		let index = start;
		while (index > 0) {
			const parent = (index - 1) >> 1;
			if (!this.swapIfBefore(index, parent)) return;
			index = parent;
		}
	}

	private siftDown(start: number): void {
		let index = start;
		for (;;) {
			const left = 2 * index + 1;
			const right = left + 1;
			const leftEntry = this.heap[left];
			const rightEntry = this.heap[right];
			if (!leftEntry) return;
			const child = rightEntry && isBefore(rightEntry, leftEntry) ? right : left;
			if (!this.swapIfBefore(child, index)) return;
			index = child;
		}
	}

	private swapIfBefore(lower: number, upper: number): boolean {
		const a = this.heap[lower];
		const b = this.heap[upper];
		if (!a || !b || !isBefore(a, b)) return false;
		this.heap[lower] = b;
		this.heap[upper] = a;
		return true;
	}
}
