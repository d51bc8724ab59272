/** Lets a pattern match nothing, too: n8n holds a resource locator to its pattern even where it may be left empty. */
export const optionalPattern = (pattern: string, required = false): string =>
	required ? pattern : `(?:${pattern})?`;
