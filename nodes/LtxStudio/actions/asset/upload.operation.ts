import { NodeOperationError, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

import { itemLabel } from '../../../shared/n8n/items';
import { itemOperation, requestTo } from '../../../shared/n8n/itemOperation';
import { concurrencyField, optionsField, simplifyField } from '../../../shared/n8n/commonFields';
import type { FieldReader } from '../../../shared/n8n/fieldReader';
import { IMAGE_TYPES, MIME_TYPE } from '../../../shared/files/mimeType';
import { readFileSource, sourceFields } from '../../../shared/files/sourceFields';
import { toIsoDate, type SignedAsset } from '../../service/job';
import { roomiestAccount, unknownAccount } from '../../service/account';
import { UPLOAD_USES } from '../../service/texts';
import { accountLocator } from '../../fields/locators';
import { PAGES } from '../operation';

const TIMEOUT_MS = 60 * 60 * 1000;

const fields: INodeProperties[] = [
	...sourceFields,
	{
		displayName: 'Use With',
		name: 'type',
		type: 'options',
		default: 'image',
		description: 'What will work with the file. LTX Studio keeps the two apart.',
		hint: 'What is uploaded for the one cannot be used with the other',
		options: [
			{
				name: UPLOAD_USES.image,
				value: 'image',
				description: 'Start or end frame of Video > Create with LTX; also other media',
			},
			{
				name: UPLOAD_USES['reference-image'],
				value: 'reference-image',
				description: 'Image > Create, Image > Edit and Video > Create with Veo',
			},
		],
	},
	accountLocator({
		description:
			'The account that will own the file. Leave empty for the one with the most free slots.',
	}),
	simplifyField,
	optionsField([
		concurrencyField,
		{
			displayName: 'Largest File (MB)',
			name: 'maxSize',
			type: 'number',
			default: 5000,
			typeOptions: { minValue: 1, maxValue: 100000 },
			description: 'A larger file is refused, 1 to 100000 megabytes',
		},
		{
			displayName: 'MIME Type',
			name: 'mimeType',
			type: 'string',
			default: '',
			placeholder: 'image/png',
			description: "The file's type, if its name and content do not show the right one",
		},
	]),
];

/** Everything in it is optional, even where the status is 200. */
interface UploadAnswer extends SignedAsset {
	error?: string | null;
	message?: string;
}

const MEGABYTE = 1_000_000;

const endpoint = 'POST v1/ltxstudio/assets/';

/** Uploads a file as a stream. */
export const upload = itemOperation({
	name: 'Upload',
	summary: 'Send a picture or other file to LTX Studio',
	action: 'Upload an asset',
	endpoint,
	page: `${PAGES}/post-ltxstudio-assets`,
	output: {
		fileId: 'string',
		assetUrl: 'string',
		mimeType: 'string',
		expiresAt: 'string',
		type: 'string',
		email: 'string',
	},
	description: fields,
	read: readUpload,
	execute: async ({ context, client, item }, { source, type, email: chosen, simplify }) => {
		const email = chosen ?? (await roomiestAccount(context, client));
		const sent = await client.request<UploadAnswer | null | undefined>({
			...requestTo(endpoint),
			query: { email, type },
			file: source,
			timeout: TIMEOUT_MS,
			// It costs nothing, and the source can be opened again.
			repeatable: true,
			meanings: unknownAccount(email),
		});
		const { error, ...stored }: UploadAnswer = sent ?? {};
		if ((error ?? undefined) !== undefined || stored.asset?.fileId === undefined) {
			throw new NodeOperationError(context.getNode(), 'LTX Studio has not taken the file', {
				description: `${itemLabel(item, context.getInputData().length)}: the API says ${error ?? stored.message ?? 'nothing, and gave no asset ID'}. Run the node again, or try another file.`,
				itemIndex: item,
			});
		}
		return [{ json: simplify ? toUpload(stored, { type, email }) : { ...stored, email } }];
	},
});

function readUpload(form: FieldReader, context: IExecuteFunctions) {
	const maxSize = form.number('maxSize');
	const type = form.choice('type');
	return {
		source: readFileSource(form, context, {
			limit: { bytes: maxSize * MEGABYTE, label: `"Largest File (MB)" of ${maxSize}` },
			...(type === 'reference-image' ? { accept: IMAGE_TYPES } : {}),
			type: form.text('mimeType', {
				pattern: MIME_TYPE,
				expected: 'a MIME type such as image/png',
			}),
		}),
		type,
		email: form.email('email'),
		simplify: form.boolean('simplify'),
	};
}

const toUpload = (
	{ assetUrl, expirationDateString, asset }: SignedAsset,
	{ type, email }: { type: string; email: string },
) => ({
	fileId: asset?.fileId ?? null,
	assetUrl: assetUrl ?? null,
	mimeType: asset?.mimeType ?? null,
	expiresAt: toIsoDate(expirationDateString),
	type,
	email,
});
