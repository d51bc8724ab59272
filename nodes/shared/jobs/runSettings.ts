import type { INodeProperties } from 'n8n-workflow';

import type { FieldReader } from '../n8n/fieldReader';

/** How a node waits for what it has submitted. */
export const WAIT_MODES = { none: 'none', poll: 'poll', webhook: 'webhook' } as const;

/** The option by which the user chooses what to do about a submission of which nobody knows whether it was taken. */
export const onUncertainField = (about: string): INodeProperties => ({
	displayName: 'If Submission Is Uncertain',
	name: 'onUncertain',
	type: 'options',
	default: 'fail',
	description: [about, 'Fail for one item is Fail for all.'].join(' '),
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
});

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How fast and how long a run waits, in milliseconds. */
export const readTiming = (form: FieldReader) => ({
	concurrency: form.integer('concurrency'),
	pollInterval: form.number('pollInterval') * SECOND,
	timeout: form.number('timeout') * MINUTE,
});
