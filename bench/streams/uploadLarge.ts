import { worstBar } from '../harness/bars';
import { Host } from '../harness/host';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import { startService } from '../harness/service';
import { withFolder } from './files';
import { MEMORY_LIMIT_MIB } from './limits';
import { packageUpload } from './nodes';
import { compareTransfers } from './transfer';
import { makeFiles, prepareUpload } from './uploads';

/** Only by the package: the HTTP Request node would need more memory than many a machine has. */
async function run(setting: Setting): Promise<Findings> {
	const mebibytes = setting.quick ? 512 : 3 * 1024;
	const service = await startService();
	try {
		const host = await Host.start({ tarball: setting.tarball, service });
		try {
			return await withFolder(async (folder) => {
				const transfer = await prepareUpload(
					host,
					{ nodes: [packageUpload({ binary: true })] },
					await makeFiles(folder, mebibytes),
				);
				const { time, memory, cpu } = await compareTransfers(setting, setting.quick ? 1 : 5, {
					package: transfer,
				});
				return {
					work: `${mebibytes} MiB from the binary store to \`POST assets\`.`,
					measures: [time, memory, cpu],
					bars: [worstBar(memory, MEMORY_LIMIT_MIB)],
				};
			});
		} finally {
			await host.stop();
		}
	} finally {
		await service.stop();
	}
}

export const uploadLarge: Row = { id: 'upload-large', title: 'Upload, large', sides: SIDES, run };
