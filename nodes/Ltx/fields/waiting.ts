import type { INodeProperties } from 'n8n-workflow';

import { WAIT_MODES } from '../../shared/jobs/runSettings';
import { concurrencyField, downloadByDefaultField } from '../../shared/n8n/commonFields';
import { READ_INTERVAL_SECONDS } from '../service/jobService';

/** How to wait for a generation, and what to do with its file. */
export const waitFields: INodeProperties[] = [
	{
		displayName: 'Wait for Result',
		name: 'waitMode',
		type: 'options',
		default: 'poll',
		description:
			"How to wait until the video is made. The first item's choice holds for all. The execution cannot sleep meanwhile: the API tells nobody when a video is finished, it has to be asked.",
		options: [
			{
				name: 'Keep Asking',
				value: WAIT_MODES.poll,
				description: 'Ask every few seconds until all items have finished',
			},
			{
				name: 'Do Not Wait',
				value: WAIT_MODES.none,
				description:
					'Return the job IDs as soon as all items are submitted. Job > Wait gets the videos: soon, as the API keeps jobs for up to 24 hours.',
			},
		],
	},
	{ ...downloadByDefaultField, displayOptions: { hide: { waitMode: [WAIT_MODES.none] } } },
];

const pollIntervalField: INodeProperties = {
	displayName: 'Poll Interval (Seconds)',
	name: 'pollInterval',
	type: 'number',
	default: READ_INTERVAL_SECONDS,
	typeOptions: { minValue: READ_INTERVAL_SECONDS, maxValue: 300 },
	description: `The longest time between two looks at a job, ${READ_INTERVAL_SECONDS} to 300 seconds`,
};

const timeoutField: INodeProperties = {
	displayName: 'Timeout (Minutes)',
	name: 'timeout',
	type: 'number',
	default: 30,
	typeOptions: { minValue: 0.1, maxValue: 1440 },
	description:
		'How long to wait for a job to finish, or to be taken, 0.1 to 1440 minutes. The job goes on all the same.',
};

export const waitOptions: INodeProperties[] = [concurrencyField, pollIntervalField, timeoutField];
