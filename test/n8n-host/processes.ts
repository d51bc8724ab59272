import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const OUTPUT_TAIL_LINES = 200;

const running = new Set<ChildProcess>();

/** The last resort: whatever way this process ends, nothing that it started outlives it. */
process.on('exit', () => {
	for (const child of running) signalGroup(child, 'SIGKILL');
});

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined) return;
	try {
		process.kill(-child.pid, signal);
	} catch (error) {
		// The whole group is gone already.
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}

/** True while the process runs. */
export function isRunning(child: ChildProcess): boolean {
	return child.exitCode === null && child.signalCode === null;
}

/**
 * Starts a program as the leader of a process group, so that it ends together with everything that it starts.
 * @throws Error when the program cannot be started at all
 */
export async function startGroup(
	command: string,
	args: readonly string[],
	options: SpawnOptions,
): Promise<ChildProcess> {
	const child = spawn(command, args, { ...options, detached: true });
	running.add(child);
	child.once('exit', () => {
		running.delete(child);
	});
	try {
		await once(child, 'spawn');
	} catch (error) {
		running.delete(child);
		throw error;
	}
	return child;
}

/**
 * Ends a process group and waits until its leader is gone: politely first, by force after `graceMs`.
 * What the leader has left behind is ended by force too.
 */
export async function endGroup(child: ChildProcess, graceMs: number): Promise<void> {
	if (isRunning(child)) {
		const exited = once(child, 'exit');
		signalGroup(child, 'SIGTERM');
		const force = setTimeout(() => {
			signalGroup(child, 'SIGKILL');
		}, graceMs);
		await exited;
		clearTimeout(force);
	}
	signalGroup(child, 'SIGKILL');
}

/** Ends a process group at once, as a crash or a power cut would, and waits until its leader is gone. */
export async function killGroup(child: ChildProcess): Promise<void> {
	const exited = isRunning(child) ? once(child, 'exit') : undefined;
	signalGroup(child, 'SIGKILL');
	await exited;
}

/** A program ended with an error; `output` holds the last lines that it printed. */
export class CommandError extends Error {
	constructor(
		readonly command: string,
		readonly exitCode: number | null,
		readonly output: string,
	) {
		super(`"${command}" ended with code ${String(exitCode)}:\n${output}`);
		this.name = 'CommandError';
	}
}

export interface RunOptions {
	cwd: string;
	env?: NodeJS.ProcessEnv;
	/** Ends the program, and all that it has started, when it fires. */
	signal?: AbortSignal;
}

/**
 * Runs a program to its end.
 * @returns what it printed on its standard output
 * @throws {CommandError} when it ends with another code than 0
 */
export async function run(
	command: string,
	args: readonly string[],
	{ cwd, env = process.env, signal }: RunOptions,
): Promise<string> {
	signal?.throwIfAborted();
	const child = await startGroup(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
	const stop = () => {
		signalGroup(child, 'SIGTERM');
	};
	signal?.addEventListener('abort', stop);

	const output: string[] = [];
	const collect = (stream: NodeJS.ReadableStream | null, each: (line: string) => void) => {
		if (stream) createInterface({ input: stream }).on('line', each);
	};
	const stdout: string[] = [];
	collect(child.stdout, (line) => {
		stdout.push(line);
		output.push(line);
	});
	collect(child.stderr, (line) => output.push(line));

	const [exitCode] = (await once(child, 'close')) as [number | null];
	signal?.removeEventListener('abort', stop);
	signal?.throwIfAborted();
	if (exitCode !== 0) {
		const tail = output.slice(-OUTPUT_TAIL_LINES).join('\n');
		throw new CommandError([command, ...args].join(' '), exitCode, tail);
	}
	return stdout.join('\n');
}
