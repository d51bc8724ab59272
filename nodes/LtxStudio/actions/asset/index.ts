import type { Resource } from '../../../shared/n8n/resource';
import { download } from './download.operation';
import { getAll } from './getAll.operation';
import { upload } from './upload.operation';

export const asset = {
	name: 'Asset',
	value: 'asset',
	description: 'Uploads files to LTX Studio, lists and downloads what is there',
	operations: { upload, download, getAll },
} satisfies Resource;
