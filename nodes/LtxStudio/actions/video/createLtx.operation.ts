import type { INodeProperties } from 'n8n-workflow';

import { LTX_MODELS } from '../../models';
import { jobFields } from '../../fields/job';
import { assetLocator, readAsset } from '../../fields/locators';
import { promptField, readPrompt, readSeed, seedOption, soundField } from '../../fields/media';
import {
	aspectRatioField,
	durationField,
	modelFields,
	readChoice,
	readModel,
} from '../../fields/modelFields';
import { ofVersion1, sinceVersion11 } from '../../versions';
import { jobOperation, PAGES } from '../operation';

const intensityField: INodeProperties = {
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
};

const NEEDS_PICTURE =
	'LTX Video starts or ends with a picture. Upload one with Asset > Upload, make one with Image > Create, or take Create with Veo and a Veo 3 model for text alone.';

const fields: INodeProperties[] = [
	...modelFields(LTX_MODELS),
	promptField({
		example: 'The camera glides over the lake at sunrise',
		about: 'What to make',
		required: true,
	}),
	{ displayName: NEEDS_PICTURE, name: 'frameNotice', type: 'notice', default: '' },
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
	ofVersion1(intensityField),
	ofVersion1(soundField),
	...jobFields({
		options: [sinceVersion11(intensityField), sinceVersion11(soundField), seedOption],
	}),
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
		const startAssetId = readAsset(form, 'startAssetId', 'image');
		const endAssetId = readAsset(form, 'endAssetId', 'image');
		if (startAssetId === undefined && endAssetId === undefined) {
			return form.rejectAll(['startAssetId', 'endAssetId'], {
				message: 'A start frame or an end frame is missing',
				advice: `${NEEDS_PICTURE} One of the two is enough.`,
			});
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
