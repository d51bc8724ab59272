import type { INodeProperties } from 'n8n-workflow';

import { formatPrice } from '../../../shared/jobs/price';
import { jobOptions } from '../../fields/jobOptions';
import { mediaField, readMedia } from '../../fields/media';
import { editModelOption, MAX_PROMPT, promptField } from '../../fields/video';
import { waitFields } from '../../fields/waiting';
import { EDIT_PRICE } from '../../models';
import { jobOperation } from '../operation';

const VIDEO = {
	name: 'video_uri',
	displayName: 'Video',
	kind: 'video',
	required: true,
	description: `The video of which a part is made anew, of 73 frames or more. Each second of it costs ${formatPrice(EDIT_PRICE)}, however short the part.`,
} as const;

const fields: INodeProperties[] = [
	mediaField(VIDEO),
	{
		displayName: 'Start Time (Seconds)',
		name: 'start_time',
		type: 'number',
		required: true,
		default: 0,
		typeOptions: { minValue: 0, numberPrecision: 3 },
		description: 'Where the part starts',
	},
	{
		displayName: 'Duration (Seconds)',
		name: 'duration',
		type: 'number',
		required: true,
		default: 2,
		typeOptions: { minValue: 2, numberPrecision: 3 },
		description: 'How long the part is, 2 seconds or more',
	},
	{
		displayName: 'Replace',
		name: 'mode',
		type: 'options',
		default: 'replace_audio_and_video',
		description: 'What of the part is made anew',
		options: [
			{ name: 'Picture and Sound', value: 'replace_audio_and_video' },
			{ name: 'Picture', value: 'replace_video' },
			{ name: 'Sound', value: 'replace_audio' },
		],
	},
	promptField({
		example: 'The door opens and a dog runs in',
		about: 'What happens in the part',
		required: false,
	}),
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		default: '',
		description: 'The size and shape of the video',
		options: [
			{ name: '1080p, Orientation of the Video', value: '' },
			{ name: '1080p Landscape (1920 × 1080)', value: '1920x1080' },
			{ name: '1080p Portrait (1080 × 1920)', value: '1080x1920' },
		],
	},
	...waitFields,
	jobOptions([editModelOption]),
];

/** Makes a part of a video anew. */
export const retake = jobOperation({
	name: 'Retake',
	summary: 'Make a part of a video anew',
	action: 'Retake a part of a video',
	endpoint: 'retake',
	description: fields,
	read: (form, context) => ({
		parameters: {
			start_time: form.number('start_time'),
			duration: form.number('duration'),
			mode: form.choice('mode'),
			prompt: form.text('prompt', { max: MAX_PROMPT }),
			resolution: form.choice('resolution', { optional: true }),
			model: form.choice('model', { optional: true }),
		},
		media: { video_uri: readMedia(form, context, VIDEO) },
		price: undefined,
	}),
});
