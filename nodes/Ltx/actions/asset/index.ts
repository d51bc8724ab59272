import type { Resource } from '../../../shared/n8n/resource';
import { download } from './download.operation';
import { upload } from './upload.operation';

export const asset = {
	name: 'Asset',
	value: 'asset',
	description: 'Uploads files to make videos from, and downloads what was made',
	operations: { upload, download },
} satisfies Resource;
