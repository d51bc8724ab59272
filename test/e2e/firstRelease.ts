import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, projectRoot } from '../n8n-host/hosts';
import { run } from '../n8n-host/processes';

/** The commit that was 0.1.0. */
const COMMIT = '138862a';

/**
 * Builds and packs 0.1.0 from the history.
 * @returns the path of the tarball
 */
export async function packFirstRelease(): Promise<string> {
	const destination = join(cacheFolder, 'first-release');
	await mkdir(destination, { recursive: true });
	const folder = await mkdtemp(join(tmpdir(), 'first-release-'));
	try {
		const archive = join(folder, 'source.tar');
		await run('git', ['archive', '--output', archive, COMMIT], { cwd: projectRoot });
		await run('tar', ['-xf', archive], { cwd: folder });
		await rm(archive);
		await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
		await run('npm', ['run', 'build'], { cwd: folder });
		await run('npm', ['pack', '--ignore-scripts', '--pack-destination', destination], {
			cwd: folder,
		});
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	return join(destination, 'n8n-nodes-useapi-ltxstudio-0.1.0.tgz');
}
