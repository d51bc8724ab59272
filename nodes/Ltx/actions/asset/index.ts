import type { INodeProperties } from 'n8n-workflow';

import { download } from './download.operation';
import { upload } from './upload.operation';

export const asset = { download, upload };

export const assetOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['asset'] } },
	default: 'upload',
	options: [
		{
			name: 'Download',
			value: 'download',
			description: 'Get the file behind a signed URL',
			action: 'Download an asset',
		},
		{
			name: 'Upload',
			value: 'upload',
			description: 'Send a picture, video or sound to make videos from',
			action: 'Upload an asset',
		},
	],
};
