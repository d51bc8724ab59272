import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export const MEBIBYTE = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const SAMPLE_MS = 10;

function heldBytes(): number {
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

/**
 * Runs something and looks again and again at how much more the process holds meanwhile. What is above `limit` only until
 * garbage is collected does not count.
 *
 * @returns the most that was held above what was held before, in bytes
 */
export async function peakGrowth(limit: number, work: () => Promise<void>): Promise<number> {
	collectGarbage();
	const before = heldBytes();
	let peak = 0;
	const timer = setInterval(() => {
		if (heldBytes() - before > limit) {
			// What the first frees beside the heap is only told by the second.
			collectGarbage();
			collectGarbage();
		}
		peak = Math.max(peak, heldBytes() - before);
	}, SAMPLE_MS);
	try {
		await work();
	} finally {
		clearInterval(timer);
	}
	return peak;
}

/** A stream of so many bytes, of which none is kept. */
export function zeros(bytes: number): Readable {
	const chunk = Buffer.alloc(64 * 1024);
	let left = bytes;
	return new Readable({
		read() {
			const part = left >= chunk.length ? chunk : chunk.subarray(0, left);
			left -= part.length;
			this.push(part.length > 0 ? part : null);
		},
	});
}

/** How many descriptors this process has open, once no more of them are being closed. */
export async function openDescriptors(atMost = 0): Promise<number> {
	let count = Infinity;
	for (let turn = 0; turn < 200; turn++) {
		count = (await readdir('/proc/self/fd')).length;
		if (count <= atMost) break;
		await new Promise((resolve) => setImmediate(resolve));
	}
	return count;
}
