import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import { LONGEST_SEED_MS, type Verdict } from './soakSeed';
import type { Subject, Task } from './worker';

export interface SoakOptions {
	/** The folder whose nodes are soaked: the package, or a copy of it. */
	root: string;
	/** Default: LTX Studio. */
	subject?: Subject;
	start: number;
	seeds: number;
	/** Processes that play seeds side by side. */
	workers: number;
	stopAtFirstBreach: boolean;
	onVerdict: (verdict: Verdict) => void;
}

/** A worker that has not answered by then is busy for ever. */
const LONGEST_SILENCE_MS = LONGEST_SEED_MS + 30_000;

/** Plays seeds in processes of their own, so that none can hang or crash the others. */
export async function soak(options: SoakOptions): Promise<Verdict[]> {
	const { subject = 'ltxStudio', start, seeds, workers, stopAtFirstBreach, onVerdict } = options;
	const verdicts: Verdict[] = [];
	const queue = Array.from({ length: seeds }, (_, index) => start + index).values();

	const work = async () => {
		let worker: Worker | undefined;
		for (const seed of queue) {
			if (stopAtFirstBreach && verdicts.some(isBroken)) break;
			worker ??= new Worker(options.root);
			const verdict = await worker.play({ subject, seed });
			if (worker.isOver) worker = undefined;
			verdicts.push(verdict);
			onVerdict(verdict);
		}
		worker?.stop();
	};
	await Promise.all(Array.from({ length: Math.min(workers, seeds) }, work));
	return verdicts.sort((one, other) => one.seed - other.seed);
}

export const isBroken = ({ breaches }: Verdict): boolean => breaches.length > 0;

class Worker {
	isOver = false;

	private readonly child: ChildProcess;

	constructor(root: string) {
		this.child = fork(join(root, 'test/soak/worker.ts'), { cwd: root });
	}

	async play(task: Task): Promise<Verdict> {
		const { child } = this;
		const { seed } = task;
		const startedAt = performance.now();
		let timeout: NodeJS.Timeout | undefined;
		const lost = (why: string): Verdict => {
			this.stop();
			const ms = performance.now() - startedAt;
			return {
				seed,
				breaches: [{ invariant: 'the run ends', details: [why] }],
				tally: undefined,
				ms,
			};
		};
		try {
			return await new Promise<Verdict>((resolve) => {
				child.once('message', (verdict) => {
					resolve(verdict as Verdict);
				});
				child.once('exit', (code, signal) => {
					resolve(lost(`The process ended with ${code ?? signal ?? 'nothing'}`));
				});
				timeout = setTimeout(() => {
					resolve(lost(`Nothing was heard for ${LONGEST_SILENCE_MS / 1000} seconds`));
				}, LONGEST_SILENCE_MS);
				child.send(task);
			});
		} finally {
			clearTimeout(timeout);
			child.removeAllListeners();
		}
	}

	stop(): void {
		this.isOver = true;
		this.child.kill('SIGKILL');
	}
}
