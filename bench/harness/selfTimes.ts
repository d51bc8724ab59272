import type { CpuProfile, Frame } from './inspector';

/** A function and the share of the busy time that was spent in itself, from 0 to 1. */
export interface SelfTime {
	frame: Frame;
	share: number;
	milliseconds: number;
}

/** Samples that are no work. */
const IDLE = new Set(['(idle)', '(root)', '(program)']);

/** The functions with the most time of their own, most first; idle time does not count. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): SelfTime[] {
	const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
	const byPlace = new Map<string, { frame: Frame; microseconds: number }>();
	let total = 0;
	for (const [index, id] of samples.entries()) {
		const frame = frames.get(id);
		const microseconds = timeDeltas[index] ?? 0;
		if (!frame || IDLE.has(frame.functionName)) continue;
		total += microseconds;
		const place = `${frame.functionName} ${frame.url}:${frame.lineNumber}`;
		const entry = byPlace.get(place) ?? { frame, microseconds: 0 };
		entry.microseconds += microseconds;
		byPlace.set(place, entry);
	}
	return [...byPlace.values()]
		.sort((a, b) => b.microseconds - a.microseconds)
		.map(({ frame, microseconds }) => ({
			frame,
			share: microseconds / total,
			milliseconds: microseconds / 1000,
		}));
}
