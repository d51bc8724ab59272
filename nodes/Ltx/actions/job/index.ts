import type { Resource } from '../../../shared/n8n/resource';
import { get } from './get.operation';
import { waitForJob } from './waitForJob.operation';

export const job = {
	name: 'Job',
	value: 'job',
	description: 'Looks at jobs and waits for them',
	operations: { waitForJob, get },
} satisfies Resource;
