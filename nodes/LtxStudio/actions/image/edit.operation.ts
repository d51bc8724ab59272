import type { INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { IMAGE_EDIT_MODELS } from '../../models';
import { generation, readAsset } from '../../fields/generation';
import { jobOptions, seedOption } from '../../fields/jobOptions';
import { accountLocator, assetLocator } from '../../fields/locators';
import {
	choiceByModel,
	forModels,
	modelField,
	readChoice,
	readModel,
} from '../../fields/modelFields';
import { MAX_PROMPT, promptField } from '../../fields/prompt';
import { readScene, sceneOptions } from '../../fields/scene';
import { waitFields } from '../../fields/waiting';
import { jobOperation } from '../operation';

const MODEL = 'flux';

const fields: INodeProperties[] = [
	modelField(IMAGE_EDIT_MODELS, MODEL),
	promptField('Turn the summer landscape into deep winter', true),
	assetLocator({
		displayName: 'Source Image',
		name: 'referenceAssetId',
		required: true,
		preset: '$json.fileId',
		description:
			'The image to edit, uploaded for use with "Images and Veo", or made before. Filled in from the incoming item.',
	}),
	assetLocator({
		displayName: 'Second Image',
		name: 'referenceAssetId2',
		description: 'Another image to draw on',
	}),
	forModels(
		IMAGE_EDIT_MODELS,
		'referenceAssetId3',
		assetLocator({
			displayName: 'Third Image',
			name: 'referenceAssetId3',
			description: 'One more image to draw on',
		}),
	),
	...choiceByModel(IMAGE_EDIT_MODELS, 'aspectRatio', {
		displayName: 'Aspect Ratio',
		description: 'The shape of the image',
	}),
	accountLocator(),
	...waitFields,
	jobOptions([...sceneOptions, seedOption]),
];

/**
 * Edits an image by a prompt, with up to two more images to draw on.
 * @see https://useapi.net/docs/api-ltxstudio-v1/post-ltxstudio-images-flux-edit
 */
export const edit = jobOperation({
	description: displayFor('image', 'edit', fields),
	firstLook: 4_000,
	read: (form) => {
		const { value, model } = readModel(form, IMAGE_EDIT_MODELS, MODEL);
		const referenceAssetId = readAsset(form, 'referenceAssetId');
		if (referenceAssetId === undefined) {
			return form.reject('referenceAssetId', undefined, 'the asset ID of the image to edit');
		}
		const parameters = {
			model: value,
			prompt: form.text('prompt', { required: true, max: MAX_PROMPT }),
			referenceAssetId,
			referenceAssetId2: readAsset(form, 'referenceAssetId2'),
			referenceAssetId3: model.supports.referenceAssetId3
				? readAsset(form, 'referenceAssetId3')
				: undefined,
			aspectRatio: readChoice(form, model, 'aspectRatio'),
			...readScene(form),
			seed: form.integer('seed'),
		};
		return generation(form, 'images/edit', 'image', parameters, model.price);
	},
});
