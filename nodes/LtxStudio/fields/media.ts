import type { INodeProperties } from 'n8n-workflow';

import type { FieldReader } from '../../shared/n8n/fieldReader';

/** Greatest length of the prompt, and of location, weather and lighting each, in characters. */
const MAX_PROMPT = 2000;

interface PromptField {
	/** What somebody may write. */
	example: string;
	/** What it is about, in a few words. */
	about: string;
	required: boolean;
}

export const promptField = ({ example, about, required }: PromptField): INodeProperties => ({
	displayName: 'Prompt',
	name: 'prompt',
	type: 'string',
	typeOptions: { rows: 4 },
	required,
	default: '',
	placeholder: example,
	description: `${about}, in plain words, up to ${MAX_PROMPT} characters`,
});

export const readPrompt = (form: FieldReader): string =>
	form.text('prompt', { required: true, max: MAX_PROMPT });

export const readOptionalPrompt = (form: FieldReader): string | undefined =>
	form.text('prompt', { max: MAX_PROMPT });

export const seedOption: INodeProperties = {
	displayName: 'Seed',
	name: 'seed',
	type: 'number',
	default: 0,
	description: 'The same seed with the same prompt gives a similar result. Random if not set.',
};

export const readSeed = (form: FieldReader): number | undefined =>
	form.integer('seed', { optional: true });

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

export const readScene = (form: FieldReader) => ({
	location: form.text('location', { max: MAX_PROMPT }),
	weather: form.text('weather', { max: MAX_PROMPT }),
	lighting: form.text('lighting', { max: MAX_PROMPT }),
	shotType: form.text('shotType'),
	shotAngle: form.choice('shotAngle', { optional: true }),
});

export const soundField: INodeProperties = {
	displayName: 'Sound',
	name: 'audioSFX',
	type: 'boolean',
	default: false,
	description: "Whether to add sound: effects for LTX and Veo 2, the model's own audio for Veo 3",
};
