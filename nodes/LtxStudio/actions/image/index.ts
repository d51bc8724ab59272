import type { INodeProperties } from 'n8n-workflow';

import { create } from './create.operation';
import { edit } from './edit.operation';
import { upscale } from './upscale.operation';

export const image = { create, edit, upscale };

export const imageOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['image'] } },
	default: 'create',
	options: [
		{
			name: 'Create',
			value: 'create',
			description: 'Make an image from a prompt with FLUX or Nano Banana',
			action: 'Create an image',
		},
		{
			name: 'Edit',
			value: 'edit',
			description: 'Change an image by a prompt with FLUX or Nano Banana',
			action: 'Edit an image',
		},
		{
			name: 'Upscale',
			value: 'upscale',
			description: 'Raise the resolution of an image that was made before',
			action: 'Upscale an image',
		},
	],
};
