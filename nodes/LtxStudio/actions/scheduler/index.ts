import type { INodeProperties } from 'n8n-workflow';

import { cancel } from './cancel.operation';
import { getAll } from './getAll.operation';
import { getCapacity } from './getCapacity.operation';
import { getJob } from './getJob.operation';
import { waitForJob } from './waitForJob.operation';

export const scheduler = { cancel, getAll, getCapacity, getJob, waitForJob };

export const schedulerOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['scheduler'] } },
	default: 'getJob',
	options: [
		{
			name: 'Cancel Job',
			value: 'cancel',
			description: 'Stop tracking a running job, and free its slot',
			action: 'Cancel a job',
		},
		{
			name: 'Get Capacity',
			value: 'getCapacity',
			description: 'See how many more jobs each account can run',
			action: 'Get the capacity',
		},
		{
			name: 'Get Job',
			value: 'getJob',
			description: 'Get a job as it is now, with its result once it has one',
			action: 'Get a job',
		},
		{
			name: 'Get Many',
			value: 'getAll',
			description: 'List the jobs that are running, of every account',
			action: 'Get many running jobs',
		},
		{
			name: 'Wait for Jobs',
			value: 'waitForJob',
			description: 'Wait for jobs that were submitted earlier or elsewhere',
			action: 'Wait for jobs',
		},
	],
};
