import { NodeOperationError, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

import type { FieldReader } from '../n8n/fieldReader';
import type { DoubtOptions } from './doubts';
import { dollars, formatPrice, totalOf, type Price, type PriceTexts } from './price';

/** What keeps a run from costing more than its user wants. */
export interface Guards extends Pick<DoubtOptions, 'onUncertain'> {
	/** Nothing is submitted: it is told what a run would do and cost. */
	isDryRun: boolean;
	/** What the run may cost, in US dollars. */
	spendingLimit: number | undefined;
}

/** The options that every generation has. */
export const guardOptions: INodeProperties[] = [
	{
		displayName: 'Check Only',
		name: 'dryRun',
		type: 'boolean',
		default: false,
		description:
			'Whether to submit nothing, and to put out for each item whether a run would take it, and its price. If it is on for one item, it is on for all.',
	},
	{
		displayName: 'Spending Limit (USD)',
		name: 'spendingLimit',
		type: 'number',
		default: 5,
		typeOptions: { minValue: 0, numberPrecision: 3 },
		description:
			"What one run of this node may cost by the vendor's price list, with what an earlier try of it has paid for. A run that costs more, or has an item without a price in the list, submits nothing. The lowest of all items holds; without this option there is no limit.",
	},
];

/** Reads what guards the run. A guard whose expression finds nothing does not count as none. */
export function readGuards(form: FieldReader): Guards {
	const guard = { dryRun: 'true or false', spendingLimit: 'a number' };
	for (const [name, expected] of Object.entries(guard)) {
		if (form.fields.isAdded(name) && !form.fields.isSet(name))
			form.reject(name, undefined, expected);
	}
	return {
		isDryRun: form.boolean('dryRun'),
		spendingLimit: form.number('spendingLimit', { optional: true }),
		onUncertain: form.choice('onUncertain') === 'resubmit' ? 'resubmit' : 'fail',
	};
}

/** What holds for a run: what is strictest among its items. */
export function strictest(all: readonly Guards[]): Guards {
	const limits = all.flatMap(({ spendingLimit }) => spendingLimit ?? []);
	return {
		isDryRun: all.some(({ isDryRun }) => isDryRun),
		spendingLimit: limits.length === 0 ? undefined : Math.min(...limits),
		onUncertain: all.every(({ onUncertain }) => onUncertain === 'resubmit') ? 'resubmit' : 'fail',
	};
}

interface Priced {
	model: string | undefined;
	submission: { price: Price | undefined };
}

/** @returns why a run may not begin: it costs more than its limit, or nobody knows what it costs */
export function overLimit(
	context: IExecuteFunctions,
	items: readonly Priced[],
	limit: number | undefined,
	{ priceList, unpriced: { reason, advice } }: PriceTexts,
): NodeOperationError | undefined {
	if (limit === undefined) return undefined;
	const refuse = (message: string, description: string) =>
		new NodeOperationError(context.getNode(), message, {
			description: `${description} Nothing was submitted.`,
		});
	const { usd, unpriced } = totalOf(items.map(({ submission }) => submission.price));
	const count = `${items.length} ${items.length === 1 ? 'item' : 'items'}`;
	if (unpriced > 0) {
		const models = new Set(
			items.flatMap(({ model, submission }) => (submission.price ? [] : (model ?? []))),
		);
		const names = models.size === 0 ? '' : ` (${[...models].join(', ')})`;
		return refuse(
			`The Spending Limit of ${formatPrice(limit)} cannot be kept: what some items cost is not known`,
			`${unpriced} of ${count}${names} cannot be priced: ${reason}. ${advice}, or remove the option.`,
		);
	}
	if (usd <= dollars(limit)) return undefined;
	return refuse(
		`The run would cost ${formatPrice(usd)}, and its Spending Limit is ${formatPrice(limit)}`,
		`${count}: ${sumsOf(items).join(', ')}, by ${priceList}. What an earlier try has paid for counts. Raise the limit, or give the node fewer items.`,
	);
}

/** How a sum comes about: `200 × $0.025 (ltxv-turbo)`. */
function sumsOf(items: readonly Priced[]): string[] {
	const counts = new Map<string, number>();
	for (const {
		model,
		submission: { price },
	} of items) {
		if (!price) continue;
		const name = `${formatPrice(price.usd)}${model === undefined ? '' : ` (${model})`}`;
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	return [...counts].map(([name, count]) => `${count} × ${name}`);
}
