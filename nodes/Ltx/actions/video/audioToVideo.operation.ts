import type { INodeProperties } from 'n8n-workflow';

import { jobOptions } from '../../fields/jobOptions';
import { LAST_FRAME, mediaField, readMedia } from '../../fields/media';
import {
	cameraOption,
	frameRateField,
	MAX_PROMPT,
	modelField,
	promptField,
	readFrameRate,
	resolutionOptions,
} from '../../fields/video';
import { waitFields } from '../../fields/waiting';
import { jobOperation } from '../operation';

const AUDIO = {
	name: 'audio_uri',
	displayName: 'Audio',
	kind: 'audio',
	required: true,
	description:
		'The sound of the video, which is as long as this: 2 to 20 seconds, but up to 10 with LTX-2.5 Pro, and above 1080p with any model.',
} as const;

const IMAGE = {
	name: 'image_uri',
	displayName: 'Image',
	kind: 'image',
	description: 'The first picture of the video. An image, a prompt or both are needed.',
} as const;

const fields: INodeProperties[] = [
	modelField('ltx-2-3-pro', (model) => model.audioPrice),
	mediaField(AUDIO),
	mediaField(IMAGE),
	promptField({
		example: 'A singer on a small stage, warm light',
		about: 'What the video shows',
		note: 'An image, a prompt or both are needed.',
		required: false,
	}),
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		default: '',
		description: 'The size and shape of the video',
		options: [
			{
				name: '1080p, Orientation of the Image',
				value: '',
				description: 'Landscape without one',
			},
			...resolutionOptions,
		],
	},
	frameRateField,
	{ ...mediaField(LAST_FRAME), displayOptions: { hide: { image_uri: [''] } } },
	...waitFields,
	jobOptions([cameraOption]),
];

/** Makes a video to a sound. */
export const audioToVideo = jobOperation({
	name: 'From Audio',
	summary: 'Make a video to speech, music or another sound',
	action: 'Make a video from audio',
	endpoint: 'audio-to-video',
	description: fields,
	read: (form, context) => {
		const prompt = form.text('prompt', { max: MAX_PROMPT });
		const image = readMedia(form, context, IMAGE);
		const lastFrame = readMedia(form, context, LAST_FRAME);
		if (!image && lastFrame) {
			return form.reject(
				'image_uri',
				undefined,
				`set, as "${form.fields.label('last_frame_uri')}" is`,
			);
		}
		if (!image && prompt === undefined) {
			return form.reject('prompt', undefined, `set, unless "${form.fields.label('image_uri')}" is`);
		}
		return {
			parameters: {
				model: form.choice('model'),
				prompt,
				resolution: form.choice('resolution', { optional: true }),
				fps: readFrameRate(form),
				camera_motion: form.choice('camera_motion', { optional: true }),
			},
			media: {
				audio_uri: readMedia(form, context, AUDIO),
				image_uri: image,
				last_frame_uri: lastFrame,
			},
			price: undefined,
		};
	},
});
