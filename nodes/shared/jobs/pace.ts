/** When to look at the jobs next: soon after something happened, then less and less often. */
export class Pace {
	private step = 0;

	private shortestRun: number | undefined;

	/**
	 * @param longest the user's poll interval, in milliseconds
	 * @param first when jobs of this kind can finish at the earliest, in milliseconds
	 */
	constructor(
		private readonly longest: number,
		private readonly first: number,
	) {}

	/** A job finished: others that were submitted with it are about to. */
	finished(runTime: number): void {
		this.shortestRun = Math.min(this.shortestRun ?? runTime, runTime);
		this.step = 0;
	}

	/** Something was said to have happened: a look soon, and then less and less often again. */
	disturbed(): void {
		this.step = 0;
	}

	looked(): void {
		this.step++;
	}

	/**
	 * @param now milliseconds since the epoch
	 * @param submissions when the running jobs were submitted
	 * @param isFeeding whether items wait for a slot that one of these jobs holds
	 * @returns milliseconds until the next look
	 */
	next(now: number, submissions: readonly number[], isFeeding: boolean): number {
		const cap = isFeeding ? Math.min(this.longest, FEEDING_MS) : this.longest;
		const runTime = this.shortestRun ?? Math.min(this.first, 2 * this.longest);
		const ends = submissions.map((submitted) => submitted + runTime - now);
		const upcoming = ends.filter((end) => end > 0);
		const nextEnd = Math.min(...upcoming);
		const isEachAhead = ends.length > 0 && upcoming.length === ends.length;
		const patience = isEachAhead
			? Math.max(cap, this.first)
			: Math.min(SHORTEST_MS * GROWTH ** this.step, cap);
		return Math.ceil(Math.max(SHORTEST_MS, Math.min(nextEnd, patience)));
	}
}

const SHORTEST_MS = 500;
const GROWTH = 1.5;
/** While a free slot is money not yet at work, looks are frequent. */
const FEEDING_MS = 1_000;
