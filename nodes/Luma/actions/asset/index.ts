import type { INodeProperties } from 'n8n-workflow';

import { upload } from './upload.operation';

export const asset = { upload };

export const assetOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['asset'] } },
	default: 'upload',
	options: [
		{
			name: 'Upload',
			value: 'upload',
			description: 'Upload a picture to use as a keyframe, character or style reference',
			action: 'Upload an asset',
		},
	],
};
