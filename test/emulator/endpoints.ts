import type { Product } from './products';

/** What a value of a parameter has to be. */
export interface FieldRule {
	readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'choice';
	readonly required?: true;
	/** Null is a value of its own. */
	readonly nullable?: true;
	readonly maxLength?: number;
	readonly min?: number;
	readonly max?: number;
	/** The values of a choice, as text; a number that reads the same will do. */
	readonly values?: readonly string[];
}

/** What one model does differently. */
export interface ModelRule {
	readonly product: Product;
	readonly unsupported?: readonly string[];
	readonly required?: readonly string[];
	/** Narrower choices. */
	readonly values?: Readonly<Record<string, readonly string[]>>;
}

/** One way to generate something. */
export interface EndpointRule {
	readonly name: Endpoint;
	readonly output: 'image' | 'video';
	readonly artifactSubtype: 'model-serving' | 'vertex-ai';
	readonly fields: Readonly<Record<string, FieldRule>>;
	/** Parameters that name an asset, and the upload type that such an asset must have. */
	readonly assetFields: readonly string[];
	readonly assetType: UploadType;
	/** At least one of these has to be there. */
	readonly oneOf?: readonly string[];
	readonly defaultModel: string;
	readonly models: Readonly<Record<string, ModelRule>>;
}

export type Endpoint =
	'images/create' | 'images/edit' | 'images/upscale' | 'videos/ltx-create' | 'videos/veo-create';

export const uploadTypes = ['image', 'reference-image'] as const;
export type UploadType = (typeof uploadTypes)[number];

const text: FieldRule = { type: 'string', maxLength: 2000 };
const assetId: FieldRule = { type: 'string' };
const seed: FieldRule = { type: 'integer' };
const choice = (...values: string[]): FieldRule => ({ type: 'choice', values });

/** Parameters that every generation has. */
const jobFields = {
	email: { type: 'string' },
	pollForResult: { type: 'integer', min: 1, max: 20 },
	maxJobs: { type: 'integer', min: 1, max: 100 },
	replyUrl: { type: 'string', maxLength: 1024 },
	replyRef: { type: 'string', maxLength: 1024 },
} as const satisfies Record<string, FieldRule>;

const sceneFields = {
	location: text,
	weather: text,
	lighting: text,
	aspectRatio: choice('16:9', '9:16', '1:1'),
	shotType: { type: 'string' },
	shotAngle: choice('eye-level', 'low-angle', 'over-the-shoulder', 'overhead', 'birds-eye-view'),
	seed,
	model: choice('flux', 'flux-premium', 'nano-banana'),
} as const satisfies Record<string, FieldRule>;

export const imagesCreate: EndpointRule = {
	name: 'images/create',
	output: 'image',
	artifactSubtype: 'vertex-ai',
	fields: {
		...jobFields,
		...sceneFields,
		prompt: { ...text, required: true },
		referenceAssetId: assetId,
		reference_strength: { type: 'integer', min: 0, max: 100 },
		style: choice(
			...['base', 'cinematic', 'vintage', 'low_key', 'indy', 'y2k', 'pop', 'grunge', 'dreamy'],
			...['hand_drawn', '2d_novel', 'boost', 'scribble', 'film_noir', 'anime', '3d_cartoon'],
			'colored',
		),
	},
	assetFields: ['referenceAssetId'],
	assetType: 'reference-image',
	defaultModel: 'flux',
	models: {
		flux: { product: 'flux' },
		'flux-premium': {
			product: 'flux-premium',
			unsupported: ['referenceAssetId', 'reference_strength', 'style'],
		},
		'nano-banana': {
			product: 'nano-banana',
			unsupported: ['referenceAssetId', 'reference_strength', 'style'],
		},
	},
};

export const imagesEdit: EndpointRule = {
	name: 'images/edit',
	output: 'image',
	artifactSubtype: 'vertex-ai',
	fields: {
		...jobFields,
		...sceneFields,
		prompt: { ...text, required: true },
		referenceAssetId: { ...assetId, required: true },
		referenceAssetId2: assetId,
		referenceAssetId3: assetId,
	},
	assetFields: ['referenceAssetId', 'referenceAssetId2', 'referenceAssetId3'],
	assetType: 'reference-image',
	defaultModel: 'flux',
	models: {
		flux: { product: 'flux', unsupported: ['referenceAssetId3'] },
		'flux-premium': { product: 'flux-premium' },
		'nano-banana': { product: 'nano-banana', unsupported: ['aspectRatio'] },
	},
};

export const imagesUpscale: EndpointRule = {
	name: 'images/upscale',
	output: 'image',
	artifactSubtype: 'vertex-ai',
	fields: { ...jobFields, jobId: { type: 'string', required: true } },
	assetFields: [],
	assetType: 'reference-image',
	defaultModel: 'upscale',
	models: { upscale: { product: 'upscale' } },
};

export const videosLtxCreate: EndpointRule = {
	name: 'videos/ltx-create',
	output: 'video',
	artifactSubtype: 'model-serving',
	fields: {
		...jobFields,
		prompt: { ...text, required: true },
		startAssetId: assetId,
		endAssetId: assetId,
		model: choice('ltxv', 'ltxv-turbo'),
		duration: choice('3', '5', '7', '9', '15', '30'),
		aspectRatio: choice('16:9', '9:16', '1:1'),
		intensity: choice('low', 'medium', 'high'),
		seed,
		audioSFX: { type: 'boolean' },
	},
	assetFields: ['startAssetId', 'endAssetId'],
	assetType: 'image',
	oneOf: ['startAssetId', 'endAssetId'],
	defaultModel: 'ltxv-turbo',
	models: { 'ltxv-turbo': { product: 'ltxv-turbo' }, ltxv: { product: 'ltxv' } },
};

export const videosVeoCreate: EndpointRule = {
	name: 'videos/veo-create',
	output: 'video',
	artifactSubtype: 'vertex-ai',
	fields: {
		...jobFields,
		prompt: text,
		startAssetId: assetId,
		model: choice('veo2', 'veo3', 'veo3-fast'),
		duration: choice('5', '6', '7', '8'),
		aspectRatio: choice('16:9', '9:16'),
		audioSFX: { type: 'boolean' },
		resolution: choice('720p', '1080p'),
		seed,
	},
	assetFields: ['startAssetId'],
	assetType: 'reference-image',
	oneOf: ['prompt', 'startAssetId'],
	defaultModel: 'veo2',
	models: {
		veo2: { product: 'veo2', required: ['startAssetId'], unsupported: ['resolution'] },
		veo3: { product: 'veo3', values: { duration: ['8'], aspectRatio: ['16:9'] } },
		'veo3-fast': { product: 'veo3-fast', values: { duration: ['8'], aspectRatio: ['16:9'] } },
	},
};
