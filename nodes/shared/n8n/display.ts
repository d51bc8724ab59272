import type { INodeProperties } from 'n8n-workflow';

type DisplayOptions = NonNullable<INodeProperties['displayOptions']>;

/** When a field is shown: each of the named fields has one of the values. */
export type Conditions = NonNullable<DisplayOptions['show']>;

/**
 * A field that is shown under these conditions, and its own. n8n's own `updateDisplayOptions` puts them behind those that a field
 * has by itself. n8n goes through them in order, and shows a field as soon as it comes to a value that is an expression: with a
 * model by expression, the fields of all other operations that depend on the model would be there too.
 */
export const showIf = (conditions: Conditions, field: INodeProperties): INodeProperties => ({
	...field,
	displayOptions: {
		...field.displayOptions,
		show: { ...conditions, ...field.displayOptions?.show },
	},
});
