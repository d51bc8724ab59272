/** What something costs by the vendor's price list. */
export interface Price {
	/** In US dollars. */
	usd: number;
	/** In the unit that the vendor sells; undefined where the list is in dollars alone. */
	credits?: number | undefined;
}

/** How prices are spoken of. */
export interface PriceTexts {
	/** Whose prices are known, as of when, and of which plan. */
	priceList: string;
	/** Why what a job costs may not be known beforehand, as a sentence without its full stop, and how it can be. */
	unpriced: { reason: string; advice: string };
}

/** What several things cost together. */
export interface Total {
	usd: number;
	/** Undefined where one of them has none. */
	credits: number | undefined;
	/** How many of them have a price. */
	priced: number;
	/** How many of them have none. */
	unpriced: number;
}

/** @param usd US dollars, to a tenth of a cent where there is one */
export const formatPrice = (usd: number) => `$${usd.toFixed(3).replace(/(\.\d\d)0$/, '$1')}`;

export const formatCredits = (credits: number) => `${credits.toLocaleString('en-US')} credits`;

/** Without the traces that binary fractions leave. */
export const dollars = (amount: number): number => Math.round(amount * 1e6) / 1e6;

/** Adds up prices. */
export function totalOf(prices: ReadonlyArray<Price | undefined>): Total {
	const known = prices.flatMap((price) => price ?? []);
	const credits = known.flatMap((price) => price.credits ?? []);
	return {
		usd: dollars(known.reduce((sum, { usd }) => sum + usd, 0)),
		credits:
			credits.length < known.length ? undefined : credits.reduce((sum, next) => sum + next, 0),
		priced: known.length,
		unpriced: prices.length - known.length,
	};
}

/** What a job tells of its price, as the nodes put it out. */
export const pricedFields = (price: Price | undefined) => ({
	...(price === undefined ? {} : { priceUsd: price.usd }),
	...(price?.credits === undefined ? {} : { credits: price.credits }),
});

/** What is, or was, submitted for an item. */
interface Purchase {
	submission: { price: Price | undefined } | undefined;
	trail: { isResubmitted: boolean };
}

/** What has been paid for, or will be: a job that was sent twice counts twice. */
export const paidFor = (purchases: readonly Purchase[]): Total =>
	totalOf(
		purchases.flatMap(({ submission, trail }) =>
			Array.from({ length: trail.isResubmitted ? 2 : 1 }, () => submission?.price),
		),
	);

/** A sum in dollars and credits, and what the price list leaves out. */
export function describeTotal(
	{ usd, credits, priced, unpriced }: Total,
	{ priceList, unpriced: { reason } }: PriceTexts,
): string {
	if (priced === 0) return `not known, as ${reason}`;
	const sum = [formatPrice(usd), ...(credits === undefined ? [] : [formatCredits(credits)])];
	const rest = unpriced > 0 ? `, and ${unpriced} of unknown price` : '';
	return `about ${sum.join(', ')} by ${priceList}${rest}`;
}
