import type { INodeProperties } from 'n8n-workflow';

import { guardOptions } from '../../shared/jobs/guards';
import { MAX_USER_REFERENCE } from '../../shared/jobs/reference';
import { onUncertainField, WAIT_MODES } from '../../shared/jobs/runSettings';
import {
	concurrencyField,
	downloadByDefaultField,
	downloadField,
	keepInputFieldsField,
	optionsField,
	outputFileField,
	outputOptions,
	simplifyField,
} from '../../shared/n8n/commonFields';
import { showIf } from '../../shared/n8n/display';
import { MAX_REPLY_URL } from '../service/desk';
import { accountLocator } from './locators';
import { ofVersion1, sinceVersion11 } from '../versions';

const pollIntervalField: INodeProperties = {
	displayName: 'Poll Interval (Seconds)',
	name: 'pollInterval',
	type: 'number',
	default: 5,
	typeOptions: { minValue: 1, maxValue: 300 },
	description: 'The longest time between two looks at the jobs, 1 to 300 seconds',
};

const timeoutField: INodeProperties = {
	displayName: 'Timeout (Minutes)',
	name: 'timeout',
	type: 'number',
	default: 15,
	typeOptions: { minValue: 0.1, maxValue: 1440 },
	description:
		'How long to wait for a job to finish, or for a slot to come free, 0.1 to 1440 minutes. The job goes on all the same.',
};

/** How fast, and how long, to wait for jobs. */
export const paceOptions = [concurrencyField, pollIntervalField, timeoutField];

/**
 * How a job comes out, and the rare options of an operation: since version 1.1 the result is downloaded by default, and what few people
 * change is an option.
 *
 * @param hide when there is no result yet
 */
export const resultFields = (
	options: readonly INodeProperties[],
	hide?: NonNullable<INodeProperties['displayOptions']>['hide'],
): INodeProperties[] => {
	const unless = (field: INodeProperties) =>
		hide ? { ...field, displayOptions: { ...field.displayOptions, hide } } : field;
	return [
		unless(ofVersion1(downloadField)),
		unless(ofVersion1(outputFileField)),
		unless(sinceVersion11(downloadByDefaultField)),
		ofVersion1(simplifyField),
		optionsField([...options, ...outputOptions.map(sinceVersion11)]),
	];
};

const waitFields: INodeProperties[] = [
	{
		displayName: 'Wait for Result',
		name: 'waitMode',
		type: 'options',
		default: 'poll',
		description:
			"How to wait until the generation has finished. The first item's choice holds for all.",
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
					'Store the execution and resume it by webhook. For long generations: no worker is held in between, and callbacks wake it after a restart, too.',
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
			'WEBHOOK_URL must be a public address of this n8n, unless the Base URL of the credential is in a private network, too. Where LTX Studio cannot reach it, n8n looks by itself every 20 seconds, until it is restarted. It does not work in sub-workflows or as an AI tool.',
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
];

/** Where an execution is rung at, if not at its public address. */
export const internalBaseUrlField: INodeProperties = {
	displayName: 'Internal Base URL',
	name: 'internalBaseUrl',
	type: 'string',
	default: '',
	placeholder: 'http://localhost:5678',
	description:
		'Where this n8n reaches itself, if it cannot do so under its public address (WEBHOOK_URL)',
};

const jobOptions: INodeProperties[] = [
	...paceOptions,
	...guardOptions,
	onUncertainField(
		'What to do when an answer got lost and the job cannot be found, so that it is not known whether it was submitted.',
	),
	showIf({ '/waitMode': [WAIT_MODES.webhook] }, internalBaseUrlField),
	{
		displayName: 'Maximum Running Jobs',
		name: 'maxJobs',
		type: 'number',
		default: 20,
		typeOptions: { minValue: 1, maxValue: 100 },
		description:
			'How many jobs the account may run at once, instead of its own setting, 1 to 100. LTX Studio slows down beyond about 10.',
	},
	{
		displayName: 'Poll by API (Attempts)',
		name: 'pollForResult',
		type: 'number',
		default: 1,
		typeOptions: { minValue: 1, maxValue: 20 },
		description:
			'Let the API itself wait before it answers, 1 to 20 attempts of 3 seconds. Of use when a result is expected at once.',
	},
	{
		displayName: 'Reply Reference',
		name: 'replyRef',
		type: 'string',
		default: '',
		placeholder: 'order-4711',
		description: `Your own reference, returned with the job, up to ${MAX_USER_REFERENCE} characters. It goes out behind the last dot of one that this package makes, by which lost jobs are found again: "n8n2.….order-4711".`,
	},
	{
		displayName: 'Reply Reference: Send as It Is',
		name: 'replyRefAsIs',
		type: 'boolean',
		default: false,
		description:
			'Whether to send the reply reference alone, for programs that expect it so. A job whose answer got lost, or whose worker died, is then not found again, so that Retry pays for it once more, and a callback does not wake an execution that sleeps: it looks by itself.',
	},
	{
		displayName: 'Reply URL',
		name: 'replyUrl',
		type: 'string',
		default: '',
		placeholder: 'https://example.com/callback',
		description: `Where LTX Studio reports the finished job, up to ${MAX_REPLY_URL} characters. The reference that it reports has your own behind the last dot, unless that is sent as it is.`,
		displayOptions: { hide: { '/waitMode': [WAIT_MODES.webhook] } },
	},
];

interface JobForm {
	/** Whose account it runs on, where that is not the usual choice. */
	account?: string;
	/** The rare fields that only this generation has. */
	options?: readonly INodeProperties[];
}

/** What all generations have in common: on which account they run, how they are waited for, and how they come out. */
export function jobFields({ account, options = [] }: JobForm = {}): INodeProperties[] {
	const accountField = accountLocator(account === undefined ? {} : { description: account });
	return [
		ofVersion1(accountField),
		...waitFields,
		...resultFields(
			[
				...options,
				...jobOptions,
				sinceVersion11(accountField),
				sinceVersion11(keepInputFieldsField),
			],
			{ waitMode: [WAIT_MODES.none] },
		),
	];
}
