import type { INodeProperties } from 'n8n-workflow';

import { jobOutput, readResultSettings } from '../../../shared/jobs/outcome';
import { NO_ORDER } from '../../../shared/jobs/service';
import {
	concurrencyField,
	downloadByDefaultField,
	optionsField,
	outputOptions,
} from '../../../shared/n8n/commonFields';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { jobIdField, readJobId } from '../../fields/jobIdField';
import { createJobService } from '../../service/jobService';
import { JOB_OUTPUT, PAGES } from '../operation';

const fields: INodeProperties[] = [
	jobIdField('The job to get, filled in from the incoming item'),
	downloadByDefaultField,
	optionsField([concurrencyField, ...outputOptions]),
];

/** Gets a job as it is now, with its result once it has one. */
export const get = itemOperation({
	name: 'Get',
	summary: 'Get a job as it is now, with its result once it has one',
	action: 'Get a job',
	endpoint: 'GET v2/{endpoint}/{id}',
	page: `${PAGES}/async-video-generation/get-job-status`,
	output: JOB_OUTPUT,
	description: fields,
	read: (form) => ({ jobId: readJobId(form), settings: readResultSettings(form) }),
	execute: async ({ context, client, item }, { jobId, settings }) => {
		const service = createJobService(client);
		const answer = await service.read(jobId);
		if (!answer.ok) {
			throw client.error(answer.failure, {
				404: {
					message: `The job is not known: ${jobId}`,
					description:
						'The API no longer keeps it, which it does for up to 24 hours after its end, or it belongs to another API key. Check the Job ID field.',
				},
			});
		}
		return [
			await jobOutput({ context, client, service }, answer.body, {
				settings,
				order: NO_ORDER,
				item,
			}),
		];
	},
});
