import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');

/** Prettier is an ES module, which jest cannot load: the pages are made in a process of their own. */
const PRINT = `require('./docs/generate.ts').referencePages().then((pages) => console.log(JSON.stringify(pages)))`;

it('has reference pages that say what the nodes say', async () => {
	const { stdout } = await promisify(execFile)(
		process.execPath,
		['--import', 'tsx', '--eval', PRINT],
		{ cwd: root, maxBuffer: 10_000_000 },
	);
	const pages = JSON.parse(stdout) as Array<{ file: string; text: string }>;
	expect(pages.length).toBeGreaterThan(6);
	for (const { file, text } of pages) {
		// After a change of a description: npm run docs
		expect(await readFile(join(root, 'docs', file), 'utf8')).toBe(text);
	}
}, 60_000);
