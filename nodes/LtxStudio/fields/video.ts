import type { INodeProperties } from 'n8n-workflow';

export const seconds = (value: string) => `${value} Seconds`;

export const soundField: INodeProperties = {
	displayName: 'Sound',
	name: 'audioSFX',
	type: 'boolean',
	default: false,
	description: 'Whether to add sound: effects for LTX and Veo 2, the model’s own audio for Veo 3',
};
