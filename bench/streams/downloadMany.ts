import { join } from 'node:path';
import { ratioBar } from '../harness/bars';
import { chain } from '../harness/nodes';
import { withPair } from '../harness/pair';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import { warmUpSmall } from './artifacts';
import { curlDownloadAll } from './curl';
import { withFolder } from './files';
import { byHandDownload, packageDownload } from './nodes';
import { compareTransfers, type Transfer } from './transfer';

/** As many as the package's node has under way at once. */
const AT_ONCE = 10;

async function run(setting: Setting): Promise<Findings> {
	const count = setting.quick ? 10 : 40;
	const mebibytes = 25;
	return await withFolder((folder) =>
		withPair(setting, {}, async ({ service, hosts }) => {
			const urls: string[] = [];
			while (urls.length < count) urls.push((await service.makeArtifact()).url);
			const items = urls.map((assetUrl) => ({ json: { assetUrl } }));
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
