import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { catalogue, operationsOf } from '../build/catalogue';
import { LtxStudioTrigger } from '../nodes/LtxStudio/LtxStudioTrigger.node.ts';
import { pagesOf, type Page } from './pages';

/** The nodes whose operations are on one page, and what it is called. */
const SINGLE_PAGES: Readonly<Record<string, string>> = { Ltx: 'ltx', Luma: 'luma' };

async function picturesIn(folder: string): Promise<Set<string>> {
	const files = await readdir(folder);
	return new Set(files.map((file) => file.replace(/\.png$/, '')));
}

/** Makes the reference pages from the nodes' own descriptions, so that they cannot go stale. */
export async function referencePages(): Promise<Page[]> {
	const pictures = await picturesIn(join(__dirname, 'images/forms'));
	const trigger = new LtxStudioTrigger().description;
	const pages = [
		...catalogue.flatMap((node) => {
			const operations = new Map(operationsOf(node).map(({ path, facts }) => [path, facts]));
			return pagesOf(node.description, { operations, pictures }, SINGLE_PAGES[node.folder]);
		}),
		...pagesOf(
			trigger,
			{
				operations: new Map(),
				pictures,
				lead: 'Start a workflow with a finished job, or resume the execution that submitted it',
			},
			'trigger',
		),
	];
	const style = await resolveConfig(__filename);
	return await Promise.all(
		pages.map(async ({ file, text }) => ({
			file,
			text: await format(text, { ...style, parser: 'markdown' }),
		})),
	);
}

async function main(): Promise<void> {
	for (const { file, text } of await referencePages()) await writeFile(join(__dirname, file), text);
}

if (require.main === module) void main();
