import type { INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { LTX_MODELS } from '../../models';
import { generation, readAsset } from '../../fields/generation';
import { jobOptions, seedOption } from '../../fields/jobOptions';
import { accountLocator, assetLocator } from '../../fields/locators';
import { choiceByModel, modelField, readChoice, readModel } from '../../fields/modelFields';
import { MAX_PROMPT, promptField } from '../../fields/prompt';
import { seconds, soundField } from '../../fields/video';
import { waitFields } from '../../fields/waiting';
import { jobOperation } from '../operation';

const MODEL = 'ltxv-turbo';

const fields: INodeProperties[] = [
	modelField(LTX_MODELS, MODEL),
	promptField('The camera glides over the lake at sunrise', true),
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
	...choiceByModel(LTX_MODELS, 'duration', {
		displayName: 'Duration',
		description: 'The length of the video',
		label: seconds,
	}),
	...choiceByModel(LTX_MODELS, 'aspectRatio', {
		displayName: 'Aspect Ratio',
		description: 'The shape of the video',
	}),
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

/**
 * Creates a video with an LTX model from a start frame, an end frame or both.
 * @see https://useapi.net/docs/api-ltxstudio-v1/post-ltxstudio-videos-ltx-create
 */
export const createLtx = jobOperation({
	description: displayFor('video', 'createLtx', fields),
	firstLook: 6_000,
	read: (form) => {
		const { value, model } = readModel(form, LTX_MODELS, MODEL);
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
			prompt: form.text('prompt', { required: true, max: MAX_PROMPT }),
			startAssetId,
			endAssetId,
			duration: readChoice(form, model, 'duration'),
			aspectRatio: readChoice(form, model, 'aspectRatio'),
			intensity: form.choice('intensity'),
			audioSFX: form.boolean('audioSFX'),
			seed: form.integer('seed'),
		};
		return generation(form, 'videos/ltx-create', 'video', parameters, model.price);
	},
});
