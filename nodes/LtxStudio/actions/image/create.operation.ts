import type { INodeProperties } from 'n8n-workflow';

import { IMAGE_CREATE_MODELS } from '../../models';
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

const NO_STYLE = 'base';

const styleField: INodeProperties = {
	displayName: 'Style',
	name: 'style',
	type: 'options',
	default: NO_STYLE,
	description: 'The look of the image',
	options: [
		{ name: '2D Novel', value: '2d_novel' },
		{ name: '3D Cartoon', value: '3d_cartoon' },
		{ name: 'Anime', value: 'anime' },
		{ name: 'Boost', value: 'boost' },
		{ name: 'Cinematic', value: 'cinematic' },
		{ name: 'Colored', value: 'colored' },
		{ name: 'Dreamy', value: 'dreamy' },
		{ name: 'Film Noir', value: 'film_noir' },
		{ name: 'Grunge', value: 'grunge' },
		{ name: 'Hand Drawn', value: 'hand_drawn' },
		{ name: 'Indy', value: 'indy' },
		{ name: 'Low Key', value: 'low_key' },
		{ name: 'None', value: NO_STYLE },
		{ name: 'Pop', value: 'pop' },
		{ name: 'Scribble', value: 'scribble' },
		{ name: 'Vintage', value: 'vintage' },
		{ name: 'Y2K', value: 'y2k' },
	],
};

const fields: INodeProperties[] = [
	...modelFields(IMAGE_CREATE_MODELS),
	promptField({
		example: 'A quiet mountain lake at sunset, mist over the water',
		about: 'What to make',
		required: true,
	}),
	...aspectRatioField(IMAGE_CREATE_MODELS, 'image'),
	forModels(IMAGE_CREATE_MODELS, 'style', styleField),
	forModels(
		IMAGE_CREATE_MODELS,
		'referenceAssetId',
		assetLocator({
			displayName: 'Reference Image',
			name: 'referenceAssetId',
			description: 'An image to follow, uploaded for use with "Images and Veo", or made before',
		}),
	),
	forModels(IMAGE_CREATE_MODELS, 'reference_strength', {
		displayName: 'Reference Strength',
		name: 'reference_strength',
		type: 'number',
		default: 50,
		typeOptions: { minValue: 0, maxValue: 100, numberPrecision: 0 },
		description: 'How closely to follow the reference image, 0 to 100 in whole numbers',
		displayOptions: { hide: { referenceAssetId: [{ _cnd: { eq: '' } }] } },
	}),
	...jobFields({ options: [...sceneOptions, seedOption] }),
];

/** Creates an image from a prompt. */
export const create = jobOperation({
	name: 'Create',
	summary: 'Make an image from a prompt with FLUX or Nano Banana',
	action: 'Create an image',
	endpoint: 'POST v1/ltxstudio/images/create',
	page: `${PAGES}/post-ltxstudio-images-flux-create`,
	makes: 'image',
	description: fields,
	firstLook: 4_000,
	read: (form) => {
		const { value, model } = readModel(form, IMAGE_CREATE_MODELS);
		const style = model.supports.style ? form.choice('style') : undefined;
		const referenceAssetId = model.supports.referenceAssetId
			? readAsset(form, 'referenceAssetId', 'reference-image')
			: undefined;
		const parameters = {
			model: value,
			prompt: readPrompt(form),
			aspectRatio: readChoice(form, model, 'aspectRatio'),
			style: style === NO_STYLE ? undefined : style,
			referenceAssetId,
			reference_strength:
				referenceAssetId === undefined ? undefined : form.integer('reference_strength'),
			...readScene(form),
			seed: readSeed(form),
		};
		return { parameters, model };
	},
});
