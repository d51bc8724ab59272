import type { INodeProperties } from 'n8n-workflow';

import type { FieldReader } from './fieldReader';
import { optionalPattern } from './optionalPattern';

const EMAIL_PATTERN = '\\S+@\\S+\\.\\S+';

/** An account, chosen from the configured ones or by its e-mail. The node lists them as `getAccounts`. */
export function emailLocator(
	field: Partial<INodeProperties> & { description: string },
): INodeProperties {
	return {
		displayName: 'Account',
		name: 'email',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: field.required ? 'Choose an account…' : 'Automatic',
				typeOptions: { searchListMethod: 'getAccounts', searchable: true },
			},
			{
				displayName: 'By Email',
				name: 'id',
				type: 'string',
				placeholder: 'name@example.com',
				validation: [
					{
						type: 'regex',
						properties: {
							regex: optionalPattern(EMAIL_PATTERN, field.required),
							errorMessage: 'This is not an email address',
						},
					},
				],
			},
		],
		...field,
	};
}

/** Reads the account that an operation is about. */
export const readEmail = (fields: FieldReader): string =>
	fields.text('email', {
		required: true,
		pattern: /^\S+@\S+$/,
		expected: 'the email address of an account, such as name@example.com',
	});
