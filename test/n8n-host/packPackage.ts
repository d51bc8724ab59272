import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, projectRoot } from './hosts';
import { run } from './processes';

/**
 * Builds the package and packs it as it is published.
 * @returns the path of the tarball
 */
export async function packPackage(signal?: AbortSignal): Promise<string> {
	const folder = join(cacheFolder, 'package');
	await mkdir(folder, { recursive: true });
	const options = { cwd: projectRoot, signal };
	await run('npm', ['run', 'build'], options);
	const packed = await run(
		'npm',
		['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
		options,
	);
	const [tarball] = JSON.parse(packed) as [{ filename: string }];
	return join(folder, tarball.filename);
}
