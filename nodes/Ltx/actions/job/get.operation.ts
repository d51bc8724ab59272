import type { INodeProperties } from 'n8n-workflow';

import { jobOutput, readResultSettings } from '../../../shared/jobs/outcome';
import {
	concurrencyOptions,
	downloadFields,
	simplifyField,
} from '../../../shared/n8n/commonFields';
import { displayFor } from '../../../shared/n8n/displayFor';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { jobIdField, readJobId } from '../../fields/jobIdField';
import { createJobService } from '../../service/jobService';

const fields: INodeProperties[] = [
	jobIdField('The job to get, filled in from the incoming item'),
	...downloadFields,
	simplifyField,
	concurrencyOptions,
];

/**
 * Gets a job as it is now, with its result once it has one.
 * @see https://docs.ltx.io/api-documentation/api-reference/async-video-generation/get-job-status
 */
export const get = itemOperation({
	description: displayFor('job', 'get', fields),
	read: (form) => ({ jobId: readJobId(form), settings: readResultSettings(form) }),
	execute: async ({ context, client, item }, { jobId, settings }) => {
		const service = createJobService(client);
		const answer = await service.read(jobId);
		if (!answer.ok) {
			throw client.error(answer.failure, {
				404: {
					message: `The job is not known: ${jobId}`,
					description:
						'It ended more than 24 hours ago, or belongs to another API key. Check the Job ID field.',
				},
			});
		}
		return [
			await jobOutput({ context, client, service }, answer.body, { settings, title: '', item }),
		];
	},
});
