import type { Clock, Emulator } from '../emulator';

const HOUR_MS = 3_600_000;
/** No plan needs as much of the driven clock. */
const LONGEST_RUN_MS = 8 * HOUR_MS;

/** @returns what `work` returns, or why it is taken for hung */
export async function withinTime<Result>(
	{ clock, emulator }: { clock: Clock; emulator: Emulator },
	longestRealMs: number,
	work: () => Promise<Result>,
): Promise<Result | string> {
	let timeout: NodeJS.Timeout | undefined;
	const hung = new Promise<string>((resolve) => {
		const tell = (what: string) => {
			resolve(`${what}, after ${emulator.requests.length} requests`);
		};
		clock.at(clock.now() + LONGEST_RUN_MS, () => {
			tell(`Not over after ${LONGEST_RUN_MS / HOUR_MS} hours of the driven clock`);
		});
		timeout = setTimeout(() => {
			tell(`Not over after ${longestRealMs / 1000} seconds`);
		}, longestRealMs);
	});
	try {
		return await Promise.race([work(), hung]);
	} finally {
		clearTimeout(timeout);
	}
}
