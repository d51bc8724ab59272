import type { Random } from './random';

/** A change to the JSON of an answer. */
export interface Edit {
	/** Keys and indexes with dots between them; `*` stands for all of a level, an empty path for the whole. */
	path: string;
	/** What stands there in place of the real value; left out, the key goes as well. */
	value?: unknown;
}

type Level = Record<string, unknown>;

const isLevel = (value: unknown): value is Level => typeof value === 'object' && value !== null;

/** Carries out edits on parsed JSON, and gives it back. A level that is not there is left alone. */
export function edit(json: unknown, edits: readonly Edit[]): unknown {
	return edits.reduce((edited, change) => {
		if (change.path === '') return change.value ?? null;
		editLevel(edited, change.path.split('.'), change);
		return edited;
	}, json);
}

function editLevel(level: unknown, [key = '', ...rest]: string[], change: Edit): void {
	if (!isLevel(level)) return;
	const keys = key === '*' ? Object.keys(level) : [key];
	for (const name of keys) {
		if (rest.length > 0) editLevel(level[name], rest, change);
		else if ('value' in change) level[name] = change.value;
		else Reflect.deleteProperty(level, name);
	}
}

/** Parts of an answer that are named after something are entries, not fields. */
const isEntry = (key: string) => key.includes('@');

/**
 * Leaves fields out of parsed JSON, at any depth.
 *
 * @param share how many of them, from 0 to 1
 * @returns the number of fields left out
 */
export function thinOut(json: unknown, share: number, random: Random): number {
	if (!isLevel(json)) return 0;
	let count = 0;
	for (const [key, value] of Object.entries(json)) {
		const isField = !Array.isArray(json) && !isEntry(key);
		if (isField && random() < share) {
			Reflect.deleteProperty(json, key);
			count++;
		} else {
			count += thinOut(value, share, random);
		}
	}
	return count;
}
