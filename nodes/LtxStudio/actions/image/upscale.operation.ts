import type { INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { JOB_ID_EXAMPLE, parseJobId } from '../../service/jobId';
import { generation } from '../../fields/generation';
import { readJobId } from '../../fields/jobIdField';
import { jobOptions } from '../../fields/jobOptions';
import { accountLocator, jobLocator } from '../../fields/locators';
import { waitFields } from '../../fields/waiting';
import { jobOperation } from '../operation';

const fields: INodeProperties[] = [
	jobLocator(
		{
			displayName: 'Image Job',
			name: 'jobId',
			required: true,
			preset: '$json.jobId',
			description:
				'The finished job that made the image: an Image Create or Edit. Filled in from the incoming item.',
		},
		{ searchListMethod: 'getImageJobs', type: 'image' },
	),
	accountLocator({
		description: 'The account that made the image. Leave empty to take it from the job ID.',
	}),
	...waitFields,
	jobOptions(),
];

/**
 * Upscales an image that a job has made.
 * @see https://useapi.net/docs/api-ltxstudio-v1/post-ltxstudio-images-upscale
 */
export const upscale = jobOperation({
	description: displayFor('image', 'upscale', fields),
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
		return {
			...generation(form, 'images/upscale', 'image', { jobId }),
			email: parts.email,
		};
	},
});
