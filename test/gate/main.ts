import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, projectRoot } from '../n8n-host/hosts';
import { packPackage } from '../n8n-host/packPackage';
import { CommandError, run } from '../n8n-host/processes';
import { showStep } from '../n8n-host/progress';
import { installGate } from './install';

const node = (program: string, ...args: string[]) =>
	run(process.execPath, [join(__dirname, program), ...args], { cwd: projectRoot });

/** How large the package may be, in bytes. */
const MOST_BYTES = 100_000;

/** Scans the source, and the package as it would be published, which must not be too large. */
async function scan(): Promise<string> {
	const tarball = await packPackage();
	const { size } = await stat(tarball);
	const output = await node('scan.mjs', projectRoot, await unpack(tarball));
	if (size <= MOST_BYTES) return `${output.trimEnd()}\nSize: ${size} of ${MOST_BYTES} bytes`;
	throw new CommandError(
		'npm pack',
		0,
		`The package is too large: ${size} bytes, at most ${MOST_BYTES}`,
	);
}

async function unpack(tarball: string): Promise<string> {
	const unpacked = join(cacheFolder, 'unpacked');
	await rm(unpacked, { recursive: true, force: true });
	await mkdir(unpacked, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'], { cwd: projectRoot });
	return unpacked;
}

/** What others check, by the word that asks for it. */
const checks: Record<string, { title: string; run: () => Promise<string> }> = {
	scan: {
		title: 'Scanning source and tarball as n8n does',
		run: scan,
	},
	workflows: {
		title: "Checking GitHub's workflows",
		run: () => node('workflows.mjs', join(projectRoot, '.github/workflows')),
	},
};

async function main([name = '']: readonly string[]): Promise<void> {
	const check = checks[name];
	if (!check) throw new Error(`The gate checks ${Object.keys(checks).join(', ')}`);
	await installGate();
	try {
		console.log(await showStep(check.title, check.run));
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		console.error(error.output);
		process.exitCode = 1;
	}
}

void main(process.argv.slice(2));
