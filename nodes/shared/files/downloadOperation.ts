import type { INodeProperties } from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import { concurrencyField, optionsField } from '../n8n/commonFields';
import { itemOperation, type ItemOperation, type OutputFields } from '../n8n/itemOperation';
import { download } from './download';

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

interface DownloadDefinition {
	/** What the incoming items have. */
	output: OutputFields;
	/** Whether a text names a job of this service. */
	isJobId: (text: string) => boolean;
	/** The URL that a job's file has now. */
	freshUrl: (client: ApiClient, jobId: string) => Promise<string | undefined>;
}

/** Defines the operation that downloads the file behind a signed URL, as a stream. */
export const downloadOperation = ({
	output,
	isJobId,
	freshUrl,
}: DownloadDefinition): ItemOperation =>
	itemOperation({
		name: 'Download',
		summary: 'Get the file behind a signed URL',
		action: 'Download an asset',
		output,
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
				jobId: typeof jobId === 'string' && isJobId(jobId) ? jobId : undefined,
			};
		},
		execute: async ({ context, client, item }, { url, json, property, title, jobId }) => {
			const binary = await download(context, client, {
				url,
				title,
				unique: '',
				mimeType: null,
				refresh: jobId === undefined ? undefined : async () => await freshUrl(client, jobId),
				subject: jobId === undefined ? '' : `Job ${jobId}.`,
				item,
			});
			return [{ json, binary: { [property]: binary } }];
		},
	});

const nameInUrl = (url: string) =>
	(new URL(url).pathname.split('/').pop() ?? '').replace(/\.[a-z0-9]+$/i, '');
