import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { LtxStudio } from '../nodes/LtxStudio/LtxStudio.node.ts';
import { LtxStudioTrigger } from '../nodes/LtxStudio/LtxStudioTrigger.node.ts';
import { Luma } from '../nodes/Luma/Luma.node.ts';
import { pagesOf, type Extras, type Page } from './pages';

const API = 'https://useapi.net/docs/api-ltxstudio-v1';

const vendorPages: Extras['vendorPages'] = {
	'account/create': `${API}/post-ltxstudio-accounts`,
	'account/delete': `${API}/del-ltxstudio-accounts-email`,
	'account/get': `${API}/get-ltxstudio-accounts-email`,
	'account/getAll': `${API}/get-ltxstudio-accounts`,
	'asset/getAll': `${API}/get-ltxstudio-assets`,
	'asset/upload': `${API}/post-ltxstudio-assets`,
	'image/create': `${API}/post-ltxstudio-images-flux-create`,
	'image/edit': `${API}/post-ltxstudio-images-flux-edit`,
	'image/upscale': `${API}/post-ltxstudio-images-upscale`,
	'scheduler/cancel': `${API}/del-ltxstudio-scheduler-jobId`,
	'scheduler/getAll': `${API}/get-ltxstudio-scheduler`,
	'scheduler/getCapacity': `${API}/get-ltxstudio-scheduler-available`,
	'scheduler/getJob': `${API}/get-ltxstudio-assets-jobId`,
	'video/createLtx': `${API}/post-ltxstudio-videos-ltx-create`,
	'video/createVeo': `${API}/post-ltxstudio-videos-veo-create`,
};

async function outputsOf(node: string): Promise<NonNullable<Extras['outputs']>> {
	const file = join(__dirname, '..', 'nodes', node, 'output.schemas.json');
	return JSON.parse(await readFile(file, 'utf8')) as NonNullable<Extras['outputs']>;
}

async function picturesIn(folder: string): Promise<Set<string>> {
	const files = await readdir(folder);
	return new Set(files.map((file) => file.replace(/\.png$/, '')));
}

/** Makes the reference pages from the nodes' own descriptions, so that they cannot go stale. */
export async function referencePages(): Promise<Page[]> {
	const pictures = await picturesIn(join(__dirname, 'images/forms'));
	const ltxStudio = { outputs: await outputsOf('LtxStudio'), vendorPages, pictures };
	const luma = {
		outputs: await outputsOf('Luma'),
		vendorPages: { 'asset/upload': 'https://useapi.net/docs/api-luma-v1/post-luma-assets' },
		pictures,
	};
	const pages = [
		...pagesOf(new LtxStudio().description, ltxStudio),
		...pagesOf(new LtxStudioTrigger().description, { vendorPages: {}, pictures }, 'trigger'),
		...pagesOf(new Luma().description, luma, 'luma'),
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
