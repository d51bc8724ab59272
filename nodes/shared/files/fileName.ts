const LONGEST_NAME = 60;

/** Windows reserves these, whatever their extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * Makes a file name that every system can store.
 *
 * @param text such as a prompt
 * @param unique what tells it from others of the same text
 * @param extension without a dot
 */
export function toFileName(text: string, unique: string, extension: string | undefined): string {
	const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
	const words = plain.match(/[\p{L}\p{N}]+/gu)?.join('-') ?? '';
	const short = Array.from(words).slice(0, LONGEST_NAME).join('').replace(/-$/, '');
	const safe = short === '' || RESERVED.test(short) ? `file-${short}`.replace(/-$/, '') : short;
	return [`${safe}${unique ? `-${unique}` : ''}`, extension].filter(Boolean).join('.');
}
