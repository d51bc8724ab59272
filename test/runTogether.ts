import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs the tests of a folder in one module registry, so that the nodes and what drives them are loaded once for all of
 * them.
 *
 * @param folder where the `*.test.ts` files are; each is named by a `describe` of its own, which its hooks belong to
 */
export function runTogether(folder: string): void {
	for (const name of readdirSync(folder)) {
		if (!name.endsWith('.test.ts')) continue;
		describe(name, () => {
			jest.requireActual(join(folder, name));
		});
	}
}
