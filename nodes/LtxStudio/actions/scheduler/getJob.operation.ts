import type { INodeProperties } from 'n8n-workflow';

import { itemOperation } from '../../../shared/n8n/itemOperation';
import { concurrencyField } from '../../../shared/n8n/commonFields';
import { jobOutput, readResultSettings } from '../../../shared/jobs/outcome';
import { NO_ORDER } from '../../../shared/jobs/service';
import { jobMeanings } from '../../service/api';
import { outputOf } from '../../service/job';
import { createJobService } from '../../service/jobService';
import { resultFields } from '../../fields/job';
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
	...resultFields([concurrencyField]),
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
		const service = createJobService(client, outputOf(context.getNode()));
		const answer = await service.read(jobId);
		if (!answer.ok) throw client.error(answer.failure, jobMeanings(jobId));
		return [
			await jobOutput({ context, client, service }, answer.body, {
				settings,
				order: NO_ORDER,
				item,
			}),
		];
	},
});
