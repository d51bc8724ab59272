import { parseArgs } from 'node:util';
import type { AccountSeed } from './accounts';
import { startEmulator } from '.';
import { RealClock } from './clock';

const USAGE = `Usage: npm run emulator -- [options]

  --port N          port to listen on (default: a free one)
  --host ADDRESS    address to listen on (default: 127.0.0.1)
  --token TOKEN     the API token to accept
  --ltx-key KEY     the key of Lightricks' LTX API to accept
  --speed X         how many times as fast as real time it runs (default: 1)
  --accounts LIST   LTX Studio accounts, as email[:slots[:credits]], with commas between them
`;

const ACCOUNT = /^([^\s:@]+@[^\s:@]+)(?::(\d+)(?::(\d+))?)?$/;

/** Reads `email[:slots[:credits]],…`. */
function readAccounts(list: string): AccountSeed[] {
	return list
		.split(',')
		.filter((entry) => entry.trim() !== '')
		.map((entry) => {
			const [, email, slots, credits] = ACCOUNT.exec(entry.trim()) ?? [];
			if (email === undefined) throw new Error(`This is no account: ${entry}`);
			return {
				email,
				...(slots !== undefined && { maxJobs: Number(slots) }),
				...(credits !== undefined && { credits: Number(credits) }),
			};
		});
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string' },
			host: { type: 'string' },
			token: { type: 'string' },
			'ltx-key': { type: 'string' },
			speed: { type: 'string', default: '1' },
			accounts: { type: 'string' },
			help: { type: 'boolean', short: 'h' },
		},
	});
	if (values.help) {
		process.stdout.write(USAGE);
		return;
	}
	const emulator = await startEmulator({
		clock: new RealClock(Number(values.speed)),
		...(values.port !== undefined && { port: Number(values.port) }),
		...(values.host !== undefined && { host: values.host }),
		...(values.token !== undefined && { token: values.token }),
		...(values['ltx-key'] !== undefined && { ltx: { apiKey: values['ltx-key'] } }),
		...(values.accounts !== undefined && { accounts: readAccounts(values.accounts) }),
	});
	process.stdout.write(
		`useapi.net emulator\n` +
			`  base URL     ${emulator.url}\n` +
			`  API token    ${emulator.token}\n` +
			`  status page  ${emulator.url}/\n` +
			`  LTX API key  ${emulator.ltx.behaviour.apiKey}\n`,
	);
	const stop = () => void emulator.close();
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
	process.exitCode = 1;
});
