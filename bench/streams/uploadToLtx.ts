import { ratioBar, worstBar } from '../harness/bars';
import { INPUT, ltx, type NodeSpec } from '../harness/nodes';
import { withPair } from '../harness/pair';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import type { Service } from '../harness/service';
import { withFolder } from './files';
import { MEMORY_LIMIT_MIB } from './limits';
import { compareTransfers } from './transfer';
import { makeFiles, prepareUpload, type UploadNodes } from './uploads';

/** The API takes no larger file. */
const LARGEST_MIB = 200;

/** The upload by the package, which makes both calls. */
const byPackage: UploadNodes = {
	nodes: [
		ltx('Upload', {
			resource: 'asset',
			operation: 'upload',
			source: 'binary',
			binaryPropertyName: 'data',
			options: {},
		}),
	],
};

const request = (name: string, parameters: NodeSpec['parameters']): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.4,
	parameters: { ...parameters, sendHeaders: true, options: {} },
});

/** The same by hand: one HTTP Request node asks for a place, and another one puts the file there. */
const byHand = ({ url, ltxKey }: Service): UploadNodes => ({
	nodes: [
		request('Place', {
			method: 'POST',
			url: `${url}/v1/upload`,
			headerParameters: { parameters: [{ name: 'Authorization', value: `Bearer ${ltxKey}` }] },
		}),
		{
			// The answer of a call takes the place of the file.
			name: 'Both',
			type: 'n8n-nodes-base.merge',
			typeVersion: 3.2,
			parameters: { mode: 'combine', combineBy: 'combineByPosition', options: {} },
		},
		request('Put', {
			method: 'PUT',
			url: '={{ $json.upload_url }}',
			specifyHeaders: 'json',
			jsonHeaders: '={{ JSON.stringify($json.required_headers) }}',
			sendBody: true,
			contentType: 'binaryData',
			inputDataFieldName: 'data',
		}),
	],
	wires: {
		[INPUT]: [['Place', 'Both']],
		Place: [[['Both', 1]]],
		Both: [['Put']],
	},
	timed: ['Place', 'Put'],
});

async function run(setting: Setting): Promise<Findings> {
	return await withFolder((folder) =>
		withPair(setting, {}, async ({ service, hosts }) => {
			const files = await makeFiles(folder, LARGEST_MIB);
			const [ours, others] = await Promise.all([
				prepareUpload(hosts.package, byPackage, files),
				prepareUpload(hosts.byHand, byHand(service), files),
			]);
			const { time, memory, cpu, again } = await compareTransfers(setting, setting.quick ? 2 : 5, {
				package: ours,
				byHand: others,
			});
			return {
				work: `${LARGEST_MIB} MiB from the binary store to Lightricks: \`POST /v1/upload\`, then \`PUT\`.`,
				measures: [time, memory, cpu, again],
				bars: [ratioBar(time, 0.3, 'byHand'), worstBar(memory, MEMORY_LIMIT_MIB)],
			};
		}),
	);
}

const { package: ours, byHand: hand } = SIDES;

export const uploadToLtx: Row = {
	id: 'upload-ltx',
	title: 'Upload to LTX',
	sides: { package: ours, byHand: hand },
	run,
};
