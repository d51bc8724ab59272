import { NodeOperationError, type IDataObject, type INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { clock } from '../../../shared/n8n/clock';
import { concurrencyOptions, simplifyField } from '../../../shared/n8n/commonFields';
import { emailLocator, readEmail } from '../../../shared/n8n/email';
import { readFileSource, sourceFields } from '../../../shared/files/sourceFields';
import { LUMA, type UploadAnswer } from '../../lumaApi';
import { uploadMeanings } from './meanings';

const RULES = {
	limit: { bytes: 20 * 1024 * 1024, label: "Luma's limit of 20 MB" },
	accept: ['image/jpeg', 'image/png', 'image/webp'],
};
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const TIMEOUT_MS = 5 * 60 * 1000;

const fields: INodeProperties[] = [
	{
		displayName:
			'JPEG, PNG or WebP, up to 20 MB. Luma keeps it for 30 days. Use assetRef from the output as imageStart, imageEnd or imageCharacter of a video, or as imageRef1 to imageRef4 of an image.',
		name: 'fileNotice',
		type: 'notice',
		default: '',
	},
	...sourceFields,
	emailLocator({
		required: true,
		description: 'The Luma account that will own the picture, as it is configured at useapi.net',
	}),
	simplifyField,
	concurrencyOptions,
];

/**
 * Uploads a picture as a stream.
 * @see https://useapi.net/docs/api-luma-v1/post-luma-assets
 */
export const upload = itemOperation({
	description: displayFor('asset', 'upload', fields),
	read: (form, context, item) => ({
		source: readFileSource(form, context, item, RULES),
		email: readEmail(form),
		simplify: form.boolean('simplify'),
	}),
	execute: async ({ client, context, item }, { source, email, simplify }) => {
		const { error, ...answer } = await client.request<UploadAnswer>({
			method: 'POST',
			path: `${LUMA}/assets/${encodeURIComponent(email)}`,
			file: source,
			timeout: TIMEOUT_MS,
			// It costs nothing, and the source can be opened again.
			repeatable: true,
			meanings: uploadMeanings(email),
		});
		if (answer.assetRef === undefined) {
			throw new NodeOperationError(context.getNode(), 'Luma has not taken the picture', {
				description: `Item ${item}: the API says ${error ?? 'nothing, and gave no assetRef'}. Run the node again, or try another picture.`,
				itemIndex: item,
			});
		}
		return [{ json: simplify ? toUpload(answer, email) : { ...answer } }];
	},
});

const toUpload = (
	{ assetRef, email, upload: file }: UploadAnswer,
	account: string,
): IDataObject => ({
	assetRef,
	url: file?.media?.url ?? null,
	email: email ?? account,
	uploadId: file?.id ?? null,
	expiresAt: new Date(clock.now() + KEPT_MS).toISOString(),
});
