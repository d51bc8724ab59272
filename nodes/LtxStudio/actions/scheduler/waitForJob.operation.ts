import type { INodeProperties } from 'n8n-workflow';

import { JOB_ID_EXAMPLE, JOB_IDS_PATTERN, parseJobId } from '../../service/jobId';
import { jobLocator } from '../../fields/locators';
import { paceOptions, resultFields } from '../../fields/job';
import { waitOperation } from '../operation';

const fields: INodeProperties[] = [
	jobLocator(
		{
			displayName: 'Job',
			description:
				'The job to wait for, filled in from the incoming item. Several can be given by ID, separated by commas. If one fails, so does the item: give each its own, and set On Error to continue, to get the others.',
		},
		{ method: 'getJobs', pattern: JOB_IDS_PATTERN },
	),
	...resultFields(paceOptions),
];

/** Waits for jobs that were submitted earlier or elsewhere: all of them in one loop. */
export const waitForJob = waitOperation({
	name: 'Wait for Jobs',
	summary: 'Wait for jobs that were submitted earlier or elsewhere',
	action: 'Wait for jobs',
	description: fields,
	read: (form) => {
		const jobIds = form.list('jobId');
		const expected = `a job ID such as ${JOB_ID_EXAMPLE}, or several separated by commas`;
		if (jobIds.length === 0) return form.reject('jobId', undefined, expected);
		for (const jobId of jobIds) {
			if (!parseJobId(jobId)) return form.reject('jobId', jobId, expected);
		}
		return jobIds;
	},
});
