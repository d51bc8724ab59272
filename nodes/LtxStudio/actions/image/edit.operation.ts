import type { INodeProperties } from 'n8n-workflow';

import { IMAGE_EDIT_MODELS } from '../../models';
import { jobFields } from '../../fields/job';
import { assetLocator, readAsset } from '../../fields/locators';
import {
	promptField,
	readPrompt,
	readScene,
	readSeed,
	sceneOptions,
	seedOption,
} from '../../fields/media';
import {
	aspectRatioField,
	forModels,
	modelFields,
	readChoice,
	readModel,
} from '../../fields/modelFields';
import { jobOperation, PAGES } from '../operation';

const fields: INodeProperties[] = [
	...modelFields(IMAGE_EDIT_MODELS),
	promptField({
		example: 'Turn the summer landscape into deep winter',
		about: 'What to change',
		required: true,
	}),
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
	...aspectRatioField(IMAGE_EDIT_MODELS, 'image'),
	...jobFields({ options: [...sceneOptions, seedOption] }),
];

/** Edits an image by a prompt, with up to two more images to draw on. */
export const edit = jobOperation({
	name: 'Edit',
	summary: 'Change an image by a prompt with FLUX or Nano Banana',
	action: 'Edit an image',
	endpoint: 'POST v1/ltxstudio/images/edit',
	page: `${PAGES}/post-ltxstudio-images-flux-edit`,
	makes: 'image',
	description: fields,
	firstLook: 4_000,
	read: (form) => {
		const { value, model } = readModel(form, IMAGE_EDIT_MODELS);
		const referenceAssetId = readAsset(form, 'referenceAssetId', 'reference-image');
		if (referenceAssetId === undefined) {
			return form.reject('referenceAssetId', undefined, 'the asset ID of the image to edit');
		}
		const parameters = {
			model: value,
			prompt: readPrompt(form),
			referenceAssetId,
			referenceAssetId2: readAsset(form, 'referenceAssetId2', 'reference-image'),
			referenceAssetId3: model.supports.referenceAssetId3
				? readAsset(form, 'referenceAssetId3', 'reference-image')
				: undefined,
			aspectRatio: readChoice(form, model, 'aspectRatio'),
			...readScene(form),
			seed: readSeed(form),
		};
		return { parameters, model };
	},
});
