import { isPrintable } from '../api/text';
import { oneOf } from '../words';
import { firstBytes, type FileStream } from './firstBytes';
import {
	FIRST_BYTES,
	isWebPage,
	statedType,
	textType,
	typeOfContent,
	typeOfName,
} from './mimeType';
import { UnfitError } from './sourceError';

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

export interface SizeLimit {
	/** In bytes. */
	bytes: number;
	/** The limit's name and value, as the user knows it: `"Largest File (MB)" of 5000`. */
	label: string;
}

/** What a file must be like to be sent. */
export interface FileRules {
	limit: SizeLimit;
	/** MIME types that its first bytes may show. Any file will do if left out. */
	accept?: readonly string[];
	/** @returns what is wrong with a file that begins like this, if anything */
	objection?: (start: Buffer) => string | undefined;
	/** The MIME type to send it as, whatever it looks like unless that is a web page; one of `accept`, where there is one. */
	type?: string | undefined;
}

/** What is said of a file beside its content. */
export interface Metadata {
	name: string | undefined;
	type: string | undefined;
}

const UNKNOWN_TYPE = 'application/octet-stream';

function checkSize(size: number | undefined, limit: SizeLimit): void {
	if (size === 0) throw new UnfitError('it is empty');
	if (size !== undefined && size > limit.bytes) {
		throw new UnfitError(`it has ${size} bytes, more than ${limit.label} allows`);
	}
}

const kindOf = (type: string): string => type.split('/', 1).join().toLowerCase();

/** @returns the MIME type to send a file as */
function readType(
	start: Buffer,
	{ name, type }: Metadata,
	{ accept, objection, type: chosen }: FileRules,
): string {
	if (textType(chosen) === undefined && isWebPage(start, type)) {
		throw new UnfitError('its content is a web page');
	}
	const problem = objection?.(start);
	if (problem !== undefined) throw new UnfitError(problem);
	if (chosen !== undefined) {
		// Which kind of picture it is, its user knows.
		if (!accept || accept.some((type) => kindOf(type) === kindOf(chosen))) return chosen;
		throw new UnfitError(`its MIME type is ${chosen}, and must be ${oneOf(accept)}`);
	}
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

/**
 * Opens a file that is in memory.
 *
 * @throws {UnfitError} if it is not what it must be like
 */
export function openBuffer(buffer: Buffer, metadata: Metadata, rules: FileRules): OpenFile {
	checkSize(buffer.length, rules.limit);
	return {
		body: buffer,
		size: buffer.length,
		type: readType(buffer.subarray(0, FIRST_BYTES), metadata, rules),
		fault: () => undefined,
		close: () => undefined,
	};
}

/**
 * Opens a file that comes as a stream, which is closed if that fails.
 *
 * @param size in bytes, as far as it was announced
 * @param stop breaks off what the file is sent with
 * @throws {UnfitError} if it is not what it must be like, and any error of the stream
 */
export async function openStream(
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
