import type { Resource } from '../../../shared/n8n/resource';
import { upload } from './upload.operation';

export const asset = {
	name: 'Asset',
	value: 'asset',
	description: 'Uploads pictures to Luma',
	operations: { upload },
} satisfies Resource;
