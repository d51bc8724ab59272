import type { INodeProperties } from 'n8n-workflow';

/** Greatest length of the prompt, and of location, weather and lighting each, in characters. */
export const MAX_PROMPT = 2000;

export function promptField(what: string, required: boolean): INodeProperties {
	return {
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		required,
		default: '',
		placeholder: what,
		description: `What to make, in plain words, up to ${MAX_PROMPT} characters`,
	};
}
