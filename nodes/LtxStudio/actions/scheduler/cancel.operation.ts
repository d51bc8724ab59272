import type { INodeProperties } from 'n8n-workflow';

import { itemOperation, requestTo } from '../../../shared/n8n/itemOperation';
import { jobLocator, readJobId } from '../../fields/locators';
import { PAGES } from '../operation';

const fields: INodeProperties[] = [
	{
		displayName:
			'The job is no longer tracked, and frees its slot. LTX Studio still makes it, and it still costs credits.',
		name: 'cancelNotice',
		type: 'notice',
		default: '',
	},
	jobLocator(
		{
			displayName: 'Job',
			description: 'The running job to cancel. Filled in from the incoming item.',
		},
		{ method: 'getRunningJobs' },
	),
];

const endpoint = 'DELETE v1/ltxstudio/scheduler/{jobId}';

/** Stops the tracking of a running job. */
export const cancel = itemOperation({
	name: 'Cancel Job',
	summary: 'Stop tracking a running job, and free its slot',
	action: 'Cancel a job',
	endpoint,
	page: `${PAGES}/del-ltxstudio-scheduler-jobId`,
	output: { cancelled: 'boolean', jobId: 'string' },
	description: fields,
	read: readJobId,
	execute: async ({ client }, jobId) => {
		await client.request({
			...requestTo(endpoint, { jobId }),
			meanings: {
				404: {
					message: 'The job is not running',
					description: `Job ${jobId} has finished, was cancelled before, or is not known. Scheduler > Get Job tells.`,
				},
			},
		});
		return [{ json: { cancelled: true, jobId } }];
	},
});
