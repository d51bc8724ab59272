import type { Resource } from '../../../shared/n8n/resource';
import { createLtx } from './createLtx.operation';
import { createVeo } from './createVeo.operation';

export const video = {
	name: 'Video',
	value: 'video',
	description: 'Makes videos with LTX Video and Veo',
	operations: { createLtx, createVeo },
} satisfies Resource;
