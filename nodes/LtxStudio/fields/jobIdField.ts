import type { FieldReader } from '../../shared/n8n/fieldReader';
import { JOB_ID_EXAMPLE, JOB_ID_PATTERN } from '../service/jobId';

const JOB_ID = new RegExp(JOB_ID_PATTERN, 'i');

/** Reads the ID of a job. */
export function readJobId(fields: FieldReader): string {
	return fields.text('jobId', {
		required: true,
		pattern: JOB_ID,
		expected: `a job ID such as ${JOB_ID_EXAMPLE}`,
	});
}
