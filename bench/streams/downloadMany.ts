import { join } from 'node:path';
import { ratioBar } from '../harness/bars';
import { withPair } from '../harness/pair';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import { curlDownloadAll } from './curl';
import { downloadTransfers } from './downloads';
import { withFolder } from './files';
import { compareTransfers } from './transfer';

/** As many as the package's node has under way at once. */
const AT_ONCE = 10;

async function run(setting: Setting): Promise<Findings> {
	const count = setting.quick ? 10 : 40;
	const mebibytes = 25;
	return await withFolder((folder) =>
		withPair(setting, {}, async (pair) => {
			const urls: string[] = [];
			while (urls.length < count) urls.push((await pair.service.makeArtifact()).url);
			const { time, memory, cpu, again } = await compareTransfers(
				setting,
				setting.quick ? 2 : 5,
				downloadTransfers(pair, urls, mebibytes),
				() => curlDownloadAll(urls, (index) => join(folder, `${index}.mp4`), AT_ONCE),
			);
			return {
				work: `${count} artifacts of ${mebibytes} MiB to the binary store.`,
				measures: [time, memory, cpu, again],
				bars: [ratioBar(time, 1, 'byHand'), ratioBar(memory, 1, 'byHand')],
			};
		}),
	);
}

export const downloadMany: Row = {
	id: 'download-many',
	title: 'Download, many',
	sides: SIDES,
	run,
};
