import { decoded } from '../api/text';

const LONGEST_NAME = 60;

/** Marks that a Latin letter or a digit does without, and those that only choose how a character looks. */
const NEEDLESS_MARKS = /([\p{Script=Latin}\d])\p{M}+|\p{Variation_Selector}/gu;

/** Vowels of Thai and Lao that could not be put together again. */
const WHOLE = /([\u0e33\u0eb3])/;

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
	const words =
		plainOf(text)
			.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu)
			?.join('-') ?? '';
	const short = Array.from(words).slice(0, LONGEST_NAME).join('').replace(/-$/, '');
	const safe = short === '' || RESERVED.test(short) ? `file-${short}`.replace(/-$/, '') : short;
	const suffix = unique.replace(/[^\w-]/g, '');
	return [`${safe}${suffix ? `-${suffix}` : ''}`, extension].filter(Boolean).join('.');
}

/** A text without accents, as far as it can be read without them. */
const plainOf = (text: string): string =>
	text
		.split(WHOLE)
		.map((part) => (WHOLE.test(part) ? part : part.normalize('NFKD')))
		.join('')
		.replace(NEEDLESS_MARKS, '$1')
		.normalize('NFC')
		.toLowerCase();

/** @returns the name of a file in its URL, or an empty text */
export function nameInUrl(url: string): string {
	const segment = new URL(url).pathname.split('/').pop() ?? '';
	return decoded(segment).split('/').pop() ?? '';
}

/** Takes a name apart, where what is behind its last dot may be an extension. */
export function splitName(name: string): { stem: string; extension: string | undefined } {
	const dot = name.lastIndexOf('.');
	const extension = name.slice(dot + 1).toLowerCase();
	const isOne = dot > 0 && /^[a-z\d]{1,5}$/.test(extension) && /[a-z]/.test(extension);
	return isOne ? { stem: name.slice(0, dot), extension } : { stem: name, extension: undefined };
}
