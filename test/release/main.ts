import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../n8n-host/hosts';
import { run } from '../n8n-host/processes';
import { showStep } from '../n8n-host/progress';

const BUNDLE = 'package/dist/nodes/bundle.js';

/**
 * Packs the last commit in a clean clone, by nothing but `npm pack`.
 * @returns the tarball's name and digest
 */
async function packClone(folder: string): Promise<{ name: string; digest: string }> {
	await run('git', ['clone', '--quiet', '--no-local', projectRoot, folder], { cwd: projectRoot });
	await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
	await run('npm', ['pack'], { cwd: folder });
	const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
	if (name === undefined) throw new Error('npm pack has made no tarball');
	const files = (await run('tar', ['-tzf', name], { cwd: folder })).split('\n');
	if (!files.includes(BUNDLE)) throw new Error(`The tarball lacks ${BUNDLE}:\n${files.join('\n')}`);
	const digest = createHash('sha256')
		.update(await readFile(join(folder, name)))
		.digest('hex');
	return { name, digest };
}

/** Checks that whoever packs a commit gets the built package, and the same bytes. */
async function main(): Promise<void> {
	const parent = await mkdtemp(join(tmpdir(), 'release-'));
	try {
		const packed = [];
		for (const clone of ['first', 'second-clone']) {
			const title = `Packing a clean clone (${clone})`;
			packed.push(await showStep(title, () => packClone(join(parent, clone))));
		}
		const [first, second] = packed;
		for (const { name, digest } of packed) console.log(`${digest}  ${name}`);
		if (first?.digest !== second?.digest) throw new Error('The tarballs differ');
	} finally {
		await rm(parent, { recursive: true, force: true });
	}
}

void main();
