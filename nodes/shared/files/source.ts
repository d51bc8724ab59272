import {
	BINARY_ENCODING,
	NodeOperationError,
	type IBinaryData,
	type IExecuteFunctions,
	type IN8nHttpFullResponse,
	type INode,
} from 'n8n-workflow';

import { oneOf } from '../n8n/fieldReader';
import { itemLabel } from '../n8n/items';
import { explainNetwork } from '../api/explain';
import { isReachable } from '../api/privateHost';
import { isPrintable } from '../api/text';
import {
	BROKEN_SOURCE,
	networkFailure,
	toThrownFailure,
	UNFIT_SOURCE,
	type Failure,
} from '../api/failure';
import { isTransient } from '../api/retryPolicy';
import type { TimeLimit } from '../api/timeLimit';
import { firstBytes, type FileStream } from './firstBytes';
import {
	FIRST_BYTES,
	isWebPage,
	statedType,
	textType,
	typeOfContent,
	typeOfName,
} from './mimeType';
import { requestFile } from './requestFile';

/** A file that is about to be sent. */
export interface OpenFile {
	body: FileStream | Buffer;
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

/** The file may be there later. */
class AwayError extends Error {}

/** A file could not be opened, in words for the user. */
export class SourceError extends NodeOperationError {
	/** @param failure the same for whoever tries again, or asks for something else that needs the file */
	constructor(
		node: INode,
		message: string,
		options: { description: string; itemIndex: number },
		readonly failure: Failure,
	) {
		super(node, message, options);
		// n8n knows it by that.
		this.name = NodeOperationError.name;
	}
}

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
				return await openStream(body as FileStream, toSize(length), metadata, rules, limit.stop);
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
	limit: TimeLimit,
): Promise<IN8nHttpFullResponse> {
	let url = start;
	for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
		if (!isReachable(url, baseUrl)) {
			throw new UnfitError(
				`${url.host} is an address of a private network. Read the file with an HTTP Request node, and choose "File of the Item" as Source`,
			);
		}
		const response = await requestFile(context, url, limit);
		const { statusCode: status, headers, body } = response;
		if (status === 200) return response;
		(body as FileStream).destroy();
		const { location } = headers;
		if (!REDIRECTS.has(status) || typeof location !== 'string') {
			const reason = `its server answered ${status}`;
			const isPassing = isTransient({ status, detail: reason, effect: 'none' });
			throw isPassing ? new AwayError(reason) : new UnfitError(reason);
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
		throw toSourceError(context, item, label, error);
	}
}

function toSourceError(
	context: IExecuteFunctions,
	item: number,
	label: string,
	error: unknown,
): SourceError {
	const { verb, reason, failure } = explainSource(error, label);
	const message = `The file cannot be ${verb}: ${reason}`;
	const description = `${itemLabel(item, context.getInputData().length)}: ${label}. Nothing was sent.`;
	return new SourceError(context.getNode(), message, { description, itemIndex: item }, failure);
}

/** Says why a file could not be opened. */
function explainSource(
	error: unknown,
	label: string,
): { verb: 'used' | 'read'; reason: string; failure: Failure } {
	if (error instanceof UnfitError) {
		const reason = error.message;
		return { verb: 'used', reason, failure: networkFailure(UNFIT_SOURCE, `${reason} (${label})`) };
	}
	const thrown = toThrownFailure(error);
	const reason =
		error instanceof AwayError ? error.message : explainNetwork(thrown, 'the server').message;
	const detail = `${reason} (${label})`;
	const failure = isTransient(thrown)
		? networkFailure(BROKEN_SOURCE, detail)
		: networkFailure(UNFIT_SOURCE, `it cannot be read: ${detail}`);
	return { verb: 'read', reason, failure };
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
	if (!accept && textType(chosen) === undefined && isWebPage(start, type)) {
		throw new UnfitError('its content is a web page');
	}
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
	stream: FileStream,
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
		const start = await firstBytes(stream, FIRST_BYTES);
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

/**
 * Holds a stream to what was said of it. What was compressed on its way, for one, is unpacked, and has another length.
 *
 * @param refuse breaks off the request: a stream that has ended too early cannot do so itself
 */
function countBytes(
	stream: FileStream,
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
