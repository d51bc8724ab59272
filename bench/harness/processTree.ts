import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MEBIBYTE_IN_KIB = 1024;
/** Writing this to `clear_refs` sets a process's peak memory back to what it holds now. */
const RESET_PEAK = '5';
/** Linux counts a process's time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
/** Places in `/proc/PID/stat`, counted from the state behind the program's name. */
const STAT = { parent: 1, userTime: 11, systemTime: 12 } as const;

/** What a process holds in memory, in MiB. */
interface Memory {
	now: number;
	peak: number;
}

const proc = (pid: number, file: string): string => join('/proc', String(pid), file);

function stat(pid: number): number[] | undefined {
	try {
		const line = readFileSync(proc(pid, 'stat'), 'utf8');
		return line
			.slice(line.lastIndexOf(')') + 2)
			.split(' ')
			.map(Number);
	} catch {
		// It has ended in the meantime.
		return undefined;
	}
}

function memoryOf(pid: number): Memory {
	const status = readFileSync(proc(pid, 'status'), 'utf8');
	const mebibytes = (field: string): number =>
		Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / MEBIBYTE_IN_KIB;
	return { now: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
}

/** A process with all that it has started, as Linux counts them. */
export class ProcessTree {
	constructor(private readonly root: number) {}

	/** Seconds of processor time so far. */
	cpu(): number {
		const ticks = this.pids().map((pid) => {
			const fields = stat(pid);
			return (fields?.[STAT.userTime] ?? 0) + (fields?.[STAT.systemTime] ?? 0);
		});
		return sum(ticks) / TICKS_PER_SECOND;
	}

	/** Memory that the processes hold now, in MiB. */
	memory(): number {
		return sum(this.pids().map((pid) => memoryOf(pid).now));
	}

	/** From now on, `peak` tells the most since now. */
	resetPeak(): void {
		for (const pid of this.pids()) writeFileSync(proc(pid, 'clear_refs'), RESET_PEAK);
	}

	/**
	 * The most memory that the processes have held, in MiB: as the kernel counts it, so that nothing between two looks is
	 * missed. The file cache does not count.
	 */
	peak(): number {
		return sum(this.pids().map((pid) => memoryOf(pid).peak));
	}

	private pids(): number[] {
		const children = new Map<number, number[]>();
		for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
			const pid = Number(name);
			const parent = stat(pid)?.[STAT.parent];
			if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
		}
		const withDescendants = (pid: number): number[] => [
			pid,
			...(children.get(pid) ?? []).flatMap(withDescendants),
		];
		return withDescendants(this.root);
	}
}

const sum = (values: readonly number[]): number =>
	values.reduce((total, value) => total + value, 0);
