import type { INodeProperties } from 'n8n-workflow';

import type { FieldReader } from '../../shared/n8n/fieldReader';
import { JOB_ID_EXAMPLE, parseJobId } from '../service/jobId';

/** The job that the incoming item names. */
export const jobIdField = (description: string): INodeProperties => ({
	displayName: 'Job ID',
	name: 'jobId',
	type: 'string',
	required: true,
	default: '={{ $json.jobId }}',
	placeholder: 'image-to-video/…',
	description,
});

/** Reads the ID of a job. */
export function readJobId(form: FieldReader): string {
	const jobId = form.text('jobId', { required: true, expected: EXPECTED });
	return parseJobId(jobId) ? jobId : form.reject('jobId', jobId, EXPECTED);
}

/** Reads the IDs of one job or several. */
export function readJobIds(form: FieldReader): string[] {
	const expected = `${EXPECTED}, or several separated by commas`;
	const jobIds = form.list('jobId');
	if (jobIds.length === 0) return form.reject('jobId', undefined, expected);
	const wrong = jobIds.find((jobId) => !parseJobId(jobId));
	return wrong === undefined ? jobIds : form.reject('jobId', wrong, expected);
}

const EXPECTED = `a job ID such as ${JOB_ID_EXAMPLE}`;
