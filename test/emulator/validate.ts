import { badRequest } from './apiError';
import type { EndpointRule, FieldRule, ModelRule } from './endpoints';

export type FieldValue = string | number | boolean | null;

/** The parameters of a call that were there, each of its right type. */
export type Parameters = Readonly<Record<string, FieldValue | undefined>>;

/** Reads the parameters of a JSON body or of form fields, in which every value is text. */
export function readFields(
	body: unknown,
	fields: Readonly<Record<string, FieldRule>>,
	isForm: boolean,
): Parameters {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		throw badRequest('The body must be a JSON object or form fields');
	}
	const parameters: Record<string, FieldValue> = {};
	for (const [name, given] of Object.entries(body)) {
		const rule = fields[name];
		if (!rule) throw badRequest(`Unknown parameter ${name}`);
		const value: unknown = isForm && typeof given === 'string' ? fromText(given, rule) : given;
		parameters[name] = checkValue(name, value, rule);
	}
	for (const [name, rule] of Object.entries(fields)) {
		if (rule.required && isMissing(parameters[name])) throw badRequest(`${name} is required`);
	}
	return parameters;
}

/** Reads a generation's parameters and checks them against what the model can do. */
export function readGeneration(
	body: unknown,
	endpoint: EndpointRule,
	isForm: boolean,
): { parameters: Parameters; model: string; modelRule: ModelRule } {
	const parameters = readFields(body, endpoint.fields, isForm);
	const model = String(parameters.model ?? endpoint.defaultModel);
	const modelRule = endpoint.models[model];
	if (!modelRule) throw badRequest(`Model ${model} is not supported`);

	for (const name of modelRule.unsupported ?? []) {
		if (parameters[name] !== undefined) {
			throw badRequest(`${name} is not supported by model ${model}`);
		}
	}
	for (const [name, values] of Object.entries(modelRule.values ?? {})) {
		const value = parameters[name];
		if (value !== undefined && !values.includes(String(value))) {
			throw badRequest(`${name} of model ${model} must be one of: ${values.join(', ')}`);
		}
	}
	for (const name of modelRule.required ?? []) {
		if (isMissing(parameters[name])) throw badRequest(`${name} is required by model ${model}`);
	}
	const { oneOf } = endpoint;
	if (oneOf?.every((name) => isMissing(parameters[name]))) {
		throw badRequest(`${oneOf.join(' or ')} is required`);
	}
	return { parameters, model, modelRule };
}

/** A positive whole number out of a query string. */
export function readPositive(name: string, value: unknown, fallback: number): number {
	if (value === undefined) return fallback;
	const number = Number(value);
	if (!Number.isInteger(number) || number < 1) {
		throw badRequest(`${name} must be a whole number of at least 1`);
	}
	return number;
}

/** One of some values out of a query string. */
export function readChoice<T extends string>(
	name: string,
	value: unknown,
	values: readonly T[],
): T | undefined {
	if (value === undefined) return undefined;
	const known = values.find((candidate) => candidate === value);
	if (known === undefined) throw badRequest(`${name} must be one of: ${values.join(', ')}`);
	return known;
}

/** Checks where callbacks are to go. */
export function checkReplyUrl(replyUrl: string): void {
	const { protocol } = URL.canParse(replyUrl) ? new URL(replyUrl) : { protocol: '' };
	if (protocol !== 'http:' && protocol !== 'https:') {
		throw badRequest('replyUrl must be an http or https URL');
	}
}

/** A text parameter that was given, or undefined. */
export function text(parameters: Parameters, name: string): string | undefined {
	const value = parameters[name];
	return typeof value === 'string' ? value : undefined;
}

/** A number parameter that was given, or undefined. */
export function number(parameters: Parameters, name: string): number | undefined {
	const value = parameters[name];
	return typeof value === 'number' ? value : undefined;
}

const isMissing = (value: FieldValue | undefined) =>
	value === undefined || (typeof value === 'string' && value.trim() === '');

const booleans: Readonly<Record<string, boolean>> = { true: true, false: false };

/** What a form field's text stands for; the text itself where it stands for nothing. */
function fromText(given: string, { type }: FieldRule): FieldValue {
	if (type === 'boolean') return booleans[given] ?? given;
	return type === 'integer' && given.trim() !== '' ? Number(given) : given;
}

function checkValue(name: string, value: unknown, rule: FieldRule): FieldValue {
	if (value === null && rule.nullable) return null;
	switch (rule.type) {
		case 'string':
			return checkText(name, value, rule);
		case 'choice':
			return checkChoice(name, value, rule);
		case 'boolean':
			if (typeof value !== 'boolean') throw badRequest(`${name} must be true or false`);
			return value;
		case 'integer':
			if (!Number.isInteger(value)) throw badRequest(`${name} must be a whole number`);
			return checkNumber(name, value, rule);
		case 'number':
			return checkNumber(name, value, rule);
	}
}

function checkText(name: string, value: unknown, { maxLength = Infinity }: FieldRule): string {
	if (typeof value !== 'string') throw badRequest(`${name} must be a string`);
	if (value.length > maxLength) {
		throw badRequest(`${name} must not be longer than ${maxLength} characters`);
	}
	return value;
}

function checkChoice(name: string, value: unknown, { values = [] }: FieldRule): string {
	const given = typeof value === 'number' ? String(value) : value;
	if (typeof given !== 'string' || !values.includes(given)) {
		throw badRequest(`${name} must be one of: ${values.join(', ')}`);
	}
	return given;
}

function checkNumber(name: string, value: unknown, rule: FieldRule): number {
	const { min = -Infinity, max = Infinity } = rule;
	if (typeof value !== 'number') throw badRequest(`${name} must be a number`);
	if (value < min || value > max) throw badRequest(`${name} must be from ${min} to ${max}`);
	return value;
}
