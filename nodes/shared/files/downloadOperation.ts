import type { INodeProperties } from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import { placeOf, shortPlaceOf } from '../api/text';
import { concurrencyField, optionsField } from '../n8n/commonFields';
import { itemOperation, type ItemOperation, type OutputFields } from '../n8n/itemOperation';
import { download } from './download';
import { nameInUrl, splitName } from './fileName';
import { typeOfName } from './mimeType';

const fields: INodeProperties[] = [
	{
		displayName: 'Asset URL',
		name: 'assetUrl',
		type: 'string',
		required: true,
		default: '={{ $json.assetUrl }}',
		placeholder: 'https://storage.googleapis.com/…',
		description:
			'The signed URL of a file. If it has expired, and is that of the job which the incoming item names, a fresh one is fetched.',
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
	/** What tells a job's file from others of the same name; undefined where a text names no job of this service. */
	uniqueOf: (text: string) => string | undefined;
	/** Where the URL can be had that the file of a job has now, for whoever does not give the job. */
	advice: string;
	/** The URL that a job's file has now. */
	freshUrl: (client: ApiClient, jobId: string) => Promise<string | undefined>;
}

/** Defines the operation that downloads the file behind a signed URL, as a stream. */
export const downloadOperation = ({
	output,
	uniqueOf,
	advice,
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
			const { json = {}, binary: files } = context.getInputData()[item] ?? {};
			const { assetUrl, mimeType } = json;
			const jobId = typeof json.jobId === 'string' ? json.jobId : '';
			const unique = uniqueOf(jobId);
			// What else there is of a job, such as a thumbnail, is not what the job is asked for.
			const isOwn = assetUrl === url;
			return {
				url,
				json,
				files,
				property: form.text('binaryPropertyName', { required: true }),
				...namesOf(form.text('fileName'), url, unique),
				isOwn,
				probableType: isOwn && typeof mimeType === 'string' ? mimeType : undefined,
				jobId: unique === undefined ? undefined : jobId,
			};
		},
		execute: async ({ context, client, item }, input) => {
			const { url, json, files, property, isOwn, jobId, ...file } = input;
			const binary = await download(context, client, {
				...file,
				url,
				mimeType: null,
				refresh:
					jobId === undefined
						? undefined
						: async () => {
								const fresh = await freshUrl(client, jobId);
								return isOwn || placeOf(fresh ?? '') === placeOf(url) ? fresh : undefined;
							},
				subject: `${jobId === undefined ? '' : `Job ${jobId}. `}"Asset URL" is ${shortPlaceOf(new URL(url))}.`,
				advice: jobId === undefined ? advice : undefined,
				item,
			});
			return [{ json, binary: { ...files, [property]: binary } }];
		},
	});

/** What a file is called: as the user says, whatever its job, or else after its URL. */
function namesOf(chosen: string | undefined, url: string, unique = '') {
	if (chosen !== undefined) {
		const { stem, extension } = splitName(chosen);
		return typeOfName(chosen) === undefined
			? { title: chosen, unique: '' }
			: { title: stem, unique: '', extension };
	}
	const { stem: title } = splitName(nameInUrl(url));
	return { title, unique: title.includes(unique) ? '' : unique };
}
