import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, projectRoot } from '../n8n-host/hosts';
import { installFolder } from '../n8n-host/install';
import { currentRuntime } from '../n8n-host/nodeRuntime';
import { packPackage } from '../n8n-host/packPackage';
import { CommandError, run } from '../n8n-host/processes';
import { showStep } from '../n8n-host/progress';

/** Scans the source and the packed package as n8n does before it verifies a community package. */
async function main(): Promise<void> {
	await showStep("Getting n8n's scan ready", () =>
		installFolder(__dirname, "n8n's scan", { runtime: currentRuntime(), rebuild: [] }),
	);
	const tarball = await showStep('Building and packing the package', () => packPackage());
	const unpacked = join(cacheFolder, 'scanned');
	await rm(unpacked, { recursive: true, force: true });
	await mkdir(unpacked, { recursive: true });
	const options = { cwd: projectRoot };
	await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'], options);
	try {
		const scan = [join(__dirname, 'scan.mjs'), projectRoot, unpacked];
		console.log(await run(process.execPath, scan, options));
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		console.error(error.output);
		process.exitCode = 1;
	}
}

void main();
