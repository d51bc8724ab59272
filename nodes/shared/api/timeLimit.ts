/** A limit of the time that something may take in all, however busy it looks meanwhile. */
export interface TimeLimit {
	/** In milliseconds. */
	readonly ms: number;
	/** Fires when the time is up, when the execution is cancelled, or by `stop()`. */
	readonly signal: AbortSignal;
	/** Whether the time was up. */
	isOver(): boolean;
	stop: () => void;
	/** Forgets the limit: nothing fires any more. */
	lift(): void;
}

/**
 * Starts a limit.
 *
 * @param ms milliseconds
 * @param cancelled fires when the execution is cancelled
 */
export function startTimeLimit(ms: number, cancelled?: AbortSignal): TimeLimit {
	const controller = new AbortController();
	const timer = AbortSignal.timeout(ms);
	const sources = cancelled ? [timer, cancelled] : [timer];
	const stop = () => {
		controller.abort();
	};
	for (const source of sources) source.addEventListener('abort', stop);
	if (cancelled?.aborted) stop();
	return {
		ms,
		signal: controller.signal,
		isOver: () => timer.aborted,
		stop,
		lift: () => {
			for (const source of sources) source.removeEventListener('abort', stop);
		},
	};
}

/** @returns a time in words, such as `30 seconds` */
export function inWords(ms: number): string {
	const [count, unit] =
		ms % 3_600_000 === 0
			? [ms / 3_600_000, 'hour']
			: ms % 60_000 === 0
				? [ms / 60_000, 'minute']
				: [Math.round(ms / 1000), 'second'];
	return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
