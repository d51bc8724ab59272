import type { INodeProperties } from 'n8n-workflow';

import type { WaitOperation } from '../../../shared/jobs/waits';
import { FieldReader } from '../../../shared/n8n/fieldReader';
import { JOB_ID_EXAMPLE, JOB_IDS_PATTERN, parseJobId } from '../../service/jobId';
import { jobLocator } from '../../fields/locators';
import { paceOptions, resultFields } from '../../fields/job';
import { JOB_OUTPUT } from '../operation';

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
export const waitForJob: WaitOperation = {
	kind: 'wait',
	name: 'Wait for Jobs',
	summary: 'Wait for jobs that were submitted earlier or elsewhere',
	action: 'Wait for jobs',
	output: JOB_OUTPUT,
	description: fields,
	prepare: (context, item) => readJobIds(new FieldReader(context, fields, item)),
};

function readJobIds(form: FieldReader): string[] {
	const jobIds = form.list('jobId');
	const expected = `a job ID such as ${JOB_ID_EXAMPLE}, or several separated by commas`;
	if (jobIds.length === 0) return form.reject('jobId', undefined, expected);
	const wrong = jobIds.find((jobId) => !parseJobId(jobId));
	return wrong === undefined ? jobIds : form.reject('jobId', wrong, expected);
}
