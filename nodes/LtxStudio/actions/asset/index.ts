import type { INodeProperties } from 'n8n-workflow';

import { download } from './download.operation';
import { getAll } from './getAll.operation';
import { upload } from './upload.operation';

export const asset = { download, getAll, upload };

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
			name: 'Get Many',
			value: 'getAll',
			description: 'List what an account has uploaded and made',
			action: 'Get many assets',
		},
		{
			name: 'Upload',
			value: 'upload',
			description: 'Send a picture or other file to LTX Studio',
			action: 'Upload an asset',
		},
	],
};
