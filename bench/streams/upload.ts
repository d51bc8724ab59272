import { join } from 'node:path';
import type { IBinaryData } from 'n8n-workflow';
import { ratioBar, worstBar } from '../harness/bars';
import type { Host } from '../harness/host';
import { chain, type NodeSpec } from '../harness/nodes';
import { withPair } from '../harness/pair';
import { describeProfile } from '../harness/profileReport';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import { curlUpload } from './curl';
import { makeFile, storeFile, withFolder } from './files';
import { MEMORY_LIMIT_MIB } from './limits';
import { httpUpload, packageUpload } from './nodes';
import { compareTransfers } from './transfer';

export const uploadWorkflow = (binary: IBinaryData, node: NodeSpec) =>
	chain('Upload', [{ json: {}, binary: { data: binary } }], [node]);

/** Runs the node once with a few bytes, so that its code is loaded before anything is measured. */
export async function warmUp(host: Host, node: NodeSpec): Promise<void> {
	const data = Buffer.from('A file of no importance').toString('base64');
	const binary = { data, mimeType: 'video/mp4', fileName: 'small.mp4' };
	await host.run(await host.load(uploadWorkflow(binary, node)));
}

async function run(setting: Setting): Promise<Findings> {
	const mebibytes = setting.quick ? 256 : 1024;
	return await withFolder((folder) =>
		withPair(setting, {}, async ({ service, hosts }) => {
			const file = join(folder, 'video.mp4');
			await makeFile(file, mebibytes);
			const nodes = { package: packageUpload({ binary: true }), byHand: httpUpload(service) };
			const transfer = async (side: 'package' | 'byHand') => {
				const host = hosts[side];
				const workflow = uploadWorkflow(await storeFile(host, file), nodes[side]);
				await warmUp(host, nodes[side]);
				return { host, workflow, timed: ['Upload'] };
			};
			const [ours, byHand] = await Promise.all([transfer('package'), transfer('byHand')]);
			const { time, memory, cpu } = await compareTransfers(
				setting,
				setting.quick ? 2 : 5,
				{ package: ours, byHand },
				() => curlUpload(service, file),
			);
			const profile = setting.quick
				? []
				: describeProfile(await hosts.package.profile(await hosts.package.load(ours.workflow)));
			return {
				work: `${mebibytes} MiB from the binary store to \`POST assets\`.`,
				measures: [time, memory, cpu],
				bars: [
					ratioBar(time, 0.15, 'byHand'),
					ratioBar(time, 2.5, 'floor'),
					worstBar(memory, MEMORY_LIMIT_MIB),
				],
				remarks: profile,
			};
		}),
	);
}

export const upload: Row = { id: 'upload', title: 'Upload', sides: SIDES, run };
