import type { INodeProperties } from 'n8n-workflow';

import { jobOptions } from '../../fields/jobOptions';
import {
	cameraOption,
	durationFields,
	frameRateField,
	MAX_PROMPT,
	modelField,
	promptField,
	readVideoChoice,
	resolutionField,
	soundField,
} from '../../fields/video';
import { waitFields } from '../../fields/waiting';
import { videoPrice } from '../../models';
import { jobOperation } from '../operation';

const fields: INodeProperties[] = [
	modelField('ltx-2-5-fast', (model) => model.videoPrice),
	promptField({
		example: 'A lighthouse at dawn, waves roll in, gulls cry',
		about: 'What the video shows',
		required: true,
	}),
	resolutionField,
	frameRateField,
	...durationFields,
	soundField,
	...waitFields,
	jobOptions([cameraOption]),
];

/** Makes a video from a text. */
export const textToVideo = jobOperation({
	name: 'From Text',
	summary: 'Make a video from a text',
	action: 'Make a video from text',
	endpoint: 'text-to-video',
	description: fields,
	read: (form) => {
		const { model, parameters } = readVideoChoice(form);
		return {
			parameters: {
				...parameters,
				prompt: form.text('prompt', { required: true, max: MAX_PROMPT }),
				generate_audio: form.boolean('generate_audio'),
				camera_motion: form.choice('camera_motion', { optional: true }),
			},
			media: {},
			price: videoPrice(model, parameters.resolution, parameters.duration ?? undefined),
		};
	},
});
