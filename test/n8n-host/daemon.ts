import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endGroup, isRunning, killGroup, startGroup } from './processes';

const START_TIMEOUT_MS = 180_000;
const POLL_INTERVAL_MS = 100;
const LOG_TAIL_LINES = 40;

/** A program that runs until it is told to stop. */
export interface DaemonProgram {
	/** What people call it. */
	name: string;
	command: string;
	args: readonly string[];
	env?: NodeJS.ProcessEnv;
	/** Where all that it prints is kept, over all restarts; its folder is the working one. */
	logFile: string;
	/** What it logs once it can be used. */
	started: string;
	/** Gives up starting when it fires. */
	signal?: AbortSignal;
}

async function logSince(logFile: string, start: number): Promise<string> {
	return (await readFile(logFile)).subarray(start).toString('utf8');
}

async function tail(logFile: string, start: number): Promise<string> {
	return (await logSince(logFile, start)).trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
}

/**
 * Starts a program and waits until it can be used. It has a channel to this process, by which it may learn that this
 * process is gone.
 * @throws Error with the end of its log when it does not start
 */
export async function startDaemon({
	name,
	command,
	args,
	env,
	logFile,
	started,
	signal,
}: DaemonProgram): Promise<ChildProcess> {
	signal?.throwIfAborted();
	const log = openSync(logFile, 'a');
	const logStart = statSync(logFile).size;
	const child = await startGroup(command, args, {
		cwd: dirname(logFile),
		env,
		stdio: ['ignore', log, log, 'ipc'],
	});
	closeSync(log);
	// The channel is there for its end only, and must not keep this process alive.
	child.channel?.unref();

	const deadline = Date.now() + START_TIMEOUT_MS;
	while (!(await logSince(logFile, logStart)).includes(started)) {
		if (!isRunning(child)) throw new Error(`${name} has ended:\n${await tail(logFile, logStart)}`);
		if (signal?.aborted) {
			await killGroup(child);
			throw signal.reason;
		}
		if (Date.now() > deadline) {
			await killGroup(child);
			throw new Error(
				`${name} was not ready after ${START_TIMEOUT_MS / 1000} s:\n${await tail(logFile, logStart)}`,
			);
		}
		await delay(POLL_INTERVAL_MS);
	}
	return child;
}

const STOP_TIMEOUT_MS = 40_000;

/** A program that can be ended and started again. */
export class Daemon {
	private child: ChildProcess | undefined;

	constructor(
		readonly name: string,
		private readonly launch: () => Promise<ChildProcess>,
	) {}

	/** Its process id, once it was started. */
	get pid(): number | undefined {
		return this.child?.pid;
	}

	get isRunning(): boolean {
		return this.child !== undefined && isRunning(this.child);
	}

	/** Starts it and waits until it can be used. */
	async start(): Promise<void> {
		this.child = await this.launch();
	}

	/** Ends it in an orderly way. */
	async stop(): Promise<void> {
		if (this.child) await endGroup(this.child, STOP_TIMEOUT_MS);
	}

	/** Ends it as a crash does. */
	async kill(): Promise<void> {
		if (this.child) await killGroup(this.child);
	}

	async restart(): Promise<void> {
		await this.stop();
		await this.start();
	}
}
