import type { INodeProperties } from 'n8n-workflow';

import { get } from './get.operation';
import { waitForJob } from './waitForJob.operation';

export const job = { get, waitForJob };

export const jobOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['job'] } },
	default: 'waitForJob',
	options: [
		{
			name: 'Get',
			value: 'get',
			description: 'Get a job as it is now, with its result once it has one',
			action: 'Get a job',
		},
		{
			name: 'Wait',
			value: 'waitForJob',
			description: 'Wait for jobs that were submitted earlier or elsewhere',
			action: 'Wait for jobs',
		},
	],
};
