import { join } from 'node:path';
import { ratioBar, worstBar } from '../harness/bars';
import { chain } from '../harness/nodes';
import { withPair } from '../harness/pair';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import { curlDownload } from './curl';
import { MEBIBYTE, withFolder } from './files';
import { MEMORY_LIMIT_MIB } from './limits';
import { byHandDownload, packageDownload } from './nodes';
import { compareTransfers } from './transfer';

async function run(setting: Setting): Promise<Findings> {
	const mebibytes = setting.quick ? 256 : 1024;
	return await withFolder((folder) =>
		withPair(setting, { artifactBytes: MEBIBYTE }, async ({ service, hosts }) => {
			const { url } = await service.makeArtifact();
			const items = [{ json: { assetUrl: url } }];
			const transfer = async (side: 'package' | 'byHand') => {
				const node = side === 'package' ? packageDownload : byHandDownload;
				const workflow = chain('Download', items, [node]);
				const host = hosts[side];
				await host.run(await host.load(workflow));
				return { host, workflow, timed: [node.name] };
			};
			const sides = { package: await transfer('package'), byHand: await transfer('byHand') };
			await service.behave({ artifactBytes: mebibytes * MEBIBYTE });
			const { time, memory, cpu } = await compareTransfers(
				setting,
				setting.quick ? 2 : 5,
				sides,
				() => curlDownload(url, join(folder, 'video.mp4')),
			);
			return {
				work: `One artifact of ${mebibytes} MiB to the binary store.`,
				measures: [time, memory, cpu],
				bars: [ratioBar(time, 1.1, 'byHand'), worstBar(memory, MEMORY_LIMIT_MIB)],
			};
		}),
	);
}

export const download: Row = { id: 'download', title: 'Download', sides: SIDES, run };
