import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InstallError, runNpm } from '../../n8n-host/npm';

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

describe('runNpm', () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'npm-'));
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	/** Runs an npm of which only its script is known. */
	async function runFake(script: string): Promise<string> {
		const npm = join(folder, 'npm');
		await writeFile(npm, `#!/bin/sh\n${script}\n`);
		await chmod(npm, 0o755);
		return await runNpm(['ci'], { cwd: folder, runtime: { node: join(folder, 'node') } });
	}

	const fail = (line: string): string => `cat >&2 <<'END'\n${line}\nEND\nexit 1`;

	it('gives back what npm prints', async () => {
		expect(await runFake('echo one; echo note >&2; echo two')).toBe('one\ntwo');
	});

	// What npm 11 and node-gyp print where these things are missing.
	it.each([
		['npm error code ENOSPC', 'The disk is full'],
		['npm error gyp ERR! stack Error: not found: make', 'apt-get install -y g++ make python3'],
		['npm error make: cc: No such file or directory', 'apt-get install -y g++ make python3'],
		['npm error gyp ERR! find Python Python is not set', 'apt-get install -y g++ make python3'],
		[
			'npm error gyp info find Python using Python version 3.11.7\n' +
				'npm error gyp http GET https://nodejs.org/download/release/v20.20.2/node-v20.20.2-headers.tar.gz',
			'npm_config_nodedir',
		],
		['npm error request to x failed, reason: getaddrinfo ENOTFOUND x', 'cannot reach its registry'],
		['npm error code E404', 'does not hand out a package'],
		['npm error code EACCES', 'may not write'],
	])('explains %j', async (line, explanation) => {
		const error: unknown = await runFake(fail(line)).catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(InstallError);
		expect(error).toHaveProperty('message', expect.stringContaining(explanation));
		expect(error).toHaveProperty('message', expect.stringContaining(line.split('\n')[0] ?? ''));
	});

	it('does not take a binary that could not be downloaded for a broken network', async () => {
		const output =
			'npm error prebuild-install warn install getaddrinfo ENOTFOUND github.com\n' +
			'npm error statement.cc:12: error: expected unqualified-id';
		await expect(runFake(fail(output))).rejects.toThrow(/^npm failed\.\n\nnpm ci\n/);
	});

	it('stops npm, and all that it has started, when it is told to', async () => {
		const script = join(folder, 'npm');
		const marker = join(folder, 'running');
		await writeFile(
			script,
			`#!/bin/sh\nsleep 60 &\necho $! > ${marker}.new\nmv ${marker}.new ${marker}\nwait\n`,
		);
		await chmod(script, 0o755);
		const stop = new AbortController();
		const ended = runNpm(['ci'], {
			cwd: folder,
			runtime: { node: join(folder, 'node') },
			signal: stop.signal,
		});
		ended.catch(() => undefined);
		await until(() => existsSync(marker));
		const pid = Number(await readFile(marker, 'utf8'));
		expect(isAlive(pid)).toBe(true);
		stop.abort();

		await expect(ended).rejects.toHaveProperty('name', 'AbortError');
		await until(() => !isAlive(pid));
	});
});
