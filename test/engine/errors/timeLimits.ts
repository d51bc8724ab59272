/**
 * Takes the time limits of calls into a test's own hands: real time would make it slow, and wait for luck.
 *
 * @returns what ends the time of all calls that are under way
 */
export function holdTimeLimits(): () => void {
	const timers: AbortController[] = [];
	jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
		const timer = new AbortController();
		timers.push(timer);
		return timer.signal;
	});
	return () => {
		for (const timer of timers) timer.abort();
	};
}
