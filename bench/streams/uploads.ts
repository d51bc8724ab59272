import { join } from 'node:path';
import type { Host } from '../harness/host';
import { chain, type NodeSpec, type Wires } from '../harness/nodes';
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

/** What uploads the file of the item behind which it stands. */
export interface UploadNodes {
	nodes: readonly NodeSpec[];
	/** How they hang together; default: in a row. */
	wires?: Wires;
	/** Those whose time counts; default: all. */
	timed?: readonly string[];
}

/** Puts the files into n8n's binary store, and the nodes behind them. */
export async function prepareUpload(
	host: Host,
	{ nodes, wires, timed = nodes.map(({ name }) => name) }: UploadNodes,
	{ large, small }: Files,
): Promise<Transfer> {
	const workflowWith = async (file: string) =>
		chain('Upload', [{ json: {}, binary: { data: await storeFile(host, file) } }], nodes, wires);
	const warmUpId = await host.load(await workflowWith(small));
	return {
		host,
		workflow: await workflowWith(large),
		timed,
		warmUp: async () => {
			for (let run = 0; run < WARM_UP_RUNS; run++) await host.run(warmUpId);
		},
	};
}
