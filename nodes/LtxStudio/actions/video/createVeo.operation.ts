import type { INodeProperties } from 'n8n-workflow';

import { VEO_MODELS } from '../../models';
import { jobFields } from '../../fields/job';
import { assetLocator, readAsset } from '../../fields/locators';
import {
	promptField,
	readOptionalPrompt,
	readSeed,
	seedOption,
	soundField,
} from '../../fields/media';
import {
	aspectRatioField,
	choiceByModel,
	durationField,
	modelFields,
	readChoice,
	readModel,
	requiredByModel,
} from '../../fields/modelFields';
import { ofVersion1, sinceVersion11 } from '../../versions';
import { jobOperation, PAGES } from '../operation';

const startFrame = { displayName: 'Start Frame', name: 'startAssetId' };

const fields: INodeProperties[] = [
	...modelFields(VEO_MODELS),
	promptField({
		example: 'A lighthouse in a storm, waves breaking over the rocks',
		about: 'What to make',
		required: false,
	}),
	...requiredByModel(VEO_MODELS, 'startAssetId', {
		required: assetLocator({
			...startFrame,
			preset: '$json.fileId',
			description:
				'The first picture, uploaded for use with "Images and Veo", or made before. Filled in from the incoming item. Veo 3 can do without.',
		}),
		optional: assetLocator({
			...startFrame,
			description:
				'The first picture, uploaded for use with "Images and Veo", or made before. A prompt, a start frame or both are needed.',
		}),
	}),
	...durationField(VEO_MODELS),
	...aspectRatioField(VEO_MODELS, 'video'),
	...choiceByModel(VEO_MODELS, 'resolution', {
		displayName: 'Resolution',
		description: 'The height of the video in lines',
	}),
	ofVersion1(soundField),
	...jobFields({ options: [sinceVersion11(soundField), seedOption] }),
];

/** Creates a video with a Veo model from a prompt, a start frame or both. */
export const createVeo = jobOperation({
	name: 'Create with Veo',
	summary: 'Make a video from a prompt or a start frame with Veo 2 or Veo 3',
	action: 'Create a video with Veo',
	endpoint: 'POST v1/ltxstudio/videos/veo-create',
	page: `${PAGES}/post-ltxstudio-videos-veo-create`,
	makes: 'video',
	description: fields,
	firstLook: 15_000,
	read: (form) => {
		const { value, model } = readModel(form, VEO_MODELS);
		const prompt = readOptionalPrompt(form);
		const startAssetId = readAsset(form, 'startAssetId', 'reference-image');
		if (prompt === undefined && startAssetId === undefined) {
			return form.rejectAll(['prompt', 'startAssetId'], {
				message: 'A prompt or a start frame is missing',
				advice: `${model.name} makes a video of either, or of both.`,
			});
		}
		const parameters = {
			model: value,
			prompt,
			startAssetId,
			duration: readChoice(form, model, 'duration'),
			aspectRatio: readChoice(form, model, 'aspectRatio'),
			resolution: readChoice(form, model, 'resolution'),
			audioSFX: form.boolean('audioSFX'),
			seed: readSeed(form),
		};
		return { parameters, model };
	},
});
