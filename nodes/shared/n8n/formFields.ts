import {
	isResourceLocatorValue,
	NodeHelpers,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeProperties,
} from 'n8n-workflow';

import { isRecord } from '../values';

export interface Limits {
	min?: number;
	max?: number;
}

const OPTIONS = 'options';

/** The fields of an operation, as its form shows them, and what it holds for one item, as yet unchecked. */
export class FormFields {
	private readonly options: IDataObject;

	/** Kept, since n8n copies it each time. */
	private node: INode | undefined;

	/** @param properties the fields of the operation */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly properties: readonly INodeProperties[],
		private readonly item: number,
	) {
		const options: unknown = properties.some(({ name }) => name === OPTIONS)
			? context.getNodeParameter(OPTIONS, item, {})
			: undefined;
		this.options = isRecord(options) ? options : {};
	}

	/** What the form holds; undefined where there is no such field, or nothing in it. */
	value(name: string): unknown {
		if (this.isOption(name)) return plain(this.options[name]);
		if (!this.hasField(name)) return undefined;
		return plain(this.context.getNodeParameter(name, this.item, null));
	}

	/** What the form holds, or else what it would begin with. */
	valueOrDefault(name: string): unknown {
		const value = this.value(name);
		return isEmpty(value) ? this.defaults(name)[0] : value;
	}

	/** The defaults that say a value by themselves: an expression would still have to be evaluated. */
	defaults(name: string): unknown[] {
		return this.named(name)
			.map(presetOf)
			.filter((preset) => !isExpression(preset));
	}

	/** @returns whether the user has set it: to something other than the default of the field, or by adding the option */
	isSet(name: string): boolean {
		const value = this.value(name);
		if (isEmpty(value) || this.isOption(name)) return !isEmpty(value);
		return !this.named(name).some((field) => presetOf(field) === value);
	}

	/** @returns whether the option was added, be there something in it or not */
	isAdded(name: string): boolean {
		return this.isOption(name) && name in this.options;
	}

	/** @returns how the value of a resource locator is to be taken; undefined where an expression gave just a value */
	mode(name: string): string | undefined {
		const value: unknown = this.isOption(name)
			? this.options[name]
			: this.context.getNodeParameter(name, this.item, null);
		return isResourceLocatorValue(value) ? value.mode : undefined;
	}

	/** The expression behind a value, as it stands in the form, without its equals sign. */
	expression(name: string): string | undefined {
		const { parameters } = this.ownNode();
		const options: unknown = parameters[OPTIONS];
		const place: IDataObject =
			this.isOption(name) && isRecord(options) ? options : { ...parameters };
		const raw = plain(place[name]);
		return isExpression(raw) ? raw.slice(1).trim() : undefined;
	}

	/** The incoming item, or an empty one. */
	incoming(): IDataObject {
		return this.context.getInputData()[this.item]?.json ?? {};
	}

	/** What the form calls a field. */
	label(name: string): string {
		return this.named(name)[0]?.displayName ?? name;
	}

	/** What the form offers to choose from. */
	choices(name: string): string[] {
		return this.named(name).flatMap(({ options = [] }) =>
			options.flatMap((option) => ('value' in option ? [String(option.value)] : [])),
		);
	}

	/** Within what a number may be. */
	limits(name: string): Limits {
		const { minValue, maxValue } = this.named(name)[0]?.typeOptions ?? {};
		return {
			...(minValue === undefined ? {} : { min: minValue }),
			...(maxValue === undefined ? {} : { max: maxValue }),
		};
	}

	/** What a field without further rules would have to be. */
	example(name: string): string {
		const { placeholder = '' } = this.named(name)[0] ?? {};
		return placeholder === '' ? 'text' : `text, such as "${placeholder}"`;
	}

	private hasField(name: string): boolean {
		return this.properties.some((property) => property.name === name && this.isShownHere(property));
	}

	private isOption(name: string): boolean {
		return !this.hasField(name) && this.named(name).length > 0;
	}

	/** Several fields may have one name, each for a case of its own. */
	private named(name: string): INodeProperties[] {
		const isNamed = (property: INodeProperties) =>
			property.name === name && this.isShownHere(property);
		const own = this.properties.filter(isNamed);
		if (own.length > 0) return own;
		return this.properties
			.filter((property) => property.type === 'collection')
			.flatMap(({ options = [] }) => options.filter(isField))
			.filter(isNamed);
	}

	private ownNode(): INode {
		return (this.node ??= this.context.getNode());
	}

	/** Whether this version of the node has the field. */
	private isShownHere(property: INodeProperties): boolean {
		if (!property.displayOptions?.show?.['@version']) return true;
		return isOfVersion(property, this.ownNode());
	}
}

/** Whether a version of a node has a field, whatever else it depends on. */
export function isOfVersion(
	{ displayOptions, ...property }: INodeProperties,
	node: Pick<INode, 'typeVersion'>,
): boolean {
	const versions = displayOptions?.show?.['@version'];
	if (!versions) return true;
	const condition = { ...property, displayOptions: { show: { '@version': versions } } };
	return NodeHelpers.displayParameter({}, condition, node, null);
}

const isEmpty = (value: unknown): boolean => value === undefined || value === '';

const isExpression = (value: unknown): value is string =>
	typeof value === 'string' && value.startsWith('=');

const isField = (option: object): option is INodeProperties =>
	'displayName' in option && 'type' in option;

/** A resource locator counts as the value in it. */
const plain = (value: unknown): unknown =>
	(isResourceLocatorValue(value) ? value.value : value) ?? undefined;

/** The default of a resource locator lacks the mark that its values have. */
const presetOf = ({ type, default: preset }: INodeProperties): unknown =>
	type === 'resourceLocator' ? plain({ __rl: true, ...(preset as object) }) : preset;
