/** The pattern of a MIME type without its parameters. */
export const MIME_TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/** Types that say nothing about a file. */
const VAGUE = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'text/plain']);

const BY_EXTENSION: ReadonlyMap<string, string> = new Map(
	Object.entries({
		avi: 'video/x-msvideo',
		gif: 'image/gif',
		jpeg: 'image/jpeg',
		jpg: 'image/jpeg',
		m4a: 'audio/mp4',
		mkv: 'video/x-matroska',
		mov: 'video/quicktime',
		mp3: 'audio/mpeg',
		mp4: 'video/mp4',
		ogg: 'audio/ogg',
		png: 'image/png',
		wav: 'audio/wav',
		webm: 'video/webm',
		webp: 'image/webp',
		zip: 'application/zip',
	}),
);

interface Signature {
	type: string;
	at: number;
	bytes: string;
}

/** First bytes by type; a container comes after what is in it. */
const SIGNATURES: readonly Signature[] = [
	{ type: 'image/png', at: 0, bytes: '\x89PNG\r\n\x1a\n' },
	{ type: 'image/jpeg', at: 0, bytes: '\xff\xd8\xff' },
	{ type: 'image/gif', at: 0, bytes: 'GIF8' },
	{ type: 'image/bmp', at: 0, bytes: 'BM' },
	{ type: 'image/tiff', at: 0, bytes: 'II*\0' },
	{ type: 'image/tiff', at: 0, bytes: 'MM\0*' },
	{ type: 'image/webp', at: 8, bytes: 'WEBP' },
	{ type: 'audio/wav', at: 8, bytes: 'WAVE' },
	{ type: 'video/x-msvideo', at: 8, bytes: 'AVI ' },
	{ type: 'video/quicktime', at: 4, bytes: 'ftypqt' },
	{ type: 'audio/mp4', at: 4, bytes: 'ftypM4A' },
	{ type: 'image/avif', at: 4, bytes: 'ftypavi' },
	{ type: 'image/heic', at: 4, bytes: 'ftyphei' },
	{ type: 'image/heic', at: 4, bytes: 'ftypmif1' },
	{ type: 'image/heic', at: 4, bytes: 'ftypmsf1' },
	{ type: 'video/mp4', at: 4, bytes: 'ftyp' },
	{ type: 'video/webm', at: 0, bytes: '\x1aE\xdf\xa3' },
	{ type: 'audio/mpeg', at: 0, bytes: 'ID3' },
	{ type: 'audio/ogg', at: 0, bytes: 'OggS' },
	{ type: 'application/pdf', at: 0, bytes: '%PDF-' },
];

/** The types of pictures that are known by their first bytes. */
export const IMAGE_TYPES: readonly string[] = [
	...new Set(SIGNATURES.map(({ type }) => type).filter((type) => type.startsWith('image/'))),
];

/** How many bytes of a file are enough to know it: a recorder writes kilobytes about itself before it says how it stores sound. */
export const FIRST_BYTES = 16 * 1024;

/** How many of them show the type. */
const SIGNATURE_BYTES = 16;

const WAV = { mark: 'WAVE', markAt: 8, chunksAt: 12, headBytes: 8 };
/** How a WAV file stores sound; where it is `extended`, that stands further on. */
const FORMAT = { chunk: 'fmt ', pcm: 0x1, decimals: 0x3, extended: 0xfffe, extendedAt: 24 };

/** @returns whether a file is a WAV file that is not compressed, as far as it begins like one */
export function isPcm(start: Buffer): boolean {
	if (start.toString('latin1', WAV.markAt, WAV.chunksAt) !== WAV.mark) return false;
	let at = WAV.chunksAt;
	while (at + WAV.headBytes <= start.length) {
		const data = start.subarray(at + WAV.headBytes);
		if (start.toString('latin1', at, at + FORMAT.chunk.length) === FORMAT.chunk) {
			const format = numberAt(data, 0);
			const stored = format === FORMAT.extended ? numberAt(data, FORMAT.extendedAt) : format;
			return stored === FORMAT.pcm || stored === FORMAT.decimals;
		}
		const length = start.readUInt32LE(at + FORMAT.chunk.length);
		at += WAV.headBytes + length + (length % 2);
	}
	return false;
}

const numberAt = (data: Buffer, at: number): number | undefined =>
	at + 2 <= data.length ? data.readUInt16LE(at) : undefined;

/** @returns the type that the first bytes of a file show, or undefined */
export function typeOfContent(start: Buffer): string | undefined {
	const text = start.toString('latin1', 0, SIGNATURE_BYTES);
	return SIGNATURES.find(({ at, bytes }) => text.startsWith(bytes, at))?.type;
}

/**
 * @param stated its MIME type, as its server or n8n says
 * @returns whether a file begins like a web page, or is called one and begins like nothing else
 */
export const isWebPage = (start: Buffer, stated: string | null | undefined): boolean =>
	(textType(stated) === 'text/html' && typeOfContent(start) === undefined) ||
	/^\s*<(!doctype html|html)\b/i.test(start.toString().replace(/^\uFEFF/, ''));

/**
 * @param stated its MIME type, as its server says
 * @returns whether a file begins like JSON or XML, or is called text and may be some
 */
export const isLikeText = (start: Buffer, stated = ''): boolean =>
	typeOfContent(start) === undefined &&
	((/^text\/|[/+](json|xml)\b/i.test(stated) && !hasControls(start)) ||
		/^\s*[{<]/.test(start.toString()));

const hasControls = (start: Buffer): boolean =>
	start.some((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d));

/** @returns the type that a file name or the path of a URL shows, or undefined */
export function typeOfName(name: string | undefined): string | undefined {
	const extension = /\.([a-z0-9]+)$/i.exec(name ?? '')?.[1];
	return extension && BY_EXTENSION.get(extension.toLowerCase());
}

/** @returns a `Content-Type` without its parameters, or undefined if it is none or says nothing */
export function statedType(type: string | null | undefined): string | undefined {
	const plain = type?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
	return VAGUE.has(plain) || !MIME_TYPE.test(plain) ? undefined : plain;
}

/** @returns a type that says no more than that a file is text: enough where nothing else is known */
export function textType(type: string | null | undefined): string | undefined {
	const plain = type?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
	return plain.startsWith('text/') && MIME_TYPE.test(plain) ? plain : undefined;
}

/** @returns the usual extension of a type, without a dot */
export function extensionOf(type: string | null | undefined): string | undefined {
	return [...BY_EXTENSION].find(([, known]) => known === type)?.[0];
}
