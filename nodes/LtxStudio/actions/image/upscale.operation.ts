import type { INodeProperties } from 'n8n-workflow';

import { JOB_ID_EXAMPLE, parseJobId } from '../../service/jobId';
import { jobOptions } from '../../fields/jobOptions';
import { accountLocator, jobLocator, readJobId } from '../../fields/locators';
import { waitFields } from '../../fields/waiting';
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
	accountLocator({
		description: 'The account that made the image. Leave empty to take it from the job ID.',
	}),
	...waitFields,
	jobOptions(),
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
