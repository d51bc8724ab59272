import type { INodeProperties } from 'n8n-workflow';

import { internalBaseUrlField } from '../fields/job';
import { accountLocator } from '../fields/locators';
import { downloadFields, optionsField, simplifyField } from '../../shared/n8n/commonFields';
import { showIf } from '../../shared/n8n/display';

export const MODES = { start: 'start', resume: 'resume' } as const;

const showFor = (mode: keyof typeof MODES, field: INodeProperties): INodeProperties =>
	showIf({ mode: [MODES[mode]] }, field);

const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	description: 'Only jobs that match all of these start the workflow',
	options: [
		accountLocator({ description: 'The LTX Studio account that the job runs on' }),
		{
			displayName: 'Reply Reference Is',
			name: 'replyRef',
			type: 'string',
			default: '',
			placeholder: 'order-4711',
			description: 'Your own reference that the job was submitted with',
		},
		{
			displayName: 'Reply Reference Starts With',
			name: 'replyRefPrefix',
			type: 'string',
			default: '',
			placeholder: 'order-',
			description: 'The beginning of your own reference that the job was submitted with',
		},
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			default: 'completed',
			description: 'How the job ended',
			options: [
				{ name: 'Completed', value: 'completed' },
				{ name: 'Failed', value: 'failed' },
			],
		},
		{
			displayName: 'Type',
			name: 'type',
			type: 'options',
			default: 'video',
			description: 'What the job made',
			options: [
				{ name: 'Image', value: 'image' },
				{ name: 'Video', value: 'video' },
			],
		},
	],
};

const options = optionsField([
	showIf({ '/mode': [MODES.resume] }, internalBaseUrlField),
	{
		displayName: 'Read Job Again',
		name: 'verify',
		type: 'boolean',
		default: true,
		description:
			'Whether to read the job from the API and to believe only that. Without it, a callback must carry a reference of this package or the secret.',
		displayOptions: { show: { '/mode': [MODES.start] } },
	},
	{
		displayName: 'Secret',
		name: 'secret',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description:
			'For jobs that other programs submit. Give them this trigger\'s URL with "?secret=" and this text behind it as their replyUrl: without it, their callbacks are refused. Jobs of the LTX Studio node do not need it, unless their Reply Reference is sent as it is. Use an expression, such as {{ $vars.ltxSecret }}: what is typed here can be read by everybody who can open the workflow.',
		displayOptions: { show: { '/mode': [MODES.start] } },
	},
]);

/** The form of the trigger. */
export const fields: INodeProperties[] = [
	{
		displayName: 'When a Job Has Finished',
		name: 'mode',
		type: 'options',
		noDataExpression: true,
		default: 'start',
		description: 'Which workflow the finished job is for: this one, or the one that submitted it',
		options: [
			{
				name: 'Start This Workflow',
				value: MODES.start,
				description: 'Run this workflow with the job. Give its URL to jobs as Reply URL.',
			},
			{
				name: 'Resume the Execution That Submitted It',
				value: MODES.resume,
				description:
					'Wake an execution that sleeps until called back. This workflow itself does not run.',
			},
		],
	},
	showFor('start', {
		displayName:
			'Put the production URL of this trigger into the option "Reply URL" of LTX Studio nodes that do not wait. To try it in the editor, click the button to listen, and put the test URL there instead.',
		name: 'startNotice',
		type: 'notice',
		default: '',
	}),
	showFor('resume', {
		displayName:
			'Publish this workflow, and put its production URL into "Callback Trigger URL" of LTX Studio nodes that sleep until called back. One such trigger is enough for all workflows.',
		name: 'resumeNotice',
		type: 'notice',
		default: '',
	}),
	showFor('start', {
		displayName: 'Register with useapi.net',
		name: 'register',
		type: 'boolean',
		default: false,
		description:
			'Whether to make this trigger the default reply URL of the whole useapi.net account while the workflow is active',
	}),
	showFor('start', {
		displayName:
			'This is a setting of the whole account: every job without a reply URL of its own then calls this trigger, whichever program submitted it. What was set before is put back when the workflow is deactivated, unless it was another trigger of this kind.',
		name: 'registerNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { register: [true] } },
	}),
	...[filters, ...downloadFields, simplifyField].map((field) => showFor('start', field)),
	options,
];
