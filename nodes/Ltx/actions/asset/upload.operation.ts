import type { INodeProperties } from 'n8n-workflow';

import { readFileSource, sourceFields } from '../../../shared/files/sourceFields';
import { clock } from '../../../shared/n8n/clock';
import { concurrencyOptions, simplifyField } from '../../../shared/n8n/commonFields';
import { displayFor } from '../../../shared/n8n/displayFor';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { uploadFile } from '../../service/upload';

const RULES = { limit: { bytes: 200 * 1024 * 1024, label: "the API's limit of 200 MB" } };
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
	concurrencyOptions,
];

/**
 * Uploads a file as a stream.
 * @see https://docs.ltx.io/api-documentation/api-reference/upload/create-upload
 */
export const upload = itemOperation({
	description: displayFor('asset', 'upload', fields),
	read: (form, context, item) => ({
		source: readFileSource(form, context, item, RULES),
		simplify: form.boolean('simplify'),
	}),
	execute: async ({ context, client }, { source, simplify }) => {
		const answer = await uploadFile(context, client, source);
		if (!answer.ok) throw client.error(answer.failure);
		const { uri, mimeType, raw } = answer.body;
		const expiresAt = new Date(clock.now() + KEPT_MS).toISOString();
		return [{ json: simplify ? { uri, mimeType, expiresAt } : raw }];
	},
});
