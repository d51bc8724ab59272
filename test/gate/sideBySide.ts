import { availableParallelism } from 'node:os';
import { projectRoot } from '../n8n-host/hosts';
import { CommandError, run } from '../n8n-host/processes';
import { installGate } from './install';

const EXIT_INTERRUPTED = 130;

/** @returns whether it has passed; what it has said is printed only if it has not */
async function check(script: string): Promise<boolean> {
	const startedAt = performance.now();
	const tell = (mark: string) => {
		console.log(`${mark}  ${script}  ${Math.round((performance.now() - startedAt) / 1000)} s`);
	};
	try {
		await run('npm', ['run', '--silent', script], { cwd: projectRoot });
		tell('✔');
		return true;
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		tell('✖');
		console.error(error.output);
		return false;
	}
}

/**
 * Runs npm scripts that need nothing of each other, one for each core at a time, and all of them even if one fails:
 *
 *     tsx test/gate/sideBySide.ts <npm script>...
 */
async function main(scripts: readonly string[]): Promise<void> {
	for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.once(name, () => process.exit(EXIT_INTERRUPTED));
	}
	// Here, as several of them would do it at once.
	await installGate();
	const queue = scripts.values();
	const work = async () => {
		for (const script of queue) if (!(await check(script))) process.exitCode = 1;
	};
	await Promise.all(Array.from({ length: availableParallelism() }, work));
}

void main(process.argv.slice(2));
