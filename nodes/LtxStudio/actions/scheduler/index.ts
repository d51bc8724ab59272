import type { Resource } from '../../../shared/n8n/resource';
import { cancel } from './cancel.operation';
import { findJobs } from './findJobs.operation';
import { getAll } from './getAll.operation';
import { getCapacity } from './getCapacity.operation';
import { getJob } from './getJob.operation';
import { waitForJob } from './waitForJob.operation';

export const scheduler = {
	name: 'Scheduler',
	value: 'scheduler',
	description: 'Looks at jobs, waits for them and cancels them',
	operations: { getJob, cancel, findJobs, getAll, getCapacity, waitForJob },
} satisfies Resource;
