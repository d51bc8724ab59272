import type { INodeProperties } from 'n8n-workflow';

import { readFileSource, sourceFields } from '../../../shared/files/sourceFields';
import { clock } from '../../../shared/n8n/clock';
import { concurrencyField, optionsField, simplifyField } from '../../../shared/n8n/commonFields';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { MEBIBYTE } from '../../fields/media';
import { uploadFile } from '../../service/upload';
import { PAGES } from '../operation';

const RULES = { limit: { bytes: 200 * MEBIBYTE, label: "the API's limit of 200 MB" } };
const KEPT_MS = 24 * 60 * 60 * 1000;

const fields: INodeProperties[] = [
	{
		displayName:
			'The operations of Video upload files of their items by themselves. Upload here what several videos are made from: the API keeps it for 24 hours.',
		name: 'uploadNotice',
		type: 'notice',
		default: '',
	},
	...sourceFields,
	simplifyField,
	optionsField([concurrencyField]),
];

/** Uploads a file as a stream. */
export const upload = itemOperation({
	name: 'Upload',
	summary: 'Send a picture, video or sound to make videos from',
	action: 'Upload an asset',
	endpoint: 'POST v1/upload',
	page: `${PAGES}/upload/create-upload`,
	output: { uri: 'string', mimeType: 'string', expiresAt: 'string' },
	description: fields,
	read: (form, context) => ({
		source: readFileSource(form, context, RULES),
		simplify: form.boolean('simplify'),
	}),
	execute: async ({ context, client }, { source, simplify }) => {
		const answer = await uploadFile(context, client, source);
		if (!answer.ok) throw answer.error ?? client.error(answer.failure);
		const { uri, mimeType, raw } = answer.body;
		const expiresAt = new Date(clock.now() + KEPT_MS).toISOString();
		return [{ json: simplify ? { uri, mimeType, expiresAt } : raw }];
	},
});
