/** Puts sentences behind one another, of those that there are. */
export const sentences = (...parts: ReadonlyArray<string | null | undefined>): string =>
	parts.filter(Boolean).join(' ');

/**
 * @param textOf what things are put in order by
 * @returns what `sort` takes; not by `localeCompare`, as to load its rules takes longer than to load all nodes
 */
export const byText =
	<Thing>(textOf: (thing: Thing) => string) =>
	(one: Thing, other: Thing): number =>
		textOf(one) < textOf(other) ? -1 : 1;

/** Says of what values one has to be. */
export const oneOf = (values: readonly string[]): string =>
	values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
