import {
	isResourceLocatorValue,
	NodeHelpers,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeProperties,
} from 'n8n-workflow';

import { isRecord, isWebUrl } from '../values';
import { itemLabel } from './items';

interface Limits {
	min?: number;
	max?: number;
}

interface TextRules {
	required?: boolean;
	/** Greatest length in characters. */
	max?: number;
	pattern?: RegExp;
	/** What the value would have to be, for the error: `an asset ID such as …`. */
	expected?: string;
	/** The value must not be shown in any error. */
	secret?: boolean;
}

/** For parameters that the API has defaults of its own for: what the user has left out is undefined, and not the form's default. */
interface IfGiven {
	optional: true;
}

interface Allowed {
	allowed?: readonly string[];
}

const OPTIONS = 'options';
const SHOWN_CHARACTERS = 80;
const SHOWN_FIELDS = 12;
const HIDDEN = '[hidden]';
/** Nothing can be sent that holds one. */
const HALF_CHARACTER = /\p{Cs}/u;

const EMAIL = {
	pattern: /^[^\s@]+@[^\s@]+$/,
	expected: 'the email address of an account, such as name@example.com',
};
const URL_EXPECTED = 'an address that starts with http:// or https://';

/**
 * Reads and checks the fields of one item. Values may come from expressions, so that nothing the form promises is relied on.
 * A field that is missing or empty has the default that the form gives it. Every error names the item, the field as the form
 * shows it, the value given, where it came from, and what would be right.
 */
export class FieldReader {
	private readonly options: IDataObject;
	/** Kept, since n8n copies it each time. */
	private node: INode | undefined;

	/** @param properties the fields of the operation, whose labels, values, defaults and limits are used */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly properties: readonly INodeProperties[],
		readonly item: number,
	) {
		const options: unknown = properties.some(({ name }) => name === OPTIONS)
			? context.getNodeParameter(OPTIONS, item, {})
			: undefined;
		this.options = isRecord(options) ? options : {};
	}

	text(name: string, rules: TextRules & { required: true }): string;
	text(name: string, rules?: TextRules): string | undefined;
	text(name: string, rules: TextRules = {}): string | undefined {
		const value = this.valueOrDefault(name);
		if (typeof value === 'object') {
			throw this.error(name, rules.secret ? HIDDEN : value, rules.expected ?? 'text');
		}
		const text = toText(value);
		if (text.trim() === '') {
			if (!rules.required) return undefined;
			throw this.error(name, undefined, rules.expected ?? this.example(name));
		}
		if (rules.max !== undefined && text.length > rules.max) {
			const label = this.label(name);
			throw this.failure(
				`"${label}" is too long`,
				`"${label}" has ${text.length} characters: ${excerpt(text)}. It can have up to ${rules.max}.`,
			);
		}
		if (HALF_CHARACTER.test(text)) {
			throw this.failure(
				`"${this.label(name)}" is not valid`,
				`"${this.label(name)}" has half of a character: a text was cut within an emoji, perhaps. Cut it elsewhere.`,
			);
		}
		if (rules.pattern && !rules.pattern.test(text)) {
			const given = rules.secret ? HIDDEN : text;
			throw this.error(name, given, rules.expected ?? 'of another form');
		}
		return text;
	}

	/** Reads an address on the web, as it was given. */
	url(name: string, rules: TextRules & { required: true }): string;
	url(name: string, rules?: TextRules): string | undefined;
	url(name: string, rules: TextRules = {}): string | undefined {
		const { expected = URL_EXPECTED } = rules;
		const text = this.text(name, { ...rules, expected });
		if (text === undefined || isWebUrl(text)) return text;
		throw this.error(name, text, expected);
	}

	/** Reads the e-mail address of an account. */
	email(name: string, rules: { required: true }): string;
	email(name: string, rules?: { required?: boolean }): string | undefined;
	email(name: string, rules: { required?: boolean } = {}): string | undefined {
		return this.text(name, { ...EMAIL, ...rules });
	}

	/** Reads a text of values separated by commas or white space, or a list of them. */
	list(name: string): string[] {
		const value = this.valueOrDefault(name);
		const texts: unknown[] = Array.isArray(value) ? value : [value ?? ''];
		return texts.flatMap((text) =>
			typeof text === 'string' && !HALF_CHARACTER.test(text)
				? text.split(/[\s,]+/).filter((part) => part !== '')
				: this.reject(name, text, 'text'),
		);
	}

	/** Reads one of the values that the form offers, or of those that are `allowed` here. */
	choice(name: string, rules: Allowed & IfGiven): string | undefined;
	choice(name: string, rules?: Allowed): string;
	choice(name: string, rules: Allowed & Partial<IfGiven> = {}): string | undefined {
		const { allowed = this.choices(name) } = rules;
		const given = this.value(name);
		if (typeof given === 'object') throw this.error(name, given, oneOf(allowed));
		const text = toText(given);
		if (text.trim() === '') return rules.optional ? undefined : this.preset(name, allowed);
		if (allowed.includes(text)) return text;
		throw this.error(name, text, oneOf(allowed));
	}

	integer(name: string, rules: IfGiven): number | undefined;
	integer(name: string): number;
	integer(name: string, rules?: IfGiven): number | undefined {
		return this.numeric(name, 'a whole number', Number.isSafeInteger, rules);
	}

	number(name: string, rules: IfGiven): number | undefined;
	number(name: string): number;
	number(name: string, rules?: IfGiven): number | undefined {
		return this.numeric(name, 'a number', Number.isFinite, rules);
	}

	boolean(name: string): boolean {
		const value = this.valueOrDefault(name);
		if (value === undefined || value === 'false' || value === false) return false;
		if (value === true || value === 'true') return true;
		throw this.error(name, value, 'true or false');
	}

	/** Throws the error of a combination that the form could not have shown. */
	reject(name: string, given: unknown, expected: string): never {
		throw this.error(name, given, expected);
	}

	/**
	 * Throws the error of several fields of which at least one has to be filled in.
	 *
	 * @param advice what is needed, and where it can be had
	 */
	rejectAll(
		names: readonly string[],
		{ message, advice }: { message: string; advice: string },
	): never {
		const found = names.map((name) => {
			const expression = this.expression(name);
			return `"${this.label(name)}" is empty${expression === undefined ? '' : `: ${expression} found nothing`}.`;
		});
		const has = names.some((name) => this.expression(name) !== undefined) ? [this.has()] : [];
		throw this.failure(message, [...found, ...has, advice].join(' '));
	}

	/** The incoming item, or an empty one. */
	incoming(): IDataObject {
		return this.context.getInputData()[this.item]?.json ?? {};
	}

	/** @returns whether the user has set it: to something other than the default of the field, or by adding the option */
	isSet(name: string): boolean {
		const value = this.value(name);
		if (isEmpty(value) || this.isOption(name)) return !isEmpty(value);
		return !this.fields(name).some((field) => presetOf(field) === value);
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

	label(name: string): string {
		return this.fields(name)[0]?.displayName ?? name;
	}

	private numeric(
		name: string,
		kind: string,
		isNumber: (value: number) => boolean,
		rules?: IfGiven,
	): number | undefined {
		const value = rules?.optional ? this.value(name) : this.valueOrDefault(name);
		const limits = this.limits(name);
		const expected = describeLimits(limits, kind);
		if (typeof value === 'object') throw this.error(name, value, expected);
		const text = toText(value);
		if (text.trim() === '') {
			if (rules?.optional) return undefined;
			throw this.error(name, undefined, expected);
		}
		const number = Number(text);
		const { min = -Infinity, max = Infinity } = limits;
		if (isNumber(number) && number >= min && number <= max) return number;
		throw this.error(name, text, expected);
	}

	private value(name: string): unknown {
		if (this.isOption(name)) return plain(this.options[name]);
		if (!this.hasField(name)) return undefined;
		return plain(this.context.getNodeParameter(name, this.item, null));
	}

	private valueOrDefault(name: string): unknown {
		const value = this.value(name);
		return isEmpty(value) ? this.defaults(name)[0] : value;
	}

	/** The default of a choice; where fields of one name have several, the one that is allowed. */
	private preset(name: string, allowed: readonly string[]): string {
		const presets = this.defaults(name).map(toText);
		const preset = presets.find((each) => allowed.includes(each));
		return preset ?? this.reject(name, undefined, oneOf(allowed));
	}

	/** The defaults that say a value by themselves: an expression would still have to be evaluated. */
	private defaults(name: string): unknown[] {
		return this.fields(name)
			.map(presetOf)
			.filter((preset) => !isExpression(preset));
	}

	private hasField(name: string): boolean {
		return this.properties.some((property) => property.name === name && this.isShownHere(property));
	}

	private isOption(name: string): boolean {
		return !this.hasField(name) && this.fields(name).length > 0;
	}

	private fields(name: string): INodeProperties[] {
		const named = (property: INodeProperties) =>
			property.name === name && this.isShownHere(property);
		const own = this.properties.filter(named);
		if (own.length > 0) return own;
		return this.properties
			.filter((property) => property.type === 'collection')
			.flatMap(({ options = [] }) => options.filter(isField))
			.filter(named);
	}

	/** Whether this version of the node has the field. */
	private isShownHere(property: INodeProperties): boolean {
		if (!property.displayOptions?.show?.['@version']) return true;
		this.node ??= this.context.getNode();
		return isOfVersion(property, this.node);
	}

	private choices(name: string): string[] {
		return this.fields(name).flatMap(({ options = [] }) =>
			options.flatMap((option) => ('value' in option ? [String(option.value)] : [])),
		);
	}

	private limits(name: string): Limits {
		const { minValue, maxValue } = this.fields(name)[0]?.typeOptions ?? {};
		return {
			...(minValue === undefined ? {} : { min: minValue }),
			...(maxValue === undefined ? {} : { max: maxValue }),
		};
	}

	/** What a field without further rules would have to be. */
	private example(name: string): string {
		const { placeholder = '' } = this.fields(name)[0] ?? {};
		return placeholder === '' ? 'text' : `text, such as "${placeholder}"`;
	}

	private error(name: string, given: unknown, expected: string): NodeOperationError {
		const label = this.label(name);
		const expression = given === HIDDEN ? undefined : this.expression(name);
		if (given === undefined) {
			const found = expression === undefined ? '.' : `: ${expression} found nothing. ${this.has()}`;
			return this.failure(
				`"${label}" is missing`,
				`"${label}" is empty${found} It must be ${expected}.`,
			);
		}
		const from = expression === undefined ? '' : `, from ${expression}`;
		return this.failure(
			`"${label}" is not valid`,
			`"${label}" is ${excerpt(given)}${from}. It must be ${expected}.`,
		);
	}

	/** The expression behind a value, as it stands in the form. */
	private expression(name: string): string | undefined {
		const { parameters } = this.context.getNode();
		const options: unknown = parameters[OPTIONS];
		const place: IDataObject =
			this.isOption(name) && isRecord(options) ? options : { ...parameters };
		const raw = plain(place[name]);
		return isExpression(raw) ? shorten(raw.slice(1).trim()) : undefined;
	}

	/** What an expression could have found. */
	private has(): string {
		const fields = Object.entries(this.incoming());
		if (fields.length === 0) return 'The incoming item has no fields.';
		const shown = fields
			.slice(0, SHOWN_FIELDS)
			.map(([name, value]) => (hasNothing(value) ? `${name} (empty)` : name));
		const others = fields.length > SHOWN_FIELDS ? ', …' : '';
		return `The incoming item has ${shown.join(', ')}${others}.`;
	}

	private failure(message: string, description: string): NodeOperationError {
		const label = itemLabel(this.item, this.context.getInputData().length);
		const rest = this.context.continueOnFail() ? 'Nothing was sent for it.' : 'Nothing was sent.';
		return new NodeOperationError(this.context.getNode(), message, {
			description: `${label}: ${description} ${rest}`,
			itemIndex: this.item,
		});
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

/** Of a field of an item, which may hold anything. */
const hasNothing = (value: unknown): boolean =>
	toText(value).trim() === '' && (value === null || typeof value !== 'object');

const isExpression = (value: unknown): value is string =>
	typeof value === 'string' && value.startsWith('=');

const toText = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
		? String(value)
		: '';

const isField = (option: object): option is INodeProperties =>
	'displayName' in option && 'type' in option;

/** A resource locator counts as the value in it. */
const plain = (value: unknown): unknown =>
	isResourceLocatorValue(value) ? value.value : (value ?? undefined);

/** The default of a resource locator lacks the mark that its values have. */
const presetOf = ({ type, default: preset }: INodeProperties): unknown =>
	type === 'resourceLocator' ? plain({ __rl: true, ...(preset as object) }) : preset;

const shorten = (text: string): string =>
	text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;

const excerpt = (value: unknown): string =>
	`"${shorten(typeof value === 'string' ? value : JSON.stringify(value))}"`;

export function oneOf(values: readonly string[]): string {
	return values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
}

function describeLimits({ min, max }: Limits, kind: string): string {
	if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
	if (min !== undefined) return `${kind} of ${min} or more`;
	if (max !== undefined) return `${kind} of ${max} or less`;
	return kind;
}
