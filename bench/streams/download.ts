import { join } from 'node:path';
import { ratioBar, worstBar } from '../harness/bars';
import { chain } from '../harness/nodes';
import { withPair } from '../harness/pair';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import { warmUpSmall } from './artifacts';
import { curlDownload } from './curl';
import { withFolder } from './files';
import { MEMORY_LIMIT_MIB } from './limits';
import { byHandDownload, packageDownload } from './nodes';
import { compareTransfers, type Transfer } from './transfer';

async function run(setting: Setting): Promise<Findings> {
	const mebibytes = setting.quick ? 256 : 1024;
	return await withFolder((folder) =>
		withPair(setting, {}, async ({ service, hosts }) => {
			const { url } = await service.makeArtifact();
			const items = [{ json: { assetUrl: url } }];
			const transfer = (side: 'package' | 'byHand'): Transfer => {
				const node = side === 'package' ? packageDownload : byHandDownload;
				const workflow = chain('Download', items, [node]);
				const host = hosts[side];
				const warmUp = () => warmUpSmall(host, workflow, service, mebibytes);
				return { host, workflow, timed: [node.name], warmUp };
			};
			const sides = { package: transfer('package'), byHand: transfer('byHand') };
			const { time, memory, cpu, again } = await compareTransfers(
				setting,
				setting.quick ? 2 : 5,
				sides,
				() => curlDownload(url, join(folder, 'video.mp4')),
			);
			return {
				work: `One artifact of ${mebibytes} MiB to the binary store.`,
				measures: [time, memory, cpu, again],
				bars: [ratioBar(time, 1.1, 'byHand'), worstBar(memory, MEMORY_LIMIT_MIB)],
			};
		}),
	);
}

export const download: Row = { id: 'download', title: 'Download', sides: SIDES, run };
