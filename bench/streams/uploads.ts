import { join } from 'node:path';
import type { Host } from '../harness/host';
import { chain, type NodeSpec } from '../harness/nodes';
import { makeFile, storeFile, WARM_UP_SHARE } from './files';
import type { Transfer } from './transfer';

const WARM_UP_RUNS = 2;

/** The file to be sent, and one to warm up with. */
export interface Files {
	large: string;
	small: string;
}

export async function makeFiles(folder: string, mebibytes: number): Promise<Files> {
	const files = { large: join(folder, 'large.mp4'), small: join(folder, 'small.mp4') };
	await makeFile(files.large, mebibytes);
	await makeFile(files.small, mebibytes * WARM_UP_SHARE);
	return files;
}

/** Puts the files into n8n's binary store, and the node behind them. */
export async function prepareUpload(
	host: Host,
	node: NodeSpec,
	{ large, small }: Files,
): Promise<Transfer> {
	const workflowWith = async (file: string) =>
		chain('Upload', [{ json: {}, binary: { data: await storeFile(host, file) } }], [node]);
	const warmUpId = await host.load(await workflowWith(small));
	return {
		host,
		workflow: await workflowWith(large),
		timed: [node.name],
		warmUp: async () => {
			for (let run = 0; run < WARM_UP_RUNS; run++) await host.run(warmUpId);
		},
	};
}
