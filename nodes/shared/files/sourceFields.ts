import type { IBinaryData, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { oneOf, type FieldReader } from '../n8n/fieldReader';
import { binarySource, urlSource, type FileRules, type FileSource } from './source';

const SOURCES = { binary: 'binary', url: 'url' } as const;

/** Where the file of an upload comes from. */
export const sourceFields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		default: SOURCES.binary,
		description: 'Where the file comes from',
		options: [
			{
				name: 'File of the Item',
				value: SOURCES.binary,
				description: 'A binary field of the incoming item',
			},
			{ name: 'URL', value: SOURCES.url, description: 'An address, passed on without storing it' },
		],
	},
	{
		displayName: 'Input Data Field Name',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		default: 'data',
		description: 'Which binary field of the incoming item holds the file',
		hint: 'The name of the input binary field with the file',
		displayOptions: { show: { source: [SOURCES.binary] } },
	},
	{
		displayName: 'File URL',
		name: 'url',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'https://example.com/photo.jpg',
		description: 'Address of the file, starting with http:// or https://',
		displayOptions: { show: { source: [SOURCES.url] } },
	},
];

/** Reads where the file of an item comes from, and checks that it is there. */
export function readFileSource(
	form: FieldReader,
	context: IExecuteFunctions,
	item: number,
	rules: FileRules,
): FileSource {
	if (form.choice('source') === SOURCES.url) {
		const text = form.text('url', { required: true, expected: EXPECTED_URL });
		const url = URL.canParse(text) ? new URL(text) : form.reject('url', text, EXPECTED_URL);
		if (url.protocol !== 'https:' && url.protocol !== 'http:') {
			return form.reject('url', text, EXPECTED_URL);
		}
		return urlSource(context, item, url, `"File URL" is ${url.origin}${url.pathname}`, rules);
	}
	const property = form.text('binaryPropertyName', { required: true });
	const binary = readBinary(form, context, item, property);
	if (binary.id === undefined && binary.data === '') {
		return form.reject('binaryPropertyName', property, 'the name of a file that is not empty');
	}
	return binarySource(context, item, binary, `"Input Data Field Name" is "${property}"`, rules);
}

const EXPECTED_URL = 'an address that starts with http:// or https://';

function readBinary(
	form: FieldReader,
	context: IExecuteFunctions,
	item: number,
	property: string,
): IBinaryData {
	try {
		return context.helpers.assertBinaryData(item, property);
	} catch {
		const names = Object.keys(context.getInputData()[item]?.binary ?? {});
		const expected =
			names.length > 0 ? oneOf(names) : 'the name of a file on the incoming item, which has none';
		return form.reject('binaryPropertyName', property, expected);
	}
}
