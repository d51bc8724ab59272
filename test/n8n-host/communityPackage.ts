import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstalledHost } from './install';
import { currentRuntime } from './nodeRuntime';
import { runNpm } from './npm';
import { run } from './processes';

const PACKAGE_NAME = 'n8n-nodes-useapi-ltxstudio';

const nodesFolder = (userFolder: string): string => join(userFolder, '.n8n', 'nodes');
const packageFolder = (userFolder: string): string =>
	join(nodesFolder(userFolder), 'node_modules', PACKAGE_NAME);
const installedHash = (userFolder: string): string =>
	join(nodesFolder(userFolder), 'node_modules', '.tarball-hash');

/** Enters the installed package into the database of a running n8n. */
export type Registration = (host: InstalledHost) => Promise<void>;

/**
 * Installs the package's tarball into n8n's folder for community nodes, as the Community Nodes screen does with one
 * from the registry. n8n must not be running.
 * @returns what remains to be done once n8n runs and has its database; nothing where the same tarball is there already
 */
export async function installPackage(
	userFolder: string,
	tarball: string,
): Promise<Registration | undefined> {
	const hash = createHash('sha256')
		.update(await readFile(tarball))
		.digest('hex');
	const hashFile = installedHash(userFolder);
	if (existsSync(hashFile) && (await readFile(hashFile, 'utf8')) === hash) return undefined;

	const cwd = nodesFolder(userFolder);
	await mkdir(cwd, { recursive: true });
	await rm(hashFile, { force: true });
	await rm(packageFolder(userFolder), { recursive: true, force: true });
	const manifest = join(cwd, 'package.json');
	if (!existsSync(manifest)) {
		await writeFile(manifest, '{ "name": "installed-nodes", "private": true, "dependencies": {} }');
	}
	await runNpm(
		[
			'install',
			tarball,
			// n8n supplies the peer dependency; nothing is to be looked up in a registry.
			'--legacy-peer-deps',
			'--ignore-scripts',
			'--no-package-lock',
			'--no-audit',
			'--no-fund',
			'--offline',
		],
		{ cwd, runtime: currentRuntime() },
	);
	return async (host) => {
		await registerPackage(userFolder, host);
		await writeFile(hashFile, hash);
	};
}

/** Makes Settings > Community Nodes list the package. */
async function registerPackage(userFolder: string, host: InstalledHost): Promise<void> {
	await run(
		host.node,
		[
			join(__dirname, 'registerPackage.js'),
			host.folder,
			join(userFolder, '.n8n', 'database.sqlite'),
			packageFolder(userFolder),
		],
		{
			cwd: userFolder,
			env: {
				PATH: process.env.PATH,
				// As n8n itself does, so that the package finds n8n-workflow.
				NODE_PATH: join(host.folder, 'node_modules'),
				N8N_USER_FOLDER: userFolder,
			},
		},
	);
}
