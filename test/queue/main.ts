import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packPackage } from '../n8n-host/packPackage';
import { QueueMode } from './queueMode';
import type { Finding, Scenario } from './scenario';
import { scenarios } from './scenarios';

const USAGE = `Runs the package on n8n 2.8.4 in queue mode: a main process, two workers, two webhook processors, Redis,
PostgreSQL and nginx (Debian's redis-server, postgresql and nginx-light), with an emulator of the service as judge.

npm run test:queue                       everything, which takes about an hour
npm run test:queue -- --quick            with a few executions each, for development
npm run test:queue -- --only NAME,NAME   some of it
npm run test:queue -- --tarball FILE     the package to test; otherwise it is built and packed
npm run test:queue -- --keep             leaves the data and the logs of all servers behind

Names: ${scenarios.map(({ name }) => name).join(', ')}
`;

const EXIT_INTERRUPTED = 130;

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

/** @throws Error when a name is no scenario's */
function choose(only: string | undefined): readonly Scenario[] {
	const names = only?.split(',').map((name) => name.trim());
	const unknown = names?.find((name) => scenarios.every((scenario) => scenario.name !== name));
	if (unknown !== undefined) throw new Error(`There is no scenario "${unknown}".\n\n${USAGE}`);
	return scenarios.filter(({ name }) => names?.includes(name) ?? true);
}

const lineOf = (name: string, { what, figure, mustBe, isMet }: Finding): string =>
	`${isMet ? 'PASS' : 'FAIL'}  ${name}: ${what}: ${figure} (must be ${mustBe})`;

/** @returns how many bars were not met */
async function runAll(
	n8n: QueueMode,
	chosen: readonly Scenario[],
	isQuick: boolean,
): Promise<number> {
	let failed = 0;
	for (const { name, run } of chosen) {
		const startedAt = Date.now();
		try {
			for (const finding of await run(n8n, isQuick)) {
				say(lineOf(name, finding));
				if (!finding.isMet) failed++;
			}
		} catch (error) {
			failed++;
			say(
				`FAIL  ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
			);
			await n8n.startMissing();
		}
		say(`      ${name} took ${Math.round((Date.now() - startedAt) / 1000)} s`);
	}
	return failed;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			quick: { type: 'boolean', default: false },
			only: { type: 'string' },
			tarball: { type: 'string' },
			keep: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		say(USAGE);
		return;
	}
	const chosen = choose(values.only);
	const interrupt = new AbortController();
	for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.once(name, () => process.exit(EXIT_INTERRUPTED));
	}
	const tarball =
		values.tarball === undefined ? await packPackage(interrupt.signal) : resolve(values.tarball);
	const folder = await mkdtemp(join(tmpdir(), 'queue-mode-'));
	// PostgreSQL has a user of its own.
	await chmod(folder, 0o755);
	try {
		const n8n = await QueueMode.start({ tarball, folder, signal: interrupt.signal });
		say(`n8n runs in queue mode at ${n8n.api.url}; its data and logs are in ${folder}`);
		try {
			process.exitCode = (await runAll(n8n, chosen, values.quick)) === 0 ? 0 : 1;
		} finally {
			await n8n.stop();
		}
	} finally {
		if (!values.keep) await rm(folder, { recursive: true, force: true });
	}
}

void main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
