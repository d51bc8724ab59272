import type { INodeProperties } from 'n8n-workflow';

import { keepInputFieldsField, optionsField, outputOptions } from '../../shared/n8n/commonFields';
import { guardOptions } from '../../shared/jobs/guards';
import { waitOptions } from './waiting';

const common: INodeProperties[] = [
	...waitOptions,
	...guardOptions,
	...outputOptions,
	keepInputFieldsField,
	{
		displayName: 'If Submission Is Uncertain',
		name: 'onUncertain',
		type: 'options',
		default: 'fail',
		description:
			'What to do when an answer got lost. The API lists no jobs, so that nobody can tell whether it was submitted.',
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
];

/** The Options collection of a generation: what all of them have, and what only this one has. */
export const jobOptions = (own: readonly INodeProperties[] = []): INodeProperties =>
	optionsField([...own, ...common]);
