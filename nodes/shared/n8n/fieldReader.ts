import {
	isResourceLocatorValue,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
} from 'n8n-workflow';

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

const OPTIONS = 'options';
const SHOWN_CHARACTERS = 80;
const HIDDEN = '[hidden]';
/** Nothing can be sent that holds one. */
const HALF_CHARACTER = /\p{Cs}/u;

/**
 * Reads and checks the fields of one item. Values may come from expressions, so that nothing the form promises is relied on.
 * Every error names the item, the field as the form shows it, the value given and what would be right.
 */
export class FieldReader {
	private readonly options: IDataObject;

	/** @param properties the fields of the operation, whose labels, values and limits are used */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly properties: readonly INodeProperties[],
		readonly item: number,
	) {
		const options: unknown = this.hasField(OPTIONS)
			? context.getNodeParameter(OPTIONS, item, {})
			: undefined;
		this.options = isRecord(options) ? options : {};
	}

	text(name: string, rules: TextRules & { required: true }): string;
	text(name: string, rules?: TextRules): string | undefined;
	text(name: string, rules: TextRules = {}): string | undefined {
		const value = this.value(name);
		if (typeof value === 'object') {
			throw this.error(name, rules.secret ? HIDDEN : value, rules.expected ?? 'text');
		}
		const text = toText(value);
		if (text.trim() === '') {
			if (rules.required) throw this.error(name, undefined, rules.expected ?? 'a value');
			return undefined;
		}
		if (rules.max !== undefined && text.length > rules.max) {
			throw this.failure(
				`"${this.label(name)}" is too long`,
				`"${this.label(name)}" has ${text.length} characters: ${excerpt(text)}. It can have up to ${rules.max}.`,
			);
		}
		if (HALF_CHARACTER.test(text)) {
			throw this.failure(
				`"${this.label(name)}" is not valid`,
				`"${this.label(name)}" has half of a character: a text was cut within an emoji, perhaps. Cut it elsewhere.`,
			);
		}
		if (rules.pattern && !rules.pattern.test(text)) {
			throw this.error(name, text, rules.expected ?? 'of another form');
		}
		return text;
	}

	/** Reads a text of values separated by commas or white space, or a list of them. */
	list(name: string): string[] {
		const value = this.value(name);
		const texts: unknown[] = Array.isArray(value) ? value : [value ?? ''];
		return texts.flatMap((text) =>
			typeof text === 'string' && !HALF_CHARACTER.test(text)
				? text.split(/[\s,]+/).filter((part) => part !== '')
				: this.reject(name, text, 'text'),
		);
	}

	/** @param allowed the values that are possible here; those of the form by default */
	choice(name: string, allowed: readonly string[] = this.choices(name)): string | undefined {
		const text = this.text(name);
		if (text === undefined || allowed.includes(text)) return text;
		throw this.error(name, text, oneOf(allowed));
	}

	integer(name: string, limits: Limits = this.limits(name)): number | undefined {
		const text = this.text(name);
		if (text === undefined) return undefined;
		const number = Number(text);
		const { min = -Infinity, max = Infinity } = limits;
		if (Number.isSafeInteger(number) && number >= min && number <= max) return number;
		throw this.error(name, text, describeLimits(limits, 'a whole number'));
	}

	number(name: string, limits: Limits = this.limits(name)): number | undefined {
		const text = this.text(name);
		if (text === undefined) return undefined;
		const number = Number(text);
		const { min = -Infinity, max = Infinity } = limits;
		if (Number.isFinite(number) && number >= min && number <= max) return number;
		throw this.error(name, text, describeLimits(limits, 'a number'));
	}

	boolean(name: string): boolean {
		const value = this.value(name);
		if (value === undefined || value === '' || value === 'false' || value === false) return false;
		if (value === true || value === 'true') return true;
		throw this.error(name, value, 'true or false');
	}

	/** Throws the error of a combination that the form could not have shown. */
	reject(name: string, given: unknown, expected: string): never {
		throw this.error(name, given, expected);
	}

	/** @returns whether the field was set to something other than its default */
	isSet(name: string): boolean {
		const value = this.value(name);
		if (value === undefined || value === null || value === '') return false;
		const defaults = this.fields(name).map((field) => field.default);
		return !defaults.some((preset) => plain(preset) === value);
	}

	label(name: string): string {
		return this.fields(name)[0]?.displayName ?? name;
	}

	private value(name: string): unknown {
		if (this.isOption(name)) return plain(this.options[name]);
		if (!this.hasField(name)) return undefined;
		return plain(this.context.getNodeParameter(name, this.item, null));
	}

	private hasField(name: string): boolean {
		return this.properties.some((property) => property.name === name);
	}

	private isOption(name: string): boolean {
		return !this.hasField(name) && this.fields(name).length > 0;
	}

	private fields(name: string): INodeProperties[] {
		const own = this.properties.filter((property) => property.name === name);
		if (own.length > 0) return own;
		return this.properties
			.filter((property) => property.type === 'collection')
			.flatMap(({ options = [] }) => options.filter(isField))
			.filter((property) => property.name === name);
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

	private error(name: string, given: unknown, expected: string): NodeOperationError {
		const label = this.label(name);
		return given === undefined
			? this.failure(`"${label}" is missing`, `"${label}" is empty. It must be ${expected}.`)
			: this.failure(
					`"${label}" is not valid`,
					`"${label}" is ${excerpt(given)}. It must be ${expected}.`,
				);
	}

	private failure(message: string, description: string): NodeOperationError {
		return new NodeOperationError(this.context.getNode(), message, {
			description: `Item ${this.item}: ${description}`,
			itemIndex: this.item,
		});
	}
}

const isRecord = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null;

const toText = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
		? String(value)
		: '';

const isField = (option: object): option is INodeProperties =>
	'displayName' in option && 'type' in option;

/** A resource locator counts as the value in it. */
const plain = (value: unknown): unknown =>
	isResourceLocatorValue(value) ? value.value : (value ?? undefined);

function excerpt(value: unknown): string {
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return text.length > SHOWN_CHARACTERS ? `"${text.slice(0, SHOWN_CHARACTERS)}…"` : `"${text}"`;
}

export function oneOf(values: readonly string[]): string {
	return values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
}

function describeLimits({ min, max }: Limits, kind: string): string {
	if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
	if (min !== undefined) return `${kind} of ${min} or more`;
	if (max !== undefined) return `${kind} of ${max} or less`;
	return kind;
}
