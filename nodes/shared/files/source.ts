import {
	BINARY_ENCODING,
	NodeOperationError,
	type BinaryHelperFunctions,
	type IBinaryData,
	type IExecuteFunctions,
	type IN8nHttpFullResponse,
} from 'n8n-workflow';

import { explain } from '../transport/explain';
import { toThrownFailure } from '../transport/failure';
import { statedType, typeOfContent, typeOfName } from './mimeType';

type Readable = Awaited<ReturnType<BinaryHelperFunctions['getBinaryStream']>>;

/** A file that is about to be sent. */
export interface OpenFile {
	body: Readable | Buffer;
	/** In bytes; undefined if it is only known at the end. */
	size: number | undefined;
	/** MIME type by metadata, else name, else first bytes. */
	type: string;
	/** MIME type by the first bytes alone. */
	contentType: string | undefined;
	/** What went wrong with the source while it was read. */
	brokenBy(): string | undefined;
	close(): void;
}

/** A file that can be opened, and opened again for another try. */
export interface FileSource {
	/** What it is called in errors. */
	label: string;
	open(): Promise<OpenFile>;
}

export interface SizeLimit {
	/** In bytes. */
	bytes: number;
	/** The limit's name and value, as the user knows it: `Largest File (5000 MB)`. */
	label: string;
}

const UNKNOWN_TYPE = 'application/octet-stream';
const CONNECT_TIMEOUT_MS = 60 * 60 * 1000;

class SourceError extends Error {}

/** A file of n8n's binary data: a stream from the binary store, or the buffer itself in memory mode. */
export function binarySource(
	context: IExecuteFunctions,
	item: number,
	binary: IBinaryData,
	label: string,
	limit: SizeLimit,
): FileSource {
	const name = binary.fileName;
	return {
		label,
		open: async () =>
			await guard(context, item, label, async () => {
				if (binary.id === undefined) {
					const buffer = Buffer.from(binary.data, BINARY_ENCODING);
					checkSize(buffer.length, limit);
					return openBuffer(buffer, name, binary.mimeType);
				}
				const { fileSize } = await context.helpers.getBinaryMetadata(binary.id);
				checkSize(fileSize, limit);
				const stream = await context.helpers.getBinaryStream(binary.id);
				return await openStream(stream, { size: fileSize, name, type: binary.mimeType, limit });
			}),
	};
}

/** A file at a URL: passed on as it comes in, never stored. */
export function urlSource(
	context: IExecuteFunctions,
	item: number,
	url: URL,
	label: string,
	limit: SizeLimit,
): FileSource {
	return {
		label,
		open: async () =>
			await guard(context, item, label, async () => {
				const signal = context.getExecutionCancelSignal();
				const response = (await context.helpers.httpRequest({
					url: url.href,
					encoding: 'stream',
					returnFullResponse: true,
					ignoreHttpStatusErrors: true,
					timeout: CONNECT_TIMEOUT_MS,
					...(signal ? { abortSignal: signal } : {}),
				})) as IN8nHttpFullResponse;
				const stream = response.body as Readable;
				const { 'content-length': length, 'content-type': type } = response.headers;
				let file: OpenFile | undefined;
				try {
					if (response.statusCode !== 200) {
						throw new SourceError(`its server answered ${response.statusCode}`);
					}
					const size = length === undefined ? undefined : Number(length);
					checkSize(size, limit);
					file = await openStream(stream, {
						size,
						name: url.pathname,
						type: typeof type === 'string' ? type : undefined,
						limit,
					});
					return file;
				} finally {
					if (!file) stream.destroy();
				}
			}),
	};
}

async function guard(
	context: IExecuteFunctions,
	item: number,
	label: string,
	open: () => Promise<OpenFile>,
): Promise<OpenFile> {
	try {
		return await open();
	} catch (error) {
		const reason =
			error instanceof SourceError
				? error.message
				: explain(toThrownFailure(error), 'the server').message;
		throw new NodeOperationError(context.getNode(), `The file cannot be read: ${reason}`, {
			description: `Item ${item}: ${label}. Nothing was sent.`,
			itemIndex: item,
		});
	}
}

function checkSize(size: number | undefined, limit: SizeLimit): void {
	if (size === 0) throw new SourceError('it is empty');
	if (size !== undefined && size > limit.bytes) {
		throw new SourceError(`it has ${size} bytes, more than ${limit.label} allows`);
	}
}

function openBuffer(buffer: Buffer, name: string | undefined, type: string | undefined): OpenFile {
	const contentType = typeOfContent(buffer);
	return {
		body: buffer,
		size: buffer.length,
		type: statedType(type) ?? typeOfName(name) ?? contentType ?? UNKNOWN_TYPE,
		contentType,
		brokenBy: () => undefined,
		close: () => undefined,
	};
}

async function openStream(
	stream: Readable,
	file: {
		size: number | undefined;
		name: string | undefined;
		type: string | undefined;
		limit: SizeLimit;
	},
): Promise<OpenFile> {
	const { size, name, type, limit } = file;
	let broken: string | undefined;
	stream.on('error', (error) => {
		broken ??= error.message;
	});
	const start = await firstBytes(stream);
	if (start.length === 0) throw new SourceError(broken ?? 'it is empty');
	if (size === undefined) limitStream(stream, limit);
	const contentType = typeOfContent(start);
	return {
		body: stream,
		size,
		type: statedType(type) ?? typeOfName(name) ?? contentType ?? UNKNOWN_TYPE,
		contentType,
		brokenBy: () => broken,
		close: () => stream.destroy(),
	};
}

/** Looks at the first bytes and puts them back. */
async function firstBytes(stream: Readable): Promise<Buffer> {
	return await new Promise((resolve) => {
		const settle = () => {
			stream.off('readable', settle).off('end', settle).off('error', settle);
			const chunk: unknown = stream.readableEnded || stream.destroyed ? null : stream.read();
			if (Buffer.isBuffer(chunk)) stream.unshift(chunk);
			resolve(Buffer.isBuffer(chunk) ? chunk : Buffer.alloc(0));
		};
		stream.on('readable', settle).on('end', settle).on('error', settle);
	});
}

/** Breaks off a stream of unknown length that goes beyond the limit. */
function limitStream(stream: Readable, limit: SizeLimit): void {
	let bytes = 0;
	// Listening would start the flow before anyone reads: it is held until the stream is piped.
	stream.on('data', (chunk: Buffer) => {
		bytes += chunk.length;
		if (bytes > limit.bytes) {
			stream.destroy(new SourceError(`it has more than ${limit.label} allows`));
		}
	});
	stream.pause();
}
