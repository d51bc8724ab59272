import type { Price } from '../shared/jobs/price';

/**
 * What each model can do, as data. The forms show, and the checks allow, what stands here: a new model is a new entry. The first
 * of an operation is its default.
 */

/** The vendor's price list: https://useapi.net/docs/api-ltxstudio-v1 */
export const PRICE_LIST = {
	asOf: 'October 2025',
	plan: 'Standard plan',
	/** In US dollars: 28,000 credits for $35 a month. */
	creditPrice: 0.00125,
} as const;

/** What the vendor says of moderation. */
export const MODERATION = {
	minimal: 'Moderates little: it can make adult content.',
	strict: 'Moderates strictly (PG-13).',
} as const;

export interface Model {
	name: string;
	description: string;
	/** What one generation costs by the vendor's list; undefined where the list says nothing. */
	credits?: number;
	/** What it is allowed to make. */
	moderation: keyof typeof MODERATION;
	/** The parameters that not every model of the operation has, and their values where those differ. */
	supports: Partial<Record<ModelParameter, readonly string[] | true>>;
	/** Parameters that this model cannot do without. */
	requires?: readonly ModelParameter[];
}

export type ModelParameter =
	| 'aspectRatio'
	| 'duration'
	| 'referenceAssetId'
	| 'referenceAssetId2'
	| 'referenceAssetId3'
	| 'reference_strength'
	| 'resolution'
	| 'startAssetId'
	| 'style';

export type Models = Readonly<Record<string, Model>>;

const ALL_RATIOS = ['16:9', '9:16', '1:1'] as const;

/** @see https://useapi.net/docs/api-ltxstudio-v1/post-ltxstudio-images-flux-create */
export const IMAGE_CREATE_MODELS: Models = {
	flux: {
		name: 'FLUX.1 Kontext',
		description: 'Takes a reference image and a style.',
		moderation: 'minimal',
		credits: 12,
		supports: {
			aspectRatio: ALL_RATIOS,
			referenceAssetId: true,
			reference_strength: true,
			style: true,
		},
	},
	'flux-premium': {
		name: 'FLUX.1 Kontext Max',
		description: 'From the prompt alone.',
		moderation: 'minimal',
		supports: { aspectRatio: ALL_RATIOS },
	},
	'nano-banana': {
		name: 'Nano Banana',
		description: 'Gemini 2.5 Flash Image, from the prompt alone.',
		moderation: 'minimal',
		supports: { aspectRatio: ALL_RATIOS },
	},
};

/** @see https://useapi.net/docs/api-ltxstudio-v1/post-ltxstudio-images-flux-edit */
export const IMAGE_EDIT_MODELS: Models = {
	flux: {
		name: 'FLUX.1 Kontext',
		description: 'Up to 2 reference images.',
		moderation: 'minimal',
		credits: 12,
		supports: { aspectRatio: ALL_RATIOS, referenceAssetId: true, referenceAssetId2: true },
	},
	'flux-premium': {
		name: 'FLUX.1 Kontext Max',
		description: 'Up to 3 reference images.',
		moderation: 'minimal',
		supports: {
			aspectRatio: ALL_RATIOS,
			referenceAssetId: true,
			referenceAssetId2: true,
			referenceAssetId3: true,
		},
	},
	'nano-banana': {
		name: 'Nano Banana',
		description: 'Gemini 2.5 Flash Image. Up to 3 reference images, keeps the ratio of the source.',
		moderation: 'minimal',
		supports: { referenceAssetId: true, referenceAssetId2: true, referenceAssetId3: true },
	},
};

const LTX_DURATIONS = ['3', '5', '7', '9', '15', '30'] as const;

/** @see https://useapi.net/docs/api-ltxstudio-v1/post-ltxstudio-videos-ltx-create */
export const LTX_MODELS: Models = {
	'ltxv-turbo': {
		name: 'LTX Video Turbo',
		description: 'The fast one.',
		moderation: 'minimal',
		credits: 20,
		supports: { aspectRatio: ALL_RATIOS, duration: LTX_DURATIONS },
	},
	ltxv: {
		name: 'LTX Video',
		description: 'Slower and finer.',
		moderation: 'minimal',
		credits: 65,
		supports: { aspectRatio: ALL_RATIOS, duration: LTX_DURATIONS },
	},
};

const VEO_3_RESOLUTIONS = ['1080p', '720p'] as const;

/** @see https://useapi.net/docs/api-ltxstudio-v1/post-ltxstudio-videos-veo-create */
export const VEO_MODELS: Models = {
	veo2: {
		name: 'Veo 2',
		description: 'Needs a start frame, makes 720p.',
		moderation: 'strict',
		credits: 903,
		supports: {
			aspectRatio: ['16:9', '9:16'],
			duration: ['5', '6', '7', '8'],
			startAssetId: true,
		},
		requires: ['startAssetId'],
	},
	veo3: {
		name: 'Veo 3',
		description: '8 seconds from a prompt, a start frame or both.',
		moderation: 'strict',
		supports: {
			aspectRatio: ['16:9'],
			duration: ['8'],
			resolution: VEO_3_RESOLUTIONS,
			startAssetId: true,
		},
	},
	'veo3-fast': {
		name: 'Veo 3 Fast',
		description: '8 seconds from a prompt, a start frame or both, sooner.',
		moderation: 'strict',
		supports: {
			aspectRatio: ['16:9'],
			duration: ['8'],
			resolution: VEO_3_RESOLUTIONS,
			startAssetId: true,
		},
	},
};

/** @returns the values of the models that have a parameter */
export function modelsWith(models: Models, parameter: ModelParameter): string[] {
	return Object.keys(models).filter((value) => models[value]?.supports[parameter] !== undefined);
}

/** @returns what one generation costs by the vendor's list, in US dollars to a tenth of a cent, and in credits */
export const priceOf = ({ credits }: Model): Price | undefined =>
	credits === undefined
		? undefined
		: { usd: Math.round(credits * PRICE_LIST.creditPrice * 1000) / 1000, credits };
