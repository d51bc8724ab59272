import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import { HIDDEN } from '../api/text';
import type { FormFields } from './formFields';
import { itemLabel } from './items';

const SHOWN_CHARACTERS = 80;
const SHOWN_FIELDS = 12;

/**
 * Words what is wrong with the fields of one item: the item, the field as the form shows it, the value given, where it came
 * from, and what would be right.
 */
export class FieldErrors {
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly fields: FormFields,
		private readonly item: number,
	) {}

	/**
	 * @param given undefined where there is nothing, or `HIDDEN`
	 * @param expected what it must be
	 */
	invalid(name: string, given: unknown, expected: string): NodeOperationError {
		const label = this.fields.label(name);
		const expression = given === HIDDEN ? undefined : this.expression(name);
		if (given === undefined) {
			const found = expression === undefined ? '.' : `: ${expression} found nothing. ${this.has()}`;
			return this.of(
				`"${label}" is missing`,
				`"${label}" is empty${found} It must be ${expected}.`,
			);
		}
		const from = expression === undefined ? '' : `, from ${expression}`;
		return this.of(
			`"${label}" is not valid`,
			`"${label}" is ${excerpt(given)}${from}. It must be ${expected}.`,
		);
	}

	/** @param max the greatest length in characters */
	tooLong(name: string, text: string, max: number): NodeOperationError {
		const label = this.fields.label(name);
		return this.of(
			`"${label}" is too long`,
			`"${label}" has ${text.length} characters: ${excerpt(text)}. It can have up to ${max}.`,
		);
	}

	cutWithinCharacter(name: string): NodeOperationError {
		const label = this.fields.label(name);
		return this.of(
			`"${label}" is not valid`,
			`"${label}" has half of a character: a text was cut within an emoji, perhaps. Cut it elsewhere.`,
		);
	}

	/**
	 * Of several fields of which at least one has to be filled in.
	 *
	 * @param advice what is needed, and where it can be had
	 */
	allMissing(
		names: readonly string[],
		{ message, advice }: { message: string; advice: string },
	): NodeOperationError {
		const found = names.map((name) => {
			const expression = this.expression(name);
			return `"${this.fields.label(name)}" is empty${expression === undefined ? '' : `: ${expression} found nothing`}.`;
		});
		const has = names.some((name) => this.expression(name) !== undefined) ? [this.has()] : [];
		return this.of(message, [...found, ...has, advice].join(' '));
	}

	private expression(name: string): string | undefined {
		const expression = this.fields.expression(name);
		return expression === undefined ? undefined : shorten(expression);
	}

	/** What an expression could have found. */
	private has(): string {
		const fields = Object.entries(this.fields.incoming());
		if (fields.length === 0) return 'The incoming item has no fields.';
		const shown = fields
			.slice(0, SHOWN_FIELDS)
			.map(([name, value]) => (hasNothing(value) ? `${name} (empty)` : name));
		const others = fields.length > SHOWN_FIELDS ? ', …' : '';
		return `The incoming item has ${shown.join(', ')}${others}.`;
	}

	private of(message: string, description: string): NodeOperationError {
		const label = itemLabel(this.item, this.context.getInputData().length);
		const rest = this.context.continueOnFail() ? 'Nothing was sent for it.' : 'Nothing was sent.';
		return new NodeOperationError(this.context.getNode(), message, {
			description: `${label}: ${description} ${rest}`,
			itemIndex: this.item,
		});
	}
}

/** Of a field of an item, which may hold anything. */
const hasNothing = (value: IDataObject[string]): boolean =>
	value === null || value === undefined || (typeof value === 'string' && value.trim() === '');

const shorten = (text: string): string =>
	text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;

const excerpt = (value: unknown): string =>
	`"${shorten(typeof value === 'string' ? value : JSON.stringify(value))}"`;
