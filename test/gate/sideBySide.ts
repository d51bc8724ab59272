import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { projectRoot } from '../n8n-host/hosts';
import { CommandError, run, startGroup } from '../n8n-host/processes';
import { installGate } from './install';

const EXIT_INTERRUPTED = 130;
/** A larger space for what lives shortly: otherwise a sixth of all time goes to collecting it. */
const ROOM_FOR_GARBAGE = '--max-semi-space-size=64';

const env = {
	...process.env,
	NODE_OPTIONS: [process.env.NODE_OPTIONS, ROOM_FOR_GARBAGE].filter(Boolean).join(' '),
};

/** @returns whether it has passed; what it has said is printed only if it has not */
async function check(script: string): Promise<boolean> {
	const startedAt = performance.now();
	const tell = (mark: string) => {
		console.log(`${mark}  ${script}  ${Math.round((performance.now() - startedAt) / 1000)} s`);
	};
	try {
		await run('npm', ['run', '--silent', script], { cwd: projectRoot, env });
		tell('✔');
		return true;
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		tell('✖');
		console.error(error.output);
		return false;
	}
}

/** @returns whether it has ended well; what it says is shown as it comes */
async function follow([command = '', ...args]: readonly string[]): Promise<boolean> {
	const child = await startGroup(command, args, { cwd: projectRoot, env, stdio: 'inherit' });
	const [code] = (await once(child, 'exit')) as [number | null];
	return code === 0;
}

/**
 * Runs npm scripts that need nothing of each other, one for each core at a time, and all of them even if one fails. A command
 * that takes all cores begins when the first of them has no script left to run.
 *
 *     node --import tsx test/gate/sideBySide.ts <npm script>... [-- <command>]
 */
async function main(given: readonly string[]): Promise<void> {
	for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.once(name, () => process.exit(EXIT_INTERRUPTED));
	}
	// Here, as several of them would do it at once.
	await installGate();
	const [scripts, command] = split(given);
	const tasks = [
		...scripts.map((script) => () => check(script)),
		...(command.length > 0 ? [() => follow(command)] : []),
	].values();
	const work = async () => {
		for (const task of tasks) if (!(await task())) process.exitCode = 1;
	};
	await Promise.all(Array.from({ length: availableParallelism() }, work));
}

function split(given: readonly string[]): [string[], string[]] {
	const at = given.indexOf('--');
	return at < 0 ? [[...given], []] : [given.slice(0, at), given.slice(at + 1)];
}

void main(process.argv.slice(2));
