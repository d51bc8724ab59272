import type { Resource } from '../../../shared/n8n/resource';
import { create } from './create.operation';
import { edit } from './edit.operation';
import { upscale } from './upscale.operation';

export const image = {
	name: 'Image',
	value: 'image',
	description: 'Makes and changes images with FLUX and Nano Banana',
	operations: { create, edit, upscale },
} satisfies Resource;
