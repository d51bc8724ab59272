import type { INodeProperties } from 'n8n-workflow';

import { PRICE_LIST } from '../../models';
import { JOB_ID_EXAMPLE, parseJobId } from '../../service/jobId';
import { jobFields } from '../../fields/job';
import { jobLocator, readJobId } from '../../fields/locators';
import { jobOperation, PAGES } from '../operation';

const fields: INodeProperties[] = [
	jobLocator(
		{
			displayName: 'Image Job',
			description:
				'The finished job that made the image: an Image Create or Edit. Filled in from the incoming item.',
		},
		{ method: 'getImageJobs', type: 'image' },
	),
	{
		displayName: `There is no price in the vendor's list of ${PRICE_LIST.asOf}. An upscale costs credits all the same.`,
		name: 'priceNotice',
		type: 'notice',
		default: '',
	},
	...jobFields({
		account: 'The account that made the image. Leave empty to take it from the job ID.',
	}),
];

/** Upscales an image that a job has made. */
export const upscale = jobOperation({
	name: 'Upscale',
	summary: 'Raise the resolution of an image that was made before',
	action: 'Upscale an image',
	endpoint: 'POST v1/ltxstudio/images/upscale',
	page: `${PAGES}/post-ltxstudio-images-upscale`,
	makes: 'image',
	description: fields,
	firstLook: 4_000,
	read: (form) => {
		const jobId = readJobId(form);
		const parts = parseJobId(jobId);
		if (parts?.type !== 'image') {
			return form.reject(
				'jobId',
				jobId,
				`the job of an image, such as ${JOB_ID_EXAMPLE.replace('video', 'image')}`,
			);
		}
		return { parameters: { jobId }, email: parts.email };
	},
});
