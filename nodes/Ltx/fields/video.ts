import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { formatPrice } from '../../shared/jobs/price';
import type { FieldReader } from '../../shared/n8n/fieldReader';
import { oneOf } from '../../shared/words';
import {
	AS_OF,
	durationsOf,
	EDIT_MODEL,
	FRAME_RATES,
	MODELS,
	RESOLUTIONS,
	TIERS,
	type Model,
	type PricePerSecond,
} from '../models';

export const MAX_PROMPT = 5000;

/** The duration that stands for one that the model chooses. */
export const AUTOMATIC = 'auto';

const DEFAULT_RESOLUTION = '1280x720';
const DEFAULT_FRAME_RATE = 24;
const SHORTEST = 6;

interface PromptField {
	/** What somebody may write. */
	example: string;
	/** What it is about, in half a sentence. */
	about: string;
	/** What else is to be said, in a sentence. */
	note?: string;
	required: boolean;
}

export const promptField = ({ example, about, note, required }: PromptField): INodeProperties => ({
	displayName: 'Prompt',
	name: 'prompt',
	type: 'string',
	typeOptions: { rows: 4 },
	required,
	default: '',
	placeholder: example,
	description: [`${about}, up to ${MAX_PROMPT} characters`, note].filter(Boolean).join('. '),
});

const perSecond = (prices: PricePerSecond): string =>
	TIERS.map((tier) => `${formatPrice(prices[tier])} (${tier})`).join(', ');

/** The Model drop-down of an operation, with what a second costs; models without a price are not in it. */
export function modelField(
	preset: string,
	pricesOf: (model: Model) => PricePerSecond | undefined,
): INodeProperties {
	return {
		displayName: 'Model',
		name: 'model',
		type: 'options',
		default: preset,
		description: 'The AI model to use',
		options: Object.entries(MODELS).flatMap(([value, model]): INodePropertyOptions[] => {
			const prices = pricesOf(model);
			if (!prices) return [];
			const { name, description } = model;
			return [
				{ name, value, description: `${description} Price of a second: ${perSecond(prices)}` },
			];
		}),
	};
}

const SHAPES = { landscape: 'Landscape', portrait: 'Portrait' } as const;

function labelOf(resolution: string): string {
	const [width = 0, height = 0] = resolution.split('x').map(Number);
	const shape = width > height ? SHAPES.landscape : SHAPES.portrait;
	return `${RESOLUTIONS[resolution] ?? ''} ${shape} (${width} × ${height})`;
}

export const resolutionOptions: INodePropertyOptions[] = Object.keys(RESOLUTIONS).map((value) => ({
	name: labelOf(value),
	value,
}));

export const resolutionField: INodeProperties = {
	displayName: 'Resolution',
	name: 'resolution',
	type: 'options',
	default: DEFAULT_RESOLUTION,
	description: 'The size and shape of the video',
	options: resolutionOptions,
};

export const frameRateField: INodeProperties = {
	displayName: 'Frame Rate',
	name: 'fps',
	type: 'options',
	default: DEFAULT_FRAME_RATE,
	description: 'How many pictures a second the video has',
	options: FRAME_RATES.map((value) => ({ name: `${value} per Second`, value })),
};

/** The Duration drop-down: one for each set of what goes together. */
export const durationFields: INodeProperties[] = Object.entries(MODELS).flatMap(
	([value, { matrix, choosesDuration }]) =>
		matrix.map(({ tiers, frameRates, durations }) => ({
			displayName: 'Duration',
			name: 'duration',
			type: 'options',
			default: SHORTEST,
			description: 'The length of the video',
			options: [
				...durations.map((seconds) => ({ name: `${seconds} Seconds`, value: seconds })),
				...(choosesDuration
					? [{ name: 'Automatic', value: AUTOMATIC, description: 'As long as the prompt needs' }]
					: []),
			],
			displayOptions: {
				show: {
					model: [value],
					resolution: Object.keys(RESOLUTIONS).filter((name) =>
						tiers.some((tier) => tier === RESOLUTIONS[name]),
					),
					fps: [...frameRates],
				},
			},
		})),
);

export const soundField: INodeProperties = {
	displayName: 'Sound',
	name: 'generate_audio',
	type: 'boolean',
	default: true,
	description: 'Whether to make speech, music and other sound that go with the video',
};

export const cameraOption: INodeProperties = {
	displayName: 'Camera Motion',
	name: 'camera_motion',
	type: 'options',
	default: 'static',
	description: 'How the camera moves',
	options: [
		{ name: 'Dolly In', value: 'dolly_in' },
		{ name: 'Dolly Left', value: 'dolly_left' },
		{ name: 'Dolly Out', value: 'dolly_out' },
		{ name: 'Dolly Right', value: 'dolly_right' },
		{ name: 'Focus Shift', value: 'focus_shift' },
		{ name: 'Jib Down', value: 'jib_down' },
		{ name: 'Jib Up', value: 'jib_up' },
		{ name: 'Static', value: 'static' },
	],
};

/** The one model that changes videos that are there. */
export const editModelOption: INodeProperties = {
	displayName: 'Model',
	name: 'model',
	type: 'options',
	default: EDIT_MODEL,
	description: 'The AI model to use',
	options: Object.entries(MODELS)
		.filter(([value]) => value === EDIT_MODEL)
		.map(([value, { name }]) => ({
			name,
			value,
			description: `The only one that changes videos, as of ${AS_OF}`,
		})),
};

export interface VideoChoice {
	model: Model;
	/** Under the API's names; null is a duration that the model chooses. */
	parameters: { model: string; resolution: string; fps: number; duration: number | null };
}

/** Reads model, size, frame rate and duration, and checks that they go together. */
export function readVideoChoice(form: FieldReader): VideoChoice {
	const name = form.choice('model');
	const model = MODELS[name];
	if (!model) return form.reject('model', name, oneOf(Object.keys(MODELS)));
	const resolution = form.choice('resolution');
	const fps = readFrameRate(form);
	const durations = durationsOf(model, resolution, fps).map(String);
	const chosen = form.text('duration', { required: true });
	const allowed = [...durations, ...(model.choosesDuration ? [AUTOMATIC] : [])];
	if (!allowed.includes(chosen)) {
		const conditions = `with ${model.name}, ${resolution} and ${fps} frames a second`;
		return form.reject('duration', chosen, `${oneOf(allowed)} ${conditions}`);
	}
	const duration = chosen === AUTOMATIC ? null : Number(chosen);
	return { model, parameters: { model: name, resolution, fps, duration } };
}

/** @returns the frames a second */
export const readFrameRate = (form: FieldReader): number => Number(form.choice('fps'));
