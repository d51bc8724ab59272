import type { INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { concurrencyField, downloadFields, simplifyField } from '../../../shared/n8n/commonFields';
import { FieldReader } from '../../../shared/n8n/fieldReader';
import { JOB_ID_EXAMPLE, JOB_IDS_PATTERN, parseJobId } from '../../service/jobId';
import { jobLocator } from '../../fields/locators';
import { pollIntervalField, timeoutField } from '../../fields/waiting';
import type { WaitOperation } from '../operation';

const fields: INodeProperties[] = [
	jobLocator(
		{
			displayName: 'Job',
			name: 'jobId',
			required: true,
			preset: '$json.jobId',
			description:
				'The job to wait for, filled in from the incoming item. Several can be given by ID, separated by commas.',
		},
		{ searchListMethod: 'getJobs', pattern: JOB_IDS_PATTERN },
	),
	...downloadFields,
	simplifyField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [concurrencyField, pollIntervalField, timeoutField],
	},
];

const description = displayFor('scheduler', 'waitForJob', fields);

/** Waits for jobs that were submitted earlier or elsewhere: all of them in one loop. */
export const waitForJob: WaitOperation = {
	kind: 'wait',
	description,
	prepare: (context, item) => {
		const form = new FieldReader(context, description, item);
		const jobIds = form.list('jobId');
		const expected = `a job ID such as ${JOB_ID_EXAMPLE}, or several separated by commas`;
		if (jobIds.length === 0) return form.reject('jobId', undefined, expected);
		for (const jobId of jobIds) {
			if (!parseJobId(jobId)) return form.reject('jobId', jobId, expected);
		}
		return jobIds;
	},
};
