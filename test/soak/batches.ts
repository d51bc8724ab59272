import type { INodeParameters } from 'n8n-workflow';

import type { UploadType } from '../emulator/endpoints';

/** One operation that a batch can be made of. */
export interface BatchKind {
	parameters: INodeParameters;
	/** Those that any item may ask for. */
	models: readonly string[];
	/** What each item brings along. */
	needs?: UploadType | 'finishedImage';
	hasPrompt: boolean;
}

const MODEL = '={{ $json.model }}';
const PROMPT = '={{ $json.prompt }}';

/** The operations that submit something, by what the API calls them. */
export const batchKinds = {
	'images/create': {
		parameters: { resource: 'image', operation: 'create', model: MODEL, prompt: PROMPT },
		models: ['flux', 'flux-premium', 'nano-banana'],
		hasPrompt: true,
	},
	'images/edit': {
		parameters: { resource: 'image', operation: 'edit', model: MODEL, prompt: PROMPT },
		models: ['flux', 'flux-premium', 'nano-banana'],
		needs: 'reference-image',
		hasPrompt: true,
	},
	'images/upscale': {
		parameters: { resource: 'image', operation: 'upscale' },
		models: [],
		needs: 'finishedImage',
		hasPrompt: false,
	},
	'videos/ltx-create': {
		parameters: { resource: 'video', operation: 'createLtx', model: MODEL, prompt: PROMPT },
		models: ['ltxv', 'ltxv-turbo'],
		needs: 'image',
		hasPrompt: true,
	},
	'videos/veo-create': {
		parameters: {
			resource: 'video',
			operation: 'createVeo',
			model: MODEL,
			prompt: PROMPT,
			startAssetId: { __rl: true, mode: 'id', value: '={{ $json.fileId }}' },
		},
		models: ['veo2', 'veo3', 'veo3-fast'],
		needs: 'reference-image',
		hasPrompt: true,
	},
} as const satisfies Record<string, BatchKind>;

export type BatchName = keyof typeof batchKinds;

/** The same three times in four is what most batches are: pictures. */
export const batches: [BatchName, ...BatchName[]] = [
	'images/create',
	'images/create',
	'images/edit',
	'images/upscale',
	'videos/ltx-create',
	'videos/veo-create',
];
