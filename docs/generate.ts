import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Luma } from '../nodes/Luma/Luma.node';
import { LtxStudio } from '../nodes/LtxStudio/LtxStudio.node';
import { LtxStudioTrigger } from '../nodes/LtxStudioTrigger/LtxStudioTrigger.node';
import { pagesOf, type Page } from './pages';

/** The reference pages, by file name. They are made from the nodes' own descriptions, so that they cannot go stale. */
export async function referencePages(): Promise<Page[]> {
	const schemas = JSON.parse(
		await readFile(join(__dirname, '../nodes/LtxStudio/output.schemas.json'), 'utf8'),
	) as Parameters<typeof pagesOf>[1];
	return [
		...pagesOf(new LtxStudio().description, schemas),
		...pagesOf(new LtxStudioTrigger().description, undefined, 'trigger'),
		...pagesOf(new Luma().description, undefined, 'luma'),
	];
}

async function main(): Promise<void> {
	for (const { file, text } of await referencePages()) await writeFile(join(__dirname, file), text);
}

if (require.main === module) void main();
