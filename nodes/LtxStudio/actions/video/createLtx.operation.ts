import type { INodeProperties } from 'n8n-workflow';

import { LTX_MODELS } from '../../models';
import { jobOptions } from '../../fields/jobOptions';
import { accountLocator, assetLocator, readAsset } from '../../fields/locators';
import { promptField, readPrompt, readSeed, seedOption, soundField } from '../../fields/media';
import {
	aspectRatioField,
	durationField,
	modelField,
	readChoice,
	readModel,
} from '../../fields/modelFields';
import { waitFields } from '../../fields/waiting';
import { jobOperation, PAGES } from '../operation';

const fields: INodeProperties[] = [
	modelField(LTX_MODELS),
	promptField({ example: 'The camera glides over the lake at sunrise', required: true }),
	assetLocator({
		displayName: 'Start Frame',
		name: 'startAssetId',
		preset: '$json.fileId',
		description:
			'The first picture, uploaded for use with "LTX Video", or made before. Filled in from the incoming item. A start frame, an end frame or both are needed.',
	}),
	assetLocator({
		displayName: 'End Frame',
		name: 'endAssetId',
		description: 'The last picture. A start frame, an end frame or both are needed.',
	}),
	...durationField(LTX_MODELS),
	...aspectRatioField(LTX_MODELS, 'video'),
	{
		displayName: 'Motion Intensity',
		name: 'intensity',
		type: 'options',
		default: 'medium',
		description: 'How much moves in the video',
		options: [
			{ name: 'Low', value: 'low' },
			{ name: 'Medium', value: 'medium' },
			{ name: 'High', value: 'high' },
		],
	},
	soundField,
	accountLocator(),
	...waitFields,
	jobOptions([seedOption]),
];

/** Creates a video with an LTX model from a start frame, an end frame or both. */
export const createLtx = jobOperation({
	name: 'Create with LTX',
	summary: 'Make a video from a start frame, an end frame or both with LTX Video',
	action: 'Create a video with LTX',
	endpoint: 'POST v1/ltxstudio/videos/ltx-create',
	page: `${PAGES}/post-ltxstudio-videos-ltx-create`,
	makes: 'video',
	description: fields,
	firstLook: 6_000,
	read: (form) => {
		const { value, model } = readModel(form, LTX_MODELS);
		const startAssetId = readAsset(form, 'startAssetId');
		const endAssetId = readAsset(form, 'endAssetId');
		if (startAssetId === undefined && endAssetId === undefined) {
			return form.reject(
				'startAssetId',
				undefined,
				`the asset ID of a picture, unless "${form.label('endAssetId')}" is one`,
			);
		}
		const parameters = {
			model: value,
			prompt: readPrompt(form),
			startAssetId,
			endAssetId,
			duration: readChoice(form, model, 'duration'),
			aspectRatio: readChoice(form, model, 'aspectRatio'),
			intensity: form.choice('intensity'),
			audioSFX: form.boolean('audioSFX'),
			seed: readSeed(form),
		};
		return { parameters, model };
	},
});
