import { join } from 'node:path';
import { ratioBar, worstBar } from '../harness/bars';
import { withPair } from '../harness/pair';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import { curlDownload } from './curl';
import { downloadTransfers } from './downloads';
import { withFolder } from './files';
import { MEMORY_LIMIT_MIB } from './limits';
import { compareTransfers } from './transfer';

async function run(setting: Setting): Promise<Findings> {
	const mebibytes = setting.quick ? 256 : 1024;
	return await withFolder((folder) =>
		withPair(setting, {}, async (pair) => {
			const { url } = await pair.service.makeArtifact();
			const { time, memory, cpu, again } = await compareTransfers(
				setting,
				setting.quick ? 2 : 5,
				downloadTransfers(pair, [url], mebibytes),
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
