import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** What came in with an upload. */
export interface Received {
	bytes: number;
	sha256: string | undefined;
	/** The content, if it was not larger than what may be kept. */
	content: Buffer | undefined;
}

/** Reads a stream to its end and keeps no more than `keepUpTo` bytes of it. */
export async function receive(
	stream: Readable,
	{
		keepUpTo,
		hashes,
		onBytes,
	}: { keepUpTo: number; hashes: boolean; onBytes: (n: number) => void },
): Promise<Received> {
	const hash = hashes ? createHash('sha256') : undefined;
	const kept: Buffer[] = [];
	let bytes = 0;
	// Not `for await`: gigabytes in the first such loop of a process take four times as long.
	stream.on('data', (chunk: Buffer) => {
		bytes += chunk.length;
		onBytes(bytes);
		hash?.update(chunk);
		if (bytes <= keepUpTo) kept.push(chunk);
		else kept.length = 0;
	});
	await finished(stream);
	return {
		bytes,
		sha256: hash?.digest('hex'),
		content: bytes <= keepUpTo ? Buffer.concat(kept) : undefined,
	};
}
