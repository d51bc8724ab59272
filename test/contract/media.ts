import type { Content, Schema } from './document';
import { problemsOfJson, problemsOfText } from './schemas';

const ANY = '*/*';
const FORM = 'multipart/form-data';

/** Holds a body to the content that is described. @returns what is wrong with it, place by place */
export function problemsOfBody(
	content: Content,
	type: string | undefined,
	body: unknown,
): string[] {
	if (type === undefined) return ['has no Content-Type'];
	const key = [type, ANY].find((candidate) => candidate in content);
	if (key === undefined) return [`cannot be ${type}`];
	const schema: Schema | undefined = content[key];
	if (!schema) return [];
	return type === FORM ? problemsOfText(schema, body) : problemsOfJson(schema, body);
}

/** A media type without its parameters. */
export const mediaType = (header: string | undefined): string | undefined =>
	header?.split(';', 1)[0]?.trim().toLowerCase();
