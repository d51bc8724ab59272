import { startEmulator } from '../../test/emulator';
import type { ServiceOptions } from './service';

/** The service in a process of its own, so that its time and memory are not counted as n8n's. */
async function main(): Promise<void> {
	const { accounts, jobSpread, ...behaviour } = JSON.parse(
		process.argv[2] ?? '{}',
	) as ServiceOptions;
	let jobs = 0;
	const spread = (): number => {
		const [shortest, longest] = jobSpread ?? [0, 0];
		// The golden ratio's multiples spread evenly, however many there are, and are the same in each run.
		const share = (jobs++ * 0.618_033_988_75) % 1;
		return Math.round(shortest + share * (longest - shortest));
	};
	const emulator = await startEmulator({
		hashUploads: false,
		...behaviour,
		...(accounts && { accounts }),
		...(jobSpread && { jobDuration: spread }),
	});
	const { url, token, ltx } = emulator;
	process.send?.({ url, token, ltxKey: ltx.behaviour.apiKey });
}

// Whoever measures has gone: nothing is left to do.
process.once('disconnect', () => process.exit());
void main();
