import type { SoakLab } from './lab';
import type { Process } from './processes';
import { NODE } from './workflow';

/** A time for which an execution was stored. Times in milliseconds since the epoch. */
export interface Nap {
	executionId: string;
	sleptAt: number;
	/** When n8n itself would go on with it. */
	waitTill: number;
	/** Undefined as long as it sleeps. */
	wokeAt: number | undefined;
	/** The process that has stored the execution lives, and so can ring. */
	isKept: boolean;
}

interface OpenNap extends Omit<Nap, 'isKept'> {
	keeper: Process;
}

export const seal = ({ keeper, ...nap }: OpenNap): Nap => ({ ...nap, isKept: keeper.isAlive });

/** Takes down when the execution was stored, and when it went on. */
export class Naps {
	readonly all: OpenNap[] = [];

	constructor({ engine, clock, processes }: SoakLab) {
		engine.onStatus((executionId, status) => {
			if (status === 'waiting') {
				const { waitTill, data } = engine.stored(executionId);
				if (data.resultData.lastNodeExecuted !== NODE) return;
				this.all.push({
					executionId,
					sleptAt: clock.now(),
					waitTill: waitTill?.getTime() ?? Infinity,
					wokeAt: undefined,
					keeper: processes.worker,
				});
				return;
			}
			const last = this.all.at(-1);
			if (last) last.wokeAt ??= clock.now();
		});
	}
}
