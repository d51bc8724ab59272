import type { INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { VEO_MODELS } from '../../models';
import { generation, readAsset } from '../../fields/generation';
import { jobOptions, seedOption } from '../../fields/jobOptions';
import { accountLocator, assetLocator } from '../../fields/locators';
import {
	choiceByModel,
	modelField,
	readChoice,
	readModel,
	requiredByModel,
} from '../../fields/modelFields';
import { MAX_PROMPT, promptField } from '../../fields/prompt';
import { seconds, soundField } from '../../fields/video';
import { waitFields } from '../../fields/waiting';
import { jobOperation } from '../operation';

const MODEL = 'veo2';

const startFrame = { displayName: 'Start Frame', name: 'startAssetId' };

const fields: INodeProperties[] = [
	modelField(VEO_MODELS, MODEL),
	promptField('A lighthouse in a storm, waves breaking over the rocks', false),
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
	...choiceByModel(VEO_MODELS, 'duration', {
		displayName: 'Duration',
		description: 'The length of the video',
		label: seconds,
	}),
	...choiceByModel(VEO_MODELS, 'aspectRatio', {
		displayName: 'Aspect Ratio',
		description: 'The shape of the video',
	}),
	...choiceByModel(VEO_MODELS, 'resolution', {
		displayName: 'Resolution',
		description: 'The height of the video in lines',
	}),
	soundField,
	accountLocator(),
	...waitFields,
	jobOptions([seedOption]),
];

/**
 * Creates a video with a Veo model from a prompt, a start frame or both.
 * @see https://useapi.net/docs/api-ltxstudio-v1/post-ltxstudio-videos-veo-create
 */
export const createVeo = jobOperation({
	description: displayFor('video', 'createVeo', fields),
	firstLook: 15_000,
	read: (form) => {
		const { value, model } = readModel(form, VEO_MODELS, MODEL);
		const prompt = form.text('prompt', { max: MAX_PROMPT });
		const startAssetId = readAsset(form, 'startAssetId');
		if (prompt === undefined && startAssetId === undefined) {
			return form.reject(
				'prompt',
				undefined,
				`a prompt, unless "${form.label('startAssetId')}" is set`,
			);
		}
		const parameters = {
			model: value,
			prompt,
			startAssetId,
			duration: readChoice(form, model, 'duration'),
			aspectRatio: readChoice(form, model, 'aspectRatio'),
			resolution: readChoice(form, model, 'resolution'),
			audioSFX: form.boolean('audioSFX'),
			seed: form.integer('seed'),
		};
		return generation(form, 'videos/veo-create', 'video', parameters, model.price);
	},
});
