/** Stands for what must not be shown. */
export const HIDDEN = '[hidden]';

/** Characters that no name, header or log line needs: control characters, invisible ones, and halves of others. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const ALL_UNPRINTABLE = new RegExp(UNPRINTABLE.source, 'gu');

const LONGEST = 200;

/** @returns whether a text can be shown, logged and sent as it is */
export const isPrintable = (text: string): boolean => !UNPRINTABLE.test(text);

/** Makes a text from outside fit for an error or a line of a log. */
export function printable(text: string, longest = LONGEST): string {
	const shown = text.slice(0, longest).replace(ALL_UNPRINTABLE, '\uFFFD');
	return text.length > longest ? `${shown}…` : shown;
}

/** Where an address leads, without its signature. */
export const placeOf = (address: string): string =>
	address.replace(/^(\w+:\/\/)[^/?#]*@|[?#].*/gs, '$1');

/** The same of a URL of the user's own, in whose path a key may stand, too. */
export const shortPlaceOf = ({ host, pathname }: URL): string =>
	host + pathname.replace(/^\/.+\//, '/…/');

/** @returns what an encoded text says, or the text itself where it is not encoded right */
export function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** Makes one segment of a path of any text. Half a character would make `encodeURIComponent` throw. */
export const pathSegment = (text: string): string =>
	encodeURIComponent(Buffer.from(text).toString());
