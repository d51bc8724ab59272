/** Puts sentences behind one another, of those that there are. */
export const sentences = (...parts: ReadonlyArray<string | null | undefined>): string =>
	parts.filter(Boolean).join(' ');

/** Says of what values one has to be. */
export const oneOf = (values: readonly string[]): string =>
	values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
