import {
	BINARY_ENCODING,
	NodeOperationError,
	type BinaryHelperFunctions,
	type IBinaryData,
	type IExecuteFunctions,
	type IN8nHttpFullResponse,
} from 'n8n-workflow';

import { oneOf } from '../n8n/fieldReader';
import { explain } from '../api/explain';
import { toThrownFailure } from '../api/failure';
import { SIGNATURE_BYTES, statedType, typeOfContent, typeOfName } from './mimeType';
import { PLAIN } from './plain';

type Readable = Awaited<ReturnType<BinaryHelperFunctions['getBinaryStream']>>;

/** A file that is about to be sent. */
export interface OpenFile {
	body: Readable | Buffer;
	/** In bytes; undefined if it is only known at the end. */
	size: number | undefined;
	/** MIME type by metadata, else name, else first bytes; by first bytes alone where only some types are accepted. */
	type: string;
	/** What went wrong with the source while it was read. */
	fault(): SourceFault | undefined;
	close(): void;
}

export interface SourceFault {
	reason: string;
	/** The file is not fit to be sent, so that reading it again is of no use. */
	unfit: boolean;
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

/** What a file must be like to be sent. */
export interface FileRules {
	limit: SizeLimit;
	/** MIME types that its first bytes may show. Any file will do if left out. */
	accept?: readonly string[];
}

/** What is said of a file beside its content. */
interface Metadata {
	name: string | undefined;
	type: string | undefined;
}

const UNKNOWN_TYPE = 'application/octet-stream';
/** Read at once. With smaller chunks V8 soon clears up all the time, which in n8n's large heap takes longer than to send them. */
const CHUNK_BYTES = 4 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 60 * 60 * 1000;

/** The file is not fit to be sent. */
class UnfitError extends Error {}

/** A file of n8n's binary data: a stream from the binary store, or the buffer itself in memory mode. */
export function binarySource(
	context: IExecuteFunctions,
	item: number,
	binary: IBinaryData,
	label: string,
	rules: FileRules,
): FileSource {
	const metadata = { name: binary.fileName, type: binary.mimeType };
	return {
		label,
		open: async () =>
			await guard(context, item, label, async () => {
				if (binary.id === undefined) {
					const buffer = Buffer.from(binary.data, BINARY_ENCODING);
					checkSize(buffer.length, rules.limit);
					return openBuffer(buffer, metadata, rules);
				}
				const { fileSize } = await context.helpers.getBinaryMetadata(binary.id);
				const chunk = Math.min(CHUNK_BYTES, fileSize);
				const stream = await context.helpers.getBinaryStream(binary.id, chunk);
				return await openStream(stream, fileSize, metadata, rules);
			}),
	};
}

/** A file at a URL: passed on as it comes in, never stored. */
export function urlSource(
	context: IExecuteFunctions,
	item: number,
	url: URL,
	label: string,
	rules: FileRules,
): FileSource {
	return {
		label,
		open: async () =>
			await guard(context, item, label, async () => {
				const signal = context.getExecutionCancelSignal();
				const response = (await context.helpers.httpRequest({
					url: url.href,
					headers: PLAIN,
					encoding: 'stream',
					returnFullResponse: true,
					ignoreHttpStatusErrors: true,
					timeout: CONNECT_TIMEOUT_MS,
					...(signal ? { abortSignal: signal } : {}),
				})) as IN8nHttpFullResponse;
				const stream = response.body as Readable;
				const { 'content-length': length, 'content-type': type } = response.headers;
				if (response.statusCode !== 200) {
					stream.destroy();
					throw new UnfitError(`its server answered ${response.statusCode}`);
				}
				const metadata = {
					name: url.pathname,
					type: typeof type === 'string' ? type : undefined,
				};
				const size = length === undefined ? undefined : Number(length);
				return await openStream(stream, size, metadata, rules);
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
		const message =
			error instanceof UnfitError
				? `The file cannot be used: ${error.message}`
				: `The file cannot be read: ${explain(toThrownFailure(error), 'the server').message}`;
		throw new NodeOperationError(context.getNode(), message, {
			description: `Item ${item}: ${label}. Nothing was sent.`,
			itemIndex: item,
		});
	}
}

function checkSize(size: number | undefined, limit: SizeLimit): void {
	if (size === 0) throw new UnfitError('it is empty');
	if (size !== undefined && size > limit.bytes) {
		throw new UnfitError(`it has ${size} bytes, more than ${limit.label} allows`);
	}
}

/** @returns the MIME type to send a file as */
function readType(start: Buffer, { name, type }: Metadata, { accept }: FileRules): string {
	const content = typeOfContent(start);
	const stated = statedType(type) ?? typeOfName(name);
	if (!accept) return stated ?? content ?? UNKNOWN_TYPE;
	if (content !== undefined && accept.includes(content)) return content;
	const found = content ?? 'of no known type';
	throw new UnfitError(`its content is ${found}, and must be ${oneOf(accept)}`);
}

function openBuffer(buffer: Buffer, metadata: Metadata, rules: FileRules): OpenFile {
	return {
		body: buffer,
		size: buffer.length,
		type: readType(buffer, metadata, rules),
		fault: () => undefined,
		close: () => undefined,
	};
}

async function openStream(
	stream: Readable,
	size: number | undefined,
	metadata: Metadata,
	rules: FileRules,
): Promise<OpenFile> {
	let file: OpenFile | undefined;
	let fault: SourceFault | undefined;
	stream.on('error', (error) => {
		fault ??= { reason: error.message, unfit: error instanceof UnfitError };
	});
	try {
		checkSize(size, rules.limit);
		const start = await firstBytes(stream);
		if (start.length === 0) throw fault ? new Error(fault.reason) : new UnfitError('it is empty');
		const type = readType(start, metadata, rules);
		if (size === undefined) limitStream(stream, rules.limit);
		file = { body: stream, size, type, fault: () => fault, close: () => stream.destroy() };
		return file;
	} finally {
		if (!file) stream.destroy();
	}
}

/** Looks at the first bytes, as many as show the type, and puts them back. */
async function firstBytes(stream: Readable): Promise<Buffer> {
	return await new Promise((resolve) => {
		const settle = (start: Buffer) => {
			stream.off('readable', look).off('end', stop).off('error', stop);
			resolve(start);
		};
		const stop = () => {
			settle(Buffer.alloc(0));
		};
		const look = () => {
			const start: unknown = stream.read(SIGNATURE_BYTES);
			if (!Buffer.isBuffer(start)) return;
			stream.unshift(start);
			settle(start);
		};
		stream.on('readable', look).on('end', stop).on('error', stop);
	});
}

/** Breaks off a stream of unknown length that goes beyond the limit. */
function limitStream(stream: Readable, limit: SizeLimit): void {
	let bytes = 0;
	// Listening would start the flow before anyone reads: it is held until the stream is piped.
	stream.on('data', (chunk: Buffer) => {
		bytes += chunk.length;
		if (bytes > limit.bytes) {
			stream.destroy(new UnfitError(`it has more than ${limit.label} allows`));
		}
	});
	stream.pause();
}
