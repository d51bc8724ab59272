import type { INodeProperties } from 'n8n-workflow';

import { downloadFields, simplifyField } from '../../shared/n8n/commonFields';

export const WAIT_MODES = {
	none: 'none',
	poll: 'poll',
	webhook: 'webhook',
} as const;

/** How to wait for a generation, and what to do with its file. */
export const waitFields: INodeProperties[] = [
	{
		displayName: 'Wait for Result',
		name: 'waitMode',
		type: 'options',
		default: 'poll',
		description: 'How to wait until the generation has finished',
		options: [
			{
				name: 'Keep Asking',
				value: WAIT_MODES.poll,
				description: 'Ask every few seconds until all items have finished. Works everywhere.',
			},
			{
				name: 'Sleep Until Called Back',
				value: WAIT_MODES.webhook,
				description:
					'Store the execution and resume it by webhook. For long generations: nothing runs in between, and restarts do no harm.',
			},
			{
				name: 'Do Not Wait',
				value: WAIT_MODES.none,
				description: 'Return the job IDs as soon as all items are submitted',
			},
		],
	},
	{
		displayName:
			'LTX Studio must be able to reach this n8n from the internet: set WEBHOOK_URL on self-hosted instances. It does not work on localhost, in sub-workflows or as an AI tool.',
		name: 'webhookNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { waitMode: [WAIT_MODES.webhook] } },
	},
	{
		displayName: 'Callback Trigger URL',
		name: 'triggerUrl',
		type: 'string',
		default: '',
		placeholder: 'https://n8n.example.com/webhook/…/ltx-studio',
		description:
			"Production URL of an active LTX Studio Trigger set to resume executions. Leave empty to be called back directly at the execution's own URL.",
		displayOptions: { show: { waitMode: [WAIT_MODES.webhook] } },
	},
	...downloadFields.map((field) => ({
		...field,
		displayOptions: { ...field.displayOptions, hide: { waitMode: [WAIT_MODES.none] } },
	})),
	simplifyField,
];

export const pollIntervalField: INodeProperties = {
	displayName: 'Poll Interval (Seconds)',
	name: 'pollInterval',
	type: 'number',
	default: 5,
	typeOptions: { minValue: 1, maxValue: 300 },
	description: 'The longest time between two looks at the jobs, 1 to 300 seconds',
};

export const timeoutField: INodeProperties = {
	displayName: 'Timeout (Minutes)',
	name: 'timeout',
	type: 'number',
	default: 15,
	typeOptions: { minValue: 0.1, maxValue: 1440 },
	description:
		'How long to wait for a job to finish, or for a slot to come free, 0.1 to 1440 minutes. The job goes on all the same.',
};
