import { closeSync, openSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hostFolder } from './hosts';
import { installFolder } from './install';
import { currentRuntime } from './nodeRuntime';
import { freePort } from './ports';
import { isRunning, killGroup, run, startGroup } from './processes';

const START_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 100;

/** A package registry on the loopback interface. */
export interface Registry {
	/**
	 * What n8n must be started with to install from here. n8n takes another registry from those who have a licence for that
	 * only; so an `npm` stands in front of the real one that turns its address.
	 */
	env: Readonly<Record<string, string>>;
	publish: (tarball: string) => Promise<void>;
	close: () => Promise<void>;
}

const configOf = (storage: string) => `storage: ${storage}
web: { enable: false }
packages:
  '**': { access: $all, publish: $all }
log: { type: stdout, format: json, level: warn }
`;

const npmTo = (url: string, path: string) => `#!/usr/bin/env bash
# Calls npm with another registry than the one it is told.
args=()
for arg; do [[ $arg == --registry=* ]] || args+=("$arg"); done
PATH=${JSON.stringify(path)} exec npm "\${args[@]}" --registry=${url}
`;

/** Starts a registry that knows no package yet. */
export async function startRegistry(): Promise<Registry> {
	const runtime = currentRuntime();
	const program = hostFolder('registry');
	await installFolder(program, 'the registry', { runtime, rebuild: [] });
	const folder = await mkdtemp(join(tmpdir(), 'registry-'));
	const config = join(folder, 'config.yaml');
	await writeFile(config, configOf(join(folder, 'storage')));
	const address = `127.0.0.1:${await freePort()}`;
	const url = `http://${address}/`;
	const log = openSync(join(folder, 'log'), 'a');
	const child = await startGroup(
		runtime.node,
		[
			join(program, 'node_modules/verdaccio/bin/verdaccio'),
			'--config',
			config,
			'--listen',
			address,
		],
		{ cwd: folder, stdio: ['ignore', log, log] },
	);
	closeSync(log);
	const close = async () => {
		await killGroup(child);
		await rm(folder, { recursive: true, force: true });
	};

	const deadline = Date.now() + START_TIMEOUT_MS;
	while (!(await answers(`${url}-/ping`))) {
		if (!isRunning(child) || Date.now() > deadline) {
			await close();
			throw new Error('The registry has not started');
		}
		await delay(POLL_INTERVAL_MS);
	}

	const bin = join(folder, 'bin');
	const path = process.env.PATH ?? '';
	await mkdir(bin);
	await writeFile(join(bin, 'npm'), npmTo(url, path));
	await chmod(join(bin, 'npm'), 0o755);
	return {
		env: { PATH: `${bin}${delimiter}${path}` },
		publish: async (tarball) => {
			// npm wants to be logged in; the registry lets everybody in.
			const login = `--//${address}/:_authToken=anybody`;
			await run('npm', ['publish', tarball, `--registry=${url}`, login], { cwd: folder });
		},
		close,
	};
}

async function answers(url: string): Promise<boolean> {
	try {
		return (await fetch(url)).ok;
	} catch {
		return false;
	}
}
