/** Everything that can be generated and so be charged for. */
export type Product =
	| 'flux'
	| 'flux-premium'
	| 'nano-banana'
	| 'upscale'
	| 'ltxv-turbo'
	| 'ltxv'
	| 'veo2'
	| 'veo3-fast'
	| 'veo3';

/** Dollars that one credit costs. */
const CREDIT_PRICE = 0.00125;

/** Credits of one generation, from the dollars that the vendor's cost table gives. */
const fromDollars = (dollars: number) => Math.round(dollars / CREDIT_PRICE);

/** Credits of one generation. */
export const prices: Readonly<Record<Product, number>> = {
	flux: fromDollars(0.015),
	'ltxv-turbo': fromDollars(0.025),
	ltxv: fromDollars(0.081),
	veo2: fromDollars(1.129),
	// The vendor's table has no price for those below: these are assumed, in proportion to the rest.
	'flux-premium': 24,
	'nano-banana': 30,
	upscale: 12,
	'veo3-fast': 1_200,
	veo3: 2_400,
};

/** Milliseconds that one generation takes when nothing else is asked for. */
export const durations: Readonly<Record<Product, number>> = {
	flux: 8_000,
	'flux-premium': 8_000,
	'nano-banana': 8_000,
	upscale: 6_000,
	'ltxv-turbo': 15_000,
	ltxv: 30_000,
	veo2: 60_000,
	'veo3-fast': 40_000,
	veo3: 60_000,
};
