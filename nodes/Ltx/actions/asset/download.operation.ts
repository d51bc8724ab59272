import type { INodeProperties } from 'n8n-workflow';

import { download as downloadFile } from '../../../shared/files/download';
import { concurrencyField, optionsField } from '../../../shared/n8n/commonFields';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { parseJobId } from '../../service/jobId';
import { createJobService } from '../../service/jobService';
import { JOB_OUTPUT } from '../operation';

const fields: INodeProperties[] = [
	{
		displayName: 'Asset URL',
		name: 'assetUrl',
		type: 'string',
		required: true,
		default: '={{ $json.assetUrl }}',
		placeholder: 'https://storage.googleapis.com/…',
		description:
			'The signed URL of a file. If it has expired and the incoming item names its job, a fresh one is fetched.',
	},
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		default: 'data',
		description: 'Where the next nodes find the file',
		hint: 'The name of the output binary field',
	},
	optionsField([
		concurrencyField,
		{
			displayName: 'File Name',
			name: 'fileName',
			type: 'string',
			default: '',
			placeholder: 'lighthouse',
			description: 'What to call the file, without extension. Its name in the URL if empty.',
		},
	]),
];

/** Downloads a file behind a signed URL, as a stream. */
export const download = itemOperation({
	name: 'Download',
	summary: 'Get the file behind a signed URL',
	action: 'Download an asset',
	output: JOB_OUTPUT,
	description: fields,
	read: (form, context, item) => {
		const url = form.url('assetUrl', {
			required: true,
			expected: 'the address of a file, starting with https://',
		});
		const { json = {} } = context.getInputData()[item] ?? {};
		const { jobId } = json;
		return {
			url,
			json,
			property: form.text('binaryPropertyName', { required: true }),
			title: form.text('fileName') ?? nameInUrl(url),
			jobId: typeof jobId === 'string' && parseJobId(jobId) ? jobId : undefined,
		};
	},
	execute: async ({ context, client, item }, { url, json, property, title, jobId }) => {
		const freshUrl = async (known: string) => {
			const answer = await createJobService(client).read(known);
			return answer.ok ? answer.body.file?.url : undefined;
		};
		const binary = await downloadFile(context, client, {
			url,
			title,
			unique: '',
			mimeType: null,
			refresh: jobId === undefined ? undefined : async () => await freshUrl(jobId),
			subject: jobId === undefined ? '' : `Job ${jobId}.`,
			item,
		});
		return [{ json, binary: { [property]: binary } }];
	},
});

const nameInUrl = (url: string) =>
	(new URL(url).pathname.split('/').pop() ?? '').replace(/\.[a-z0-9]+$/i, '');
