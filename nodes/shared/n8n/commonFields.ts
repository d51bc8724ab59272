import type { INodeProperties } from 'n8n-workflow';

/** Whether, and where, to put the file of a finished job. */
export const downloadFields: INodeProperties[] = [
	{
		displayName: 'Download Result',
		name: 'download',
		type: 'boolean',
		default: false,
		description: 'Whether to put the finished file on the item, ready to view, save or send on',
	},
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		description: 'Where the next nodes find the file',
		hint: 'The name of the output binary field',
		displayOptions: { show: { download: [true] } },
	},
];

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

export const concurrencyField: INodeProperties = {
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	default: 10,
	typeOptions: { minValue: 1, maxValue: 50 },
	description: 'How many requests to have under way at once, 1 to 50',
};

/** The Options collection of an operation whose only rare field is how much it does at once. */
export const concurrencyOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [concurrencyField],
};
