import type { INodeProperties } from 'n8n-workflow';

import { concurrencyField, optionsField } from '../../shared/n8n/commonFields';
import { MAX_USER_REFERENCE } from '../../shared/jobs/reference';
import { MAX_REPLY_URL } from '../service/desk';
import { pollIntervalField, timeoutField, WAIT_MODES } from './waiting';

const common: INodeProperties[] = [
	concurrencyField,
	{
		displayName: 'If Submission Is Uncertain',
		name: 'onUncertain',
		type: 'options',
		default: 'fail',
		description:
			'What to do when an answer got lost and the job cannot be found, so that it is not known whether it was submitted',
		options: [
			{
				name: 'Fail',
				value: 'fail',
				description: 'Never pay twice: the item fails and says what to check',
			},
			{
				name: 'Submit Again',
				value: 'resubmit',
				description: 'Never go without: submit once more, which may be paid for twice',
			},
		],
	},
	{
		displayName: 'Maximum Running Jobs',
		name: 'maxJobs',
		type: 'number',
		default: 20,
		typeOptions: { minValue: 1, maxValue: 100 },
		description: 'How many jobs the account may run at once, instead of its own setting, 1 to 100',
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
	pollIntervalField,
	{
		displayName: 'Reply Reference',
		name: 'replyRef',
		type: 'string',
		default: '',
		placeholder: 'order-4711',
		description: `Your own reference, returned with the job, up to ${MAX_USER_REFERENCE} characters`,
	},
	{
		displayName: 'Reply URL',
		name: 'replyUrl',
		type: 'string',
		default: '',
		placeholder: 'https://example.com/callback',
		description: `Where LTX Studio reports the finished job, up to ${MAX_REPLY_URL} characters. The reference it reports has your own behind the last dot.`,
		displayOptions: { hide: { '/waitMode': [WAIT_MODES.webhook] } },
	},
	timeoutField,
];

/** The Options collection of a generation: what all of them have, and what only this one has. */
export const jobOptions = (own: readonly INodeProperties[] = []): INodeProperties =>
	optionsField([...own, ...common]);
