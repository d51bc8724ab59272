import type { INodeProperties } from 'n8n-workflow';

import { byText } from '../words';

/** Whether to put the file of a finished job on the item. */
export const downloadField: INodeProperties = {
	displayName: 'Download Result',
	name: 'download',
	type: 'boolean',
	default: false,
	description: 'Whether to put the finished file on the item, ready to view, save or send on',
};

/** The same where a file is what people want. */
export const downloadByDefaultField: INodeProperties = {
	...downloadField,
	default: true,
	description:
		'Whether to put the finished file on the item, ready to view, save or send on. An AI agent sees no files: turn it off there.',
};

/** Where to put that file. */
export const outputFileField: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	description: 'Where the next nodes find the file',
	hint: 'The name of the output binary field',
	displayOptions: { show: { download: [true] } },
};

export const downloadFields: INodeProperties[] = [downloadField, outputFileField];

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** What few people change of how a job comes out. */
export const outputOptions: INodeProperties[] = [
	{ ...outputFileField, displayOptions: { show: { '/download': [true] } } },
	simplifyField,
];

export const keepInputFieldsField: INodeProperties = {
	displayName: 'Keep Input Fields',
	name: 'keepInputFields',
	type: 'boolean',
	default: false,
	description:
		'Whether to put out the fields of the incoming item, too. Those of the result win where both have one of the same name.',
};

export const concurrencyField: INodeProperties = {
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	default: 10,
	typeOptions: { minValue: 1, maxValue: 50 },
	description: 'How many requests to have under way at once, 1 to 50',
};

/** The collection of an operation's rare fields. */
export const optionsField = (options: readonly INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [...options].sort(byText(({ displayName }) => displayName)),
});
