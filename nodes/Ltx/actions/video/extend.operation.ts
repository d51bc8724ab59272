import type { INodeProperties } from 'n8n-workflow';

import { jobOptions } from '../../fields/jobOptions';
import { mediaField, readMedia } from '../../fields/media';
import { editModelOption, MAX_PROMPT, promptField } from '../../fields/video';
import { waitFields } from '../../fields/waiting';
import { dollars, formatPrice } from '../../../shared/jobs/price';
import { EDIT_PRICE } from '../../models';
import { jobOperation } from '../operation';

const VIDEO = {
	name: 'video_uri',
	displayName: 'Video',
	kind: 'video',
	required: true,
	limit: 100,
	description: `The video to go on with, 16:9 or 9:16, of 73 frames or more. Each second that is made, and each that it is made from, costs ${formatPrice(EDIT_PRICE)}.`,
} as const;

const fields: INodeProperties[] = [
	mediaField(VIDEO),
	{
		displayName: 'Duration (Seconds)',
		name: 'duration',
		type: 'number',
		required: true,
		default: 5,
		typeOptions: { minValue: 2, maxValue: 20, numberPrecision: 3 },
		description: 'How much is made, 2 to 20 seconds',
	},
	{
		displayName: 'Where',
		name: 'mode',
		type: 'options',
		default: 'end',
		description: 'Where the new part goes',
		options: [
			{ name: 'At the End', value: 'end' },
			{ name: 'At the Start', value: 'start' },
		],
	},
	promptField({
		example: 'The boat drifts on into the fog',
		about: 'What happens in the new part',
		required: false,
	}),
	...waitFields,
	jobOptions([
		{
			displayName: 'Context (Seconds)',
			name: 'context',
			type: 'number',
			default: 1,
			typeOptions: { minValue: 1, maxValue: 20, numberPrecision: 3 },
			description:
				'How much of the video the new part is made from, 1 to 20 seconds. Together with the duration no more than 505 frames of the video. As much as that allows if not set.',
		},
		editModelOption,
	]),
];

/** Makes a video longer, at its end or at its start. */
export const extend = jobOperation({
	name: 'Extend',
	summary: 'Make a video longer, at its end or at its start',
	action: 'Extend a video',
	endpoint: 'extend',
	description: fields,
	read: (form, context) => {
		const duration = form.number('duration');
		const seconds = form.number('context', { optional: true });
		return {
			parameters: {
				duration,
				mode: form.choice('mode'),
				prompt: form.text('prompt', { max: MAX_PROMPT }),
				context: seconds,
				model: form.choice('model', { optional: true }),
			},
			media: { video_uri: readMedia(form, context, VIDEO) },
			price: seconds === undefined ? undefined : dollars(EDIT_PRICE * (duration + seconds)),
		};
	},
});
