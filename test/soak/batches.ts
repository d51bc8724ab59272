import type { INodeParameters } from 'n8n-workflow';

import type { UploadType } from '../emulator/endpoints';

/** One operation that a batch can be made of. */
export interface BatchKind {
	/** The form; `field` makes the expression that reads a field of the item. */
	parameters: (field: (name: string) => string) => INodeParameters;
	/** Those that any item may ask for. */
	models: readonly string[];
	/** What each item brings along. */
	needs?: UploadType | 'finishedImage';
	hasPrompt: boolean;
}

const modelAndPrompt =
	(resource: string, operation: string): BatchKind['parameters'] =>
	(field) => ({ resource, operation, model: field('model'), prompt: field('prompt') });

/** The operations that submit something, by what the API calls them. */
export const batchKinds = {
	'images/create': {
		parameters: modelAndPrompt('image', 'create'),
		models: ['flux', 'flux-premium', 'nano-banana'],
		hasPrompt: true,
	},
	'images/edit': {
		parameters: modelAndPrompt('image', 'edit'),
		models: ['flux', 'flux-premium', 'nano-banana'],
		needs: 'reference-image',
		hasPrompt: true,
	},
	'images/upscale': {
		parameters: () => ({ resource: 'image', operation: 'upscale' }),
		models: [],
		needs: 'finishedImage',
		hasPrompt: false,
	},
	'videos/ltx-create': {
		parameters: modelAndPrompt('video', 'createLtx'),
		models: ['ltxv', 'ltxv-turbo'],
		needs: 'image',
		hasPrompt: true,
	},
	'videos/veo-create': {
		parameters: (field) => ({
			...modelAndPrompt('video', 'createVeo')(field),
			startAssetId: { __rl: true, mode: 'id', value: field('fileId') },
		}),
		models: ['veo2', 'veo3', 'veo3-fast'],
		needs: 'reference-image',
		hasPrompt: true,
	},
} as const satisfies Record<string, BatchKind>;

export type BatchName = keyof typeof batchKinds;

/** What most batches are comes most often: pictures. */
export const batches: [BatchName, ...BatchName[]] = [
	'images/create',
	'images/create',
	'images/edit',
	'images/upscale',
	'videos/ltx-create',
	'videos/veo-create',
];
