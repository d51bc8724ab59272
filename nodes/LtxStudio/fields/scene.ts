import type { INodeProperties } from 'n8n-workflow';

import type { FieldReader } from '../../shared/n8n/fieldReader';
import { MAX_PROMPT } from './prompt';

/** What pictures can be told besides the prompt: the same for creating and editing. */
export const sceneOptions: INodeProperties[] = [
	{
		displayName: 'Lighting',
		name: 'lighting',
		type: 'string',
		default: '',
		placeholder: 'soft morning light',
		description: `The light in the picture, up to ${MAX_PROMPT} characters`,
	},
	{
		displayName: 'Location',
		name: 'location',
		type: 'string',
		default: '',
		placeholder: 'a harbour in Norway',
		description: `Where the picture is set, up to ${MAX_PROMPT} characters`,
	},
	{
		displayName: 'Shot Angle',
		name: 'shotAngle',
		type: 'options',
		default: 'eye-level',
		description: 'Where the camera looks from',
		options: [
			{ name: "Bird's-Eye View", value: 'birds-eye-view' },
			{ name: 'Eye Level', value: 'eye-level' },
			{ name: 'Low Angle', value: 'low-angle' },
			{ name: 'Over the Shoulder', value: 'over-the-shoulder' },
			{ name: 'Overhead', value: 'overhead' },
		],
	},
	{
		displayName: 'Shot Type',
		name: 'shotType',
		type: 'string',
		default: '',
		placeholder: 'wide shot',
		description: 'How much the picture shows, such as wide shot, medium shot or close-up',
	},
	{
		displayName: 'Weather',
		name: 'weather',
		type: 'string',
		default: '',
		placeholder: 'light fog',
		description: `The weather in the picture, up to ${MAX_PROMPT} characters`,
	},
];

export const readScene = (fields: FieldReader) => ({
	location: fields.text('location', { max: MAX_PROMPT }),
	weather: fields.text('weather', { max: MAX_PROMPT }),
	lighting: fields.text('lighting', { max: MAX_PROMPT }),
	shotType: fields.text('shotType'),
	shotAngle: fields.choice('shotAngle'),
});
