import {
	BINARY_ENCODING,
	NodeOperationError,
	type BinaryHelperFunctions,
	type IBinaryData,
	type IExecuteFunctions,
	type IN8nHttpFullResponse,
} from 'n8n-workflow';

import { oneOf } from '../n8n/fieldReader';
import { itemLabel } from '../n8n/items';
import { explainNetwork } from '../api/explain';
import { isReachable } from '../api/privateHost';
import { isPrintable } from '../api/text';
import { toThrownFailure } from '../api/failure';
import type { TimeLimit } from '../api/timeLimit';
import { FIRST_BYTES, statedType, textType, typeOfContent, typeOfName } from './mimeType';
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
	/**
	 * @param limit goes for opening and sending, and is stopped when the source is not what it should be
	 * @param baseUrl of the API that the file is sent to
	 */
	open(limit: TimeLimit, baseUrl: URL): Promise<OpenFile>;
}

/** A file that n8n keeps: what it is like can be known before anything is sent. */
export interface StoredFile extends FileSource {
	/**
	 * Looks at its size and its first bytes.
	 * @throws {NodeOperationError} as `open()` would
	 */
	inspect(): Promise<void>;
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
	/** @returns what is wrong with a file that begins like this, if anything */
	objection?: (start: Buffer) => string | undefined;
	/** The MIME type to send it as, whatever it looks like. */
	type?: string | undefined;
}

/** What is said of a file beside its content. */
interface Metadata {
	name: string | undefined;
	type: string | undefined;
}

const UNKNOWN_TYPE = 'application/octet-stream';
/** Read at once. With smaller chunks V8 soon clears up all the time, which in n8n's large heap takes longer than to send them. */
const CHUNK_BYTES = 4 * 1024 * 1024;
const MOST_REDIRECTS = 5;

/** The file is not fit to be sent. */
class UnfitError extends Error {}

/** A file of n8n's binary data: a stream from the binary store, or the buffer itself in memory mode. */
export function binarySource(
	context: IExecuteFunctions,
	item: number,
	binary: IBinaryData,
	label: string,
	rules: FileRules,
): StoredFile {
	const metadata = { name: binary.fileName, type: binary.mimeType };
	const open = async (chunkBytes: number, stop: () => void) =>
		await guard(context, item, label, async () => {
			if (binary.id === undefined) {
				const buffer = Buffer.from(binary.data, BINARY_ENCODING);
				checkSize(buffer.length, rules.limit);
				return openBuffer(buffer, metadata, rules);
			}
			const { fileSize } = await context.helpers.getBinaryMetadata(binary.id);
			const chunk = Math.min(chunkBytes, fileSize);
			const stream = await context.helpers.getBinaryStream(binary.id, chunk);
			return await openStream(stream, fileSize, metadata, rules, stop);
		});
	return {
		label,
		open: async ({ stop }) => await open(CHUNK_BYTES, stop),
		inspect: async () => {
			const file = await open(FIRST_BYTES, () => undefined);
			file.close();
		},
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
		open: async (limit, baseUrl) =>
			await guard(context, item, label, async () => {
				const { body, headers } = await follow(context, url, baseUrl, limit);
				const { 'content-length': length, 'content-type': type } = headers;
				const metadata = {
					name: url.pathname,
					type: typeof type === 'string' ? type : undefined,
				};
				return await openStream(body as Readable, toSize(length), metadata, rules, limit.stop);
			}),
	};
}

/** @returns a length that makes sense, or undefined */
function toSize(length: unknown): number | undefined {
	const size = typeof length === 'string' && /^\d+$/.test(length) ? Number(length) : NaN;
	return Number.isSafeInteger(size) ? size : undefined;
}

/** Opens a URL. Redirects are followed one by one, because each may lead to where nothing must be read. */
async function follow(
	context: IExecuteFunctions,
	start: URL,
	baseUrl: URL,
	{ signal }: TimeLimit,
): Promise<IN8nHttpFullResponse> {
	let url = start;
	for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
		if (!isReachable(url, baseUrl)) {
			throw new UnfitError(
				`${url.host} is an address of a private network. Read the file with an HTTP Request node, and choose "File of the Item" as Source`,
			);
		}
		const response = (await context.helpers.httpRequest({
			url: url.href,
			headers: PLAIN,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: 0,
			abortSignal: signal,
		})) as IN8nHttpFullResponse;
		const { statusCode: status, headers, body } = response;
		if (status === 200) return response;
		(body as Readable).destroy();
		const { location } = headers;
		if (!REDIRECTS.has(status) || typeof location !== 'string') {
			throw new UnfitError(`its server answered ${status}`);
		}
		const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
		if (next?.protocol !== 'https:' && next?.protocol !== 'http:') {
			throw new UnfitError('its server redirects to what is no web address');
		}
		url = next;
	}
	throw new UnfitError(`its server redirects more than ${MOST_REDIRECTS} times`);
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

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
				: `The file cannot be read: ${explainNetwork(toThrownFailure(error), 'the server').message}`;
		throw new NodeOperationError(context.getNode(), message, {
			description: `${itemLabel(item, context.getInputData().length)}: ${label}. Nothing was sent.`,
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
function readType(
	start: Buffer,
	{ name, type }: Metadata,
	{ accept, objection, type: chosen }: FileRules,
): string {
	const problem = objection?.(start);
	if (problem !== undefined) throw new UnfitError(problem);
	if (chosen !== undefined) return chosen;
	if (type !== undefined && !isPrintable(type)) {
		throw new UnfitError('its MIME type has a line break or an invisible character');
	}
	const content = typeOfContent(start);
	const stated = statedType(type) ?? typeOfName(name);
	if (!accept) return stated ?? content ?? textType(type) ?? UNKNOWN_TYPE;
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
	stop: () => void,
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
		countBytes(stream, size, rules.limit, (reason) => {
			fault ??= { reason, unfit: true };
			stop();
		});
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
			const start: unknown = stream.read(FIRST_BYTES);
			if (!Buffer.isBuffer(start)) return;
			stream.unshift(start);
			settle(start);
		};
		stream.on('readable', look).on('end', stop).on('error', stop);
	});
}

/**
 * Holds a stream to what was said of it. What was compressed on its way, for one, is unpacked, and has another length.
 *
 * @param refuse breaks off the request: a stream that has ended too early cannot do so itself
 */
function countBytes(
	stream: Readable,
	size: number | undefined,
	limit: SizeLimit,
	refuse: (reason: string) => void,
): void {
	let bytes = 0;
	// Listening would start the flow before anyone reads: it is held until the stream is piped.
	stream.on('data', (chunk: Buffer) => {
		bytes += chunk.length;
		if (bytes > limit.bytes) {
			stream.destroy(new UnfitError(`it has more than ${limit.label} allows`));
		} else if (size !== undefined && bytes > size) {
			stream.destroy(new UnfitError(`it has more than the ${size} bytes that were announced`));
		}
	});
	stream.on('end', () => {
		if (size !== undefined && bytes < size)
			refuse(`it has ${bytes} of the ${size} bytes announced`);
	});
	stream.pause();
}
