import { ratioBar, worstBar } from '../harness/bars';
import type { Host } from '../harness/host';
import { chain, httpDownload, type NodeSpec } from '../harness/nodes';
import { withPair, type Pair } from '../harness/pair';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import { startService, type Service } from '../harness/service';
import { warmUpSmaller } from './artifacts';
import { curlPassOn } from './curl';
import { MEMORY_LIMIT_MIB } from './limits';
import { httpUpload, packageUpload } from './nodes';
import { compareTransfers, type Transfer } from './transfer';

/** Each side's workflow for a file at a URL. */
function transfers(
	{ service, hosts }: Pair,
	origin: Service,
	{ url, mebibytes }: { url: string; mebibytes: number },
): Record<'package' | 'byHand', Transfer> {
	const transfer = (host: Host, nodes: NodeSpec[]): Transfer => {
		const workflow = chain('Pass on', [{ json: {} }], nodes);
		return {
			host,
			workflow,
			timed: nodes.map(({ name }) => name),
			warmUp: () => warmUpSmaller(host, workflow, origin, mebibytes),
		};
	};
	return {
		package: transfer(hosts.package, [packageUpload({ url })]),
		byHand: transfer(hosts.byHand, [httpDownload('Get', url), httpUpload(service)]),
	};
}

async function run(setting: Setting): Promise<Findings> {
	const mebibytes = setting.quick ? 256 : 1024;
	// The file comes from another server than the one that it goes to.
	const origin = await startService();
	try {
		return await withPair(setting, {}, async (pair) => {
			const { url } = await origin.makeArtifact();
			const sides = transfers(pair, origin, { url, mebibytes });
			const { time, memory, cpu, again } = await compareTransfers(
				setting,
				setting.quick ? 2 : 5,
				sides,
				() => curlPassOn(pair.service, url),
			);
			return {
				work: `${mebibytes} MiB from a URL to \`POST assets\`; (b) takes two nodes.`,
				measures: [time, memory, cpu, again],
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
