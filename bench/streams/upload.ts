import { ratioBar, worstBar } from '../harness/bars';
import { withPair } from '../harness/pair';
import { describeProfile } from '../harness/profileReport';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import { curlUpload } from './curl';
import { withFolder } from './files';
import { MEMORY_LIMIT_MIB } from './limits';
import { httpUpload, packageUpload } from './nodes';
import { compareTransfers } from './transfer';
import { makeFiles, prepareUpload } from './uploads';

async function run(setting: Setting): Promise<Findings> {
	const mebibytes = setting.quick ? 256 : 1024;
	return await withFolder((folder) =>
		withPair(setting, {}, async ({ service, hosts }) => {
			const files = await makeFiles(folder, mebibytes);
			const [ours, byHand] = await Promise.all([
				prepareUpload(hosts.package, { nodes: [packageUpload({ binary: true })] }, files),
				prepareUpload(hosts.byHand, { nodes: [httpUpload(service)] }, files),
			]);
			const { time, memory, cpu, again } = await compareTransfers(
				setting,
				setting.quick ? 2 : 5,
				{ package: ours, byHand },
				() => curlUpload(service, files.large),
			);
			const profile = setting.quick
				? []
				: describeProfile(await hosts.package.profile(await hosts.package.load(ours.workflow)));
			return {
				work: `${mebibytes} MiB from the binary store to \`POST assets\`.`,
				measures: [time, memory, cpu, again],
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
