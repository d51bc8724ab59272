import { chain, type NodeSpec } from '../harness/nodes';
import type { Pair } from '../harness/pair';
import { warmUpSmaller } from './artifacts';
import { byHandDownload, packageDownload } from './nodes';
import type { Transfer } from './transfer';

/** Each side's workflow that downloads files of a size. */
export function downloadTransfers(
	{ service, hosts }: Pair,
	urls: readonly string[],
	mebibytes: number,
): Record<keyof Pair['hosts'], Transfer> {
	const items = urls.map((assetUrl) => ({ json: { assetUrl } }));
	const transfer = (side: keyof Pair['hosts'], node: NodeSpec): Transfer => {
		const host = hosts[side];
		const workflow = chain('Download', items, [node]);
		const warmUp = () => warmUpSmaller(host, workflow, service, mebibytes);
		return { host, workflow, timed: [node.name], warmUp };
	};
	return {
		package: transfer('package', packageDownload),
		byHand: transfer('byHand', byHandDownload),
	};
}
