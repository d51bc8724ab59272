import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { HIDDEN } from '../api/text';
import { isWebUrl } from '../values';
import { oneOf } from '../words';
import { FieldErrors } from './fieldErrors';
import { FormFields, type Limits } from './formFields';

interface TextRules {
	required?: boolean;
	/** Greatest length in characters. */
	max?: number;
	pattern?: RegExp;
	/** What the value would have to be, for the error: `an asset ID such as …`. */
	expected?: string;
	/** The value must not be shown in any error. */
	secret?: boolean;
	/** An expression that finds nothing stands for nothing: the default may be another one than was meant. */
	mustBeFound?: boolean;
}

/** For parameters that the API has defaults of its own for: what the user has left out is undefined, and not the form's default. */
interface IfGiven {
	optional: true;
}

interface Allowed {
	allowed?: readonly string[];
}

/** Nothing can be sent that holds one. */
const HALF_CHARACTER = /\p{Cs}/u;

const EMAIL = {
	pattern: /^[^\s@]+@[^\s@]+$/,
	expected: 'the email address of an account, such as name@example.com',
};
const URL_EXPECTED = 'an address that starts with http:// or https://';

/**
 * Reads and checks the fields of one item. Values may come from expressions, so that nothing the form promises is relied on.
 * A field that is missing or empty has the default that the form gives it.
 */
export class FieldReader {
	/** What the form holds, as yet unchecked. */
	readonly fields: FormFields;

	private readonly errors: FieldErrors;

	/** @param properties the fields of the operation, whose labels, values, defaults and limits are used */
	constructor(
		context: IExecuteFunctions,
		properties: readonly INodeProperties[],
		readonly item: number,
	) {
		this.fields = new FormFields(context, properties, item);
		this.errors = new FieldErrors(context, this.fields, item);
	}

	/**
	 * Reads a text.
	 * @throws {NodeOperationError} where it is not as the rules say, or no text
	 */
	text(name: string, rules: TextRules & { required: true }): string;
	text(name: string, rules?: TextRules): string | undefined;
	text(name: string, rules: TextRules = {}): string | undefined {
		const { fields, errors } = this;
		const { required, max = Infinity, pattern, expected, secret, mustBeFound } = rules;
		const isExpression = mustBeFound === true && fields.expression(name) !== undefined;
		const value = isExpression ? fields.value(name) : fields.valueOrDefault(name);
		if (typeof value === 'object') {
			throw errors.invalid(name, secret ? HIDDEN : value, expected ?? 'text');
		}
		const text = toText(value);
		if (text.trim() === '') {
			if (!required) return undefined;
			throw errors.invalid(name, undefined, expected ?? fields.example(name));
		}
		if (text.length > max) throw errors.tooLong(name, text, max);
		if (HALF_CHARACTER.test(text)) throw errors.cutWithinCharacter(name);
		if (pattern && !pattern.test(text)) {
			throw errors.invalid(name, secret ? HIDDEN : text, expected ?? 'of another form');
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
		throw this.errors.invalid(name, text, expected);
	}

	/** Reads the e-mail address of an account. */
	email(name: string, rules: { required: true }): string;
	email(name: string, rules?: { required?: boolean }): string | undefined;
	email(name: string, rules: { required?: boolean } = {}): string | undefined {
		return this.text(name, { ...EMAIL, ...rules });
	}

	/** Reads a text of values separated by commas or white space, or a list of them. */
	list(name: string): string[] {
		const value = this.fields.valueOrDefault(name);
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
		const { allowed = this.fields.choices(name) } = rules;
		const given = this.fields.value(name);
		if (typeof given === 'object') throw this.errors.invalid(name, given, oneOf(allowed));
		const text = toText(given);
		if (text.trim() === '') return rules.optional ? undefined : this.preset(name, allowed);
		if (allowed.includes(text)) return text;
		throw this.errors.invalid(name, text, oneOf(allowed));
	}

	/**
	 * Reads a whole number within the limits that the form gives it.
	 * @throws {NodeOperationError} where it is something else, or missing although it is not optional
	 */
	integer(name: string, rules: IfGiven): number | undefined;
	integer(name: string): number;
	integer(name: string, rules?: IfGiven): number | undefined {
		return this.numeric(name, 'a whole number', Number.isSafeInteger, rules);
	}

	/**
	 * Reads a number within the limits that the form gives it.
	 * @throws {NodeOperationError} where it is something else, or missing although it is not optional
	 */
	number(name: string, rules: IfGiven): number | undefined;
	number(name: string): number;
	number(name: string, rules?: IfGiven): number | undefined {
		return this.numeric(name, 'a number', Number.isFinite, rules);
	}

	/**
	 * Reads whether something is on; a text that says `true` or `false` will do.
	 * @throws {NodeOperationError} where it is neither
	 */
	boolean(name: string): boolean {
		const value = this.fields.valueOrDefault(name);
		if (value === undefined || value === 'false' || value === false) return false;
		if (value === true || value === 'true') return true;
		throw this.errors.invalid(name, value, 'true or false');
	}

	/** Throws the error of a combination that the form could not have shown. */
	reject(name: string, given: unknown, expected: string): never {
		throw this.errors.invalid(name, given, expected);
	}

	/**
	 * Throws the error of several fields of which at least one has to be filled in.
	 *
	 * @param advice what is needed, and where it can be had
	 */
	rejectAll(names: readonly string[], texts: { message: string; advice: string }): never {
		throw this.errors.allMissing(names, texts);
	}

	private numeric(
		name: string,
		kind: string,
		isNumber: (value: number) => boolean,
		rules?: IfGiven,
	): number | undefined {
		const { fields, errors } = this;
		const value = rules?.optional ? fields.value(name) : fields.valueOrDefault(name);
		const limits = fields.limits(name);
		const expected = describeLimits(limits, kind);
		if (typeof value === 'object') throw errors.invalid(name, value, expected);
		const text = toText(value);
		if (text.trim() === '') {
			if (rules?.optional) return undefined;
			throw errors.invalid(name, undefined, expected);
		}
		const number = Number(text);
		const { min = -Infinity, max = Infinity } = limits;
		if (isNumber(number) && number >= min && number <= max) return number;
		throw errors.invalid(name, text, expected);
	}

	/** The default of a choice; where fields of one name have several, the one that is allowed. */
	private preset(name: string, allowed: readonly string[]): string {
		const presets = this.fields.defaults(name).map(toText);
		const preset = presets.find((each) => allowed.includes(each));
		return preset ?? this.reject(name, undefined, oneOf(allowed));
	}
}

const toText = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
		? String(value)
		: '';

function describeLimits({ min, max }: Limits, kind: string): string {
	if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
	if (min !== undefined) return `${kind} of ${min} or more`;
	if (max !== undefined) return `${kind} of ${max} or less`;
	return kind;
}
