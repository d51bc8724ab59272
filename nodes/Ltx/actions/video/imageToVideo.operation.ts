import type { INodeProperties } from 'n8n-workflow';

import { jobOptions } from '../../fields/jobOptions';
import { LAST_FRAME, mediaField, readMedia } from '../../fields/media';
import {
	AUTOMATIC,
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

const IMAGE = {
	name: 'image_uri',
	displayName: 'Image',
	kind: 'image',
	required: true,
	description: 'The first picture of the video.',
} as const;

const fields: INodeProperties[] = [
	modelField('ltx-2-5-fast', (model) => model.videoPrice),
	mediaField(IMAGE),
	promptField({
		example: 'The camera glides over the lake at sunrise',
		about: 'What happens in the video',
		required: true,
	}),
	resolutionField,
	frameRateField,
	...durationFields,
	{ ...mediaField(LAST_FRAME), displayOptions: { hide: { duration: [AUTOMATIC] } } },
	soundField,
	...waitFields,
	jobOptions([cameraOption]),
];

/** Makes a video from its first picture, or from its first and its last. */
export const imageToVideo = jobOperation({
	name: 'From Image',
	summary: 'Make a video from its first picture, or from its first and its last',
	action: 'Make a video from an image',
	endpoint: 'image-to-video',
	description: fields,
	read: (form, context) => {
		const { model, parameters } = readVideoChoice(form);
		const { duration, resolution } = parameters;
		const prompt = form.text('prompt', { required: true, max: MAX_PROMPT });
		const lastFrame = readMedia(form, context, LAST_FRAME);
		if (duration === null && lastFrame) {
			const label = form.fields.label('last_frame_uri');
			return form.reject('duration', AUTOMATIC, `a number of seconds, as there is a "${label}"`);
		}
		return {
			parameters: {
				...parameters,
				prompt,
				generate_audio: form.boolean('generate_audio'),
				camera_motion: form.choice('camera_motion', { optional: true }),
			},
			media: { image_uri: readMedia(form, context, IMAGE), last_frame_uri: lastFrame },
			price: videoPrice(model, resolution, duration ?? undefined),
		};
	},
});
