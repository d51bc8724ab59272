/** Puts sentences behind one another; empty ones are left out. */
export const sentences = (...parts: string[]) => parts.filter((part) => part !== '').join(' ');

/** Says of what values one has to be. */
export const oneOf = (values: readonly string[]): string =>
	values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
