import type { BinaryHelperFunctions } from 'n8n-workflow';

/** A stream of a file: n8n's rules forbid to import Node's own type. */
export type FileStream = Awaited<ReturnType<BinaryHelperFunctions['getBinaryStream']>>;

/**
 * Looks at the first bytes of a stream, and puts them back.
 *
 * @param count how many to look at
 * @returns those that there are: none where the stream is empty, or broke off before
 */
export async function firstBytes(stream: FileStream, count: number): Promise<Buffer> {
	return await new Promise((resolve) => {
		const settle = (start: Buffer) => {
			stream.off('readable', look).off('end', stop).off('error', stop);
			resolve(start);
		};
		const stop = () => {
			settle(Buffer.alloc(0));
		};
		const look = () => {
			const start: unknown = stream.read(count);
			if (!Buffer.isBuffer(start)) return;
			stream.unshift(start);
			settle(start);
		};
		stream.on('readable', look).on('end', stop).on('error', stop);
	});
}
