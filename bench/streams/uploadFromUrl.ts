import { ratioBar, worstBar } from '../harness/bars';
import { chain, httpDownload } from '../harness/nodes';
import { withPair, type Pair } from '../harness/pair';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import { startService } from '../harness/service';
import { curlPassOn } from './curl';
import { MEBIBYTE } from './files';
import { MEMORY_LIMIT_MIB } from './limits';
import { httpUpload, packageUpload } from './nodes';
import { compareTransfers, type Transfer } from './transfer';

/** Each side's workflow for a file at a URL. */
function transfers({ service, hosts }: Pair, url: string): Record<'package' | 'byHand', Transfer> {
	const items = [{ json: {} }];
	const get = httpDownload('Get', url);
	return {
		package: {
			host: hosts.package,
			workflow: chain('Pass on', items, [packageUpload({ url })]),
			timed: ['Upload'],
		},
		byHand: {
			host: hosts.byHand,
			workflow: chain('Download and upload', items, [get, httpUpload(service)]),
			timed: ['Get', 'Upload'],
		},
	};
}

async function run(setting: Setting): Promise<Findings> {
	const mebibytes = setting.quick ? 256 : 1024;
	// The file comes from another server than the one that it goes to.
	const origin = await startService({ artifactBytes: MEBIBYTE });
	try {
		return await withPair(setting, {}, async (pair) => {
			const { url } = await origin.makeArtifact();
			const sides = transfers(pair, url);
			for (const { host, workflow } of [sides.package, sides.byHand]) {
				await host.run(await host.load(workflow));
			}
			await origin.behave({ artifactBytes: mebibytes * MEBIBYTE });
			const { time, memory, cpu } = await compareTransfers(
				setting,
				setting.quick ? 2 : 5,
				sides,
				() => curlPassOn(pair.service, url),
			);
			return {
				work: `${mebibytes} MiB from a URL to \`POST assets\`; (b) takes two nodes.`,
				measures: [time, memory, cpu],
				bars: [ratioBar(time, 0.5, 'byHand'), worstBar(memory, MEMORY_LIMIT_MIB)],
			};
		});
	} finally {
		await origin.stop();
	}
}

export const uploadFromUrl: Row = {
	id: 'upload-url',
	title: 'Upload from a URL',
	sides: { ...SIDES, byHand: 'Two HTTP Request nodes', floor: 'curl to curl' },
	run,
};
