import { NodeOperationError, type IDataObject, type INodeProperties } from 'n8n-workflow';

import { itemOperation, requestTo } from '../../../shared/n8n/itemOperation';
import { itemLabel } from '../../../shared/n8n/items';
import { clock } from '../../../shared/n8n/clock';
import { concurrencyField, optionsField, simplifyField } from '../../../shared/n8n/commonFields';
import { emailLocator } from '../../../shared/n8n/locator';
import { readFileSource, sourceFields } from '../../../shared/files/sourceFields';
import type { UploadAnswer } from '../../lumaApi';
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
			'JPEG, PNG or WebP, up to 20 MB. Luma keeps it for 30 days. This node makes no videos: hand assetRef from the output to an HTTP Request node, such as imageStart of a video. <a href="https://github.com/n8n-nodes-useapi-ltxstudio/n8n-nodes-useapi-ltxstudio/blob/main/examples/luma-picture-to-video.json">The example "Luma: picture to video"</a> does it.',
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
	optionsField([concurrencyField]),
];

const endpoint = 'POST v1/luma/assets/{email}';

/** Uploads a picture as a stream. */
export const upload = itemOperation({
	name: 'Upload',
	summary: 'Upload a picture to use as a keyframe, character or style reference',
	action: 'Upload an asset',
	endpoint,
	page: 'https://useapi.net/docs/api-luma-v1/post-luma-assets',
	output: {
		assetRef: 'string',
		url: 'string',
		email: 'string',
		uploadId: 'string',
		expiresAt: 'string',
	},
	description: fields,
	read: (form, context) => ({
		source: readFileSource(form, context, RULES),
		email: form.email('email', { required: true }),
		simplify: form.boolean('simplify'),
	}),
	execute: async ({ client, context, item }, { source, email, simplify }) => {
		const sent = await client.request<UploadAnswer | null>({
			...requestTo(endpoint, { email }),
			file: source,
			timeout: TIMEOUT_MS,
			// It costs nothing, and the source can be opened again.
			repeatable: true,
			meanings: uploadMeanings(email),
		});
		const { error, ...answer }: UploadAnswer = sent ?? {};
		if (answer.assetRef === undefined) {
			throw new NodeOperationError(context.getNode(), 'Luma has not taken the picture', {
				description: `${itemLabel(item, context.getInputData().length)}: the API says ${error ?? 'nothing, and gave no assetRef'}. Run the node again, or try another picture.`,
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
