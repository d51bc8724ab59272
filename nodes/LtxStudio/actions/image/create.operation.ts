import type { INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { IMAGE_CREATE_MODELS } from '../../models';
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
	modelField(IMAGE_CREATE_MODELS, MODEL),
	promptField('A quiet mountain lake at sunset, mist over the water', true),
	...choiceByModel(IMAGE_CREATE_MODELS, 'aspectRatio', {
		displayName: 'Aspect Ratio',
		description: 'The shape of the image',
	}),
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
		typeOptions: { minValue: 0, maxValue: 100 },
		description: 'How closely to follow the reference image, 0 to 100',
		displayOptions: { hide: { referenceAssetId: [{ _cnd: { eq: '' } }] } },
	}),
	accountLocator(),
	...waitFields,
	jobOptions([...sceneOptions, seedOption]),
];

/**
 * Creates an image from a prompt.
 * @see https://useapi.net/docs/api-ltxstudio-v1/post-ltxstudio-images-flux-create
 */
export const create = jobOperation({
	description: displayFor('image', 'create', fields),
	firstLook: 4_000,
	read: (form) => {
		const { value, model } = readModel(form, IMAGE_CREATE_MODELS, MODEL);
		const style = model.supports.style ? form.choice('style') : undefined;
		const referenceAssetId = model.supports.referenceAssetId
			? readAsset(form, 'referenceAssetId')
			: undefined;
		const parameters = {
			model: value,
			prompt: form.text('prompt', { required: true, max: MAX_PROMPT }),
			aspectRatio: readChoice(form, model, 'aspectRatio'),
			style: style === NO_STYLE ? undefined : style,
			referenceAssetId,
			reference_strength:
				referenceAssetId === undefined ? undefined : form.number('reference_strength'),
			...readScene(form),
			seed: form.integer('seed'),
		};
		return generation(form, 'images/create', 'image', parameters, model.price);
	},
});
