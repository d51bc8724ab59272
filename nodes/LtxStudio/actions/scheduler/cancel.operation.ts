import type { INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { LTX_STUDIO } from '../../service/api';
import { readJobId } from '../../fields/jobIdField';
import { jobLocator } from '../../fields/locators';

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
			name: 'jobId',
			required: true,
			preset: '$json.jobId',
			description: 'The running job to cancel. Filled in from the incoming item.',
		},
		{ searchListMethod: 'getRunningJobs' },
	),
];

/**
 * Stops the tracking of a running job.
 * @see https://useapi.net/docs/api-ltxstudio-v1/del-ltxstudio-scheduler-jobId
 */
export const cancel = itemOperation({
	description: displayFor('scheduler', 'cancel', fields),
	read: (form) => readJobId(form),
	execute: async ({ client }, jobId) => {
		await client.request({
			method: 'DELETE',
			path: `${LTX_STUDIO}/scheduler/${encodeURIComponent(jobId)}`,
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
