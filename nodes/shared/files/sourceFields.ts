import type { IBinaryData, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { shortPlaceOf } from '../api/text';
import type { FieldReader } from '../n8n/fieldReader';
import { oneOf } from '../words';
import type { FileRules } from './openFile';
import { binarySource, urlSource, type FileSource } from './source';

const SOURCES = { binary: 'binary', url: 'url' } as const;

/** Where the file of an upload comes from. */
export const sourceFields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		default: 'binary',
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
	rules: FileRules,
): FileSource {
	const { item } = form;
	if (form.choice('source') === SOURCES.url) {
		const url = new URL(form.url('url', { required: true }));
		return urlSource(context, item, url, `"File URL" is ${shortPlaceOf(url)}`, rules);
	}
	const { binary, label } = readBinary(form, context, 'binaryPropertyName');
	return binarySource(context, item, binary, label, rules);
}

/**
 * Reads the binary field of an item that a field of the form names.
 * @returns it, and what it is called in errors
 * @throws {NodeOperationError} that tells which there are, if it is not there or empty
 */
export function readBinary(
	form: FieldReader,
	context: IExecuteFunctions,
	field: string,
): { binary: IBinaryData; label: string } {
	const property = form.text(field, { required: true, mustBeFound: true });
	let binary: IBinaryData;
	try {
		binary = context.helpers.assertBinaryData(form.item, property);
	} catch {
		const names = Object.keys(context.getInputData()[form.item]?.binary ?? {});
		const expected =
			names.length > 0 ? oneOf(names) : 'the name of a file on the incoming item, which has none';
		return form.reject(field, property, expected);
	}
	if (binary.id === undefined && binary.data === '') {
		return form.reject(field, property, 'the name of a file that is not empty');
	}
	return { binary, label: `"${form.fields.label(field)}" is "${property}"` };
}
