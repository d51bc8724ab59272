import { randomBytes } from 'node:crypto';
import { link, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { IBinaryData } from 'n8n-workflow';
import { outputOf } from '../../test/n8n-host/api';
import { run } from '../../test/n8n-host/processes';
import type { Host } from '../harness/host';
import { chain } from '../harness/nodes';

export const MEBIBYTE = 1024 * 1024;
/** How much is moved before a measurement: enough for V8 to collect what n8n's start has left. */
export const WARM_UP_SHARE = 1 / 8;
const BLOCK_MIB = 8;

/** Works in a folder that is deleted afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), 'bench-'));
	try {
		return await work(folder);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/**
 * Writes a file that no layer can make smaller.
 * @param mebibytes a multiple of 8
 */
export async function makeFile(path: string, mebibytes: number): Promise<void> {
	const block = randomBytes(BLOCK_MIB * MEBIBYTE);
	const file = await open(path, 'w');
	try {
		for (let written = 0; written < mebibytes; written += BLOCK_MIB) await file.write(block);
	} finally {
		await file.close();
	}
}

/** Waits until the disk has all that was written, so that to write it is not counted for what comes next. */
export async function settleDisk(): Promise<void> {
	await run('sync', [], { cwd: '/' });
}

/** Reads a file into n8n's binary store. */
export async function storeFile(host: Host, path: string): Promise<IBinaryData> {
	const source = join(host.n8n.filesFolder, basename(path));
	// Under another name, not a copy.
	await link(path, source);
	const reader = {
		name: 'Read',
		type: 'n8n-nodes-base.readWriteFile',
		typeVersion: 1.1,
		parameters: { operation: 'read', fileSelector: source, options: {} },
	};
	const { execution } = await host.run(await host.load(chain('Read', [{ json: {} }], [reader])));
	const binary = outputOf(execution, reader.name)[0]?.binary?.data;
	if (!binary) throw new Error('n8n has not read the file');
	return binary;
}
