import type { INodeProperties } from 'n8n-workflow';

/** A field of which a value is chosen from a list or typed. */
export interface LocatorField {
	name: string;
	displayName: string;
	description: string;
	required?: boolean;
	/** Where the value comes from when nothing is chosen: an expression on the incoming item, such as `$json.jobId`. */
	preset?: string;
	displayOptions?: INodeProperties['displayOptions'];
}

interface LocatorModes {
	/** The list in the editor, and the method of the node that fills it. */
	list: { method: string; placeholder: string };
	/** The value itself. */
	id: { displayName: string; placeholder: string; pattern: string; problem: string };
}

const EMAIL_PATTERN = '[^\\s@]+@[^\\s@.]+(?:\\.[^\\s@.]+)+';

/** A field to choose from a list, or to fill in by hand or by an expression. */
export function locator(
	{ preset, ...field }: LocatorField,
	{ list, id }: LocatorModes,
): INodeProperties {
	return {
		type: 'resourceLocator',
		default:
			preset === undefined
				? { mode: 'list', value: '' }
				: { mode: 'id', value: `={{ ${preset} }}` },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: list.placeholder,
				typeOptions: { searchListMethod: list.method, searchable: true },
			},
			{
				displayName: id.displayName,
				name: 'id',
				type: 'string',
				placeholder: id.placeholder,
				validation: [
					{
						type: 'regex',
						properties: {
							// n8n holds a value to its pattern even where it may be left empty.
							regex: field.required ? id.pattern : `(?:${id.pattern})?`,
							errorMessage: id.problem,
						},
					},
				],
			},
		],
		...field,
	};
}

/** An account, chosen from the configured ones or by its e-mail. The node lists them as `getAccounts`. */
export const emailLocator = (
	field: Partial<LocatorField> & Pick<LocatorField, 'description'>,
): INodeProperties =>
	locator(
		{ displayName: 'Account', name: 'email', ...field },
		{
			list: {
				method: 'getAccounts',
				placeholder: field.required ? 'Choose an account…' : 'Automatic',
			},
			id: {
				displayName: 'By Email',
				placeholder: 'name@example.com',
				pattern: EMAIL_PATTERN,
				problem: 'This is not an email address',
			},
		},
	);
