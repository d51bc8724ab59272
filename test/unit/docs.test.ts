import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { referencePages } from '../../docs/generate';

const docs = join(__dirname, '../../docs');

it('has reference pages that say what the nodes say', async () => {
	const pages = await referencePages();
	expect(pages.length).toBeGreaterThan(6);
	for (const { file, text } of pages) {
		// After a change of a description: npm run docs
		expect(await readFile(join(docs, file), 'utf8')).toBe(text);
	}
}, 60_000);
