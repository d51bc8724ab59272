import type { INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { jobOptions } from '../../fields/jobOptions';
import { mediaField, readMedia } from '../../fields/media';
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

const LAST_FRAME = {
	name: 'last_frame_uri',
	displayName: 'Last Frame',
	kind: 'image',
	description: 'The last picture of the video.',
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

/**
 * Makes a video from its first picture, or from its first and its last.
 * @see https://docs.ltx.io/api-documentation/api-reference/async-video-generation/submit-image-to-video
 */
export const imageToVideo = jobOperation({
	description: displayFor('video', 'imageToVideo', fields),
	read: (form, context) => {
		const { model, parameters } = readVideoChoice(form);
		const { duration, resolution } = parameters;
		const prompt = form.text('prompt', { required: true, max: MAX_PROMPT });
		const lastFrame = readMedia(form, context, LAST_FRAME);
		if (duration === null && lastFrame) {
			const label = form.label('last_frame_uri');
			return form.reject('duration', AUTOMATIC, `a number of seconds, as there is a "${label}"`);
		}
		return {
			endpoint: 'image-to-video',
			parameters: {
				...parameters,
				prompt,
				generate_audio: form.boolean('generate_audio'),
				camera_motion: form.choice('camera_motion'),
			},
			media: { image_uri: readMedia(form, context, IMAGE), last_frame_uri: lastFrame },
			price: videoPrice(model, resolution, duration ?? undefined),
		};
	},
});
