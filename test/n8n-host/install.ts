import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostFolder, hosts, type HostVersion } from './hosts';
import type { InstallProgress } from './installProgress';
import { currentRuntime, isWithin, packagedRuntime, type NodeRuntime } from './nodeRuntime';
import { checkDiskSpace, InstallError, runNpm } from './npm';

const COUNT_INTERVAL_MS = 1000;

export interface InstallOptions {
	onProgress?: (progress: InstallProgress) => void;
	/** Stops the installation; the next one starts it again. */
	signal?: AbortSignal;
}

/** An n8n release that is ready to run. */
export interface InstalledHost {
	version: HostVersion;
	/** Its folder, with `node_modules`. */
	folder: string;
	/** The Node.js to run it on. */
	node: string;
	/** The n8n program, to be run with `node`. */
	program: string;
}

/** What an installation was made from. It is redone when any of it changes. */
async function fingerprint(folder: string, { node }: NodeRuntime): Promise<string> {
	const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${node}`);
	for (const file of ['package.json', 'package-lock.json']) {
		hash.update(await readFile(join(folder, file)));
	}
	return hash.digest('hex');
}

/** Lies in `node_modules`, which `npm ci` empties first: an installation without it is a half-finished one. */
const stampOf = (folder: string): string => join(folder, 'node_modules', '.installed');

async function isInstalled(folder: string, expected: string): Promise<boolean> {
	return existsSync(stampOf(folder)) && (await readFile(stampOf(folder), 'utf8')) === expected;
}

/** The lines of a lock file that tell which machines a package is for. */
interface LockedPackage {
	os?: string | string[];
	cpu?: string | string[];
}

const includes = (allowed: string | string[] | undefined, value: string): boolean =>
	allowed === undefined || [allowed].flat().includes(value);

/** Reports how many of a lock file's packages are there, until it is told to stop. */
async function countPackages(
	folder: string,
	onCount: (done: number, total: number) => void,
): Promise<() => void> {
	const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as {
		packages: Record<string, LockedPackage>;
	};
	const manifests = Object.entries(lock.packages)
		.filter(([path]) => path !== '')
		.filter(([, { os, cpu }]) => includes(os, process.platform) && includes(cpu, process.arch))
		.map(([path]) => join(folder, path, 'package.json'));
	const timer = setInterval(() => {
		onCount(manifests.filter((manifest) => existsSync(manifest)).length, manifests.length);
	}, COUNT_INTERVAL_MS);
	return () => {
		clearInterval(timer);
	};
}

/** Installs what a folder's lock file names, unless it is there already. */
export async function installFolder(
	folder: string,
	label: string,
	{ runtime, rebuild }: { runtime: NodeRuntime; rebuild: readonly string[] },
	{ onProgress, signal }: InstallOptions = {},
): Promise<void> {
	const expected = await fingerprint(folder, runtime);
	if (await isInstalled(folder, expected)) return;

	await checkDiskSpace(folder);
	const step = `Installing ${label}`;
	onProgress?.({ step });
	const stopCounting = await countPackages(folder, (done, total) => {
		onProgress?.({ step, done, total });
	});
	try {
		await runNpm(['ci', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'], {
			cwd: folder,
			runtime,
			signal,
		});
	} finally {
		stopCounting();
	}
	for (const name of rebuild) {
		onProgress?.({ step: `Building ${name} for ${label}` });
		await runNpm(['rebuild', name, '--ignore-scripts=false'], { cwd: folder, runtime, signal });
	}
	await writeFile(stampOf(folder), expected);
}

/** Finds a Node.js for an n8n release: the one that runs now, or one that is installed beside the host. */
async function ensureRuntime(version: HostVersion, options: InstallOptions): Promise<NodeRuntime> {
	const { node: range } = hosts[version];
	if (isWithin(process.versions.node, range)) return currentRuntime();

	if (process.platform !== 'linux' || process.arch !== 'x64') {
		throw new InstallError(
			`n8n ${version} needs Node.js from ${range[0]} to below ${range[1]}; this is ${process.versions.node}. ` +
				'Install a Node.js that fits, and try again.',
		);
	}
	await installFolder(
		hostFolder('node24'),
		'Node.js 24',
		{ runtime: currentRuntime(), rebuild: [] },
		options,
	);
	return packagedRuntime();
}

/**
 * Makes sure that an n8n release is installed, with a Node.js that it runs on. Takes minutes the first time, and
 * again when an earlier installation was interrupted or its lock file has changed; otherwise it returns at once.
 * @throws {InstallError} that says what the machine lacks
 */
export async function ensureHost(
	version: HostVersion,
	options: InstallOptions = {},
): Promise<InstalledHost> {
	if (process.platform === 'win32') {
		throw new InstallError('The n8n hosts run on Linux and macOS. On Windows, use WSL.');
	}
	const folder = hostFolder(version);
	const runtime = await ensureRuntime(version, options);
	await installFolder(
		folder,
		`n8n ${version}`,
		{ runtime, rebuild: hosts[version].rebuild },
		options,
	);
	return {
		version,
		folder,
		node: runtime.node,
		program: join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
	};
}
