import type { INodeProperties } from 'n8n-workflow';

import { itemOperation } from '../../../shared/n8n/itemOperation';
import {
	concurrencyField,
	downloadFields,
	optionsField,
	simplifyField,
} from '../../../shared/n8n/commonFields';
import { toJob, type JobAnswer } from '../../service/job';
import { jobRequest } from '../../service/api';
import { jobResult, readResultSettings } from '../../../shared/jobs/jobResult';
import { jobLocator, readJobId } from '../../fields/locators';
import { JOB_OUTPUT, PAGES } from '../operation';

const fields: INodeProperties[] = [
	jobLocator(
		{
			displayName: 'Job',
			description: 'The job to get. Filled in from the incoming item.',
		},
		{ method: 'getJobs' },
	),
	...downloadFields,
	simplifyField,
	optionsField([concurrencyField]),
];

/** Gets a job as it is now, with its result once it has one. */
export const getJob = itemOperation({
	name: 'Get Job',
	summary: 'Get a job as it is now, with its result once it has one',
	action: 'Get a job',
	endpoint: 'GET v1/ltxstudio/assets/{jobId}',
	page: `${PAGES}/get-ltxstudio-assets-jobId`,
	output: JOB_OUTPUT,
	description: fields,
	read: (form) => ({ jobId: readJobId(form), settings: readResultSettings(form) }),
	execute: async ({ context, client, item }, { jobId, settings }) => {
		const answer = await client.request<JobAnswer>(jobRequest(jobId));
		const job = toJob(answer, jobId);
		return [await jobResult({ context, client, item, settings, title: '' }, answer, job)];
	},
});
