import type { FieldReader } from './fieldReader';

/** Reads the account that an operation is about. */
export const readEmail = (fields: FieldReader): string =>
	fields.text('email', {
		required: true,
		pattern: /^\S+@\S+$/,
		expected: 'the email address of an account, such as name@example.com',
	});
