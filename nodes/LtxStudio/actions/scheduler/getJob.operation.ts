import type { INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import {
	concurrencyOptions,
	downloadFields,
	simplifyField,
} from '../../../shared/n8n/commonFields';
import { toJob, type JobAnswer } from '../../service/job';
import { jobRequest } from '../../service/api';
import { readJobId } from '../../fields/jobIdField';
import { jobResult, readResultSettings } from '../../../shared/jobs/jobResult';
import { jobLocator } from '../../fields/locators';

const fields: INodeProperties[] = [
	jobLocator(
		{
			displayName: 'Job',
			name: 'jobId',
			required: true,
			preset: '$json.jobId',
			description: 'The job to get. Filled in from the incoming item.',
		},
		{ searchListMethod: 'getJobs' },
	),
	...downloadFields,
	simplifyField,
	concurrencyOptions,
];

/**
 * Gets a job as it is now, with its result once it has one.
 * @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-assets-jobId
 */
export const getJob = itemOperation({
	description: displayFor('scheduler', 'getJob', fields),
	read: (form) => ({ jobId: readJobId(form), settings: readResultSettings(form) }),
	execute: async ({ context, client, item }, { jobId, settings }) => {
		const answer = await client.request<JobAnswer>(jobRequest(jobId));
		const job = toJob(answer, jobId);
		return [await jobResult({ context, client, item, settings, title: '' }, answer, job)];
	},
});
