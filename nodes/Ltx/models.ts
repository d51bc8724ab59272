import { dollars } from '../shared/jobs/price';

/** When the vendor's pages on models and prices were read. */
export const AS_OF = 'September 2026';

/**
 * What Lightricks' models can do and cost, as data. The forms show, and the checks allow, what stands here: a new model
 * is a new entry. As the vendor's pages on models and prices had it in September 2026.
 * @see https://docs.ltx.io/models and https://docs.ltx.io/pricing
 */

export const TIERS = ['720p', '1080p', '1440p', '4K'] as const;

/** The size of a picture, whichever way round it is. */
export type Tier = (typeof TIERS)[number];

/** US dollars for a second. */
export type PricePerSecond = Readonly<Record<Tier, number>>;

/** Sizes, frame rates and durations that all go together. */
export interface MatrixRow {
	tiers: readonly Tier[];
	frameRates: readonly number[];
	/** In seconds. */
	durations: readonly number[];
}

export interface Model {
	name: string;
	description: string;
	/** What goes together in videos from a text or an image: each size and frame rate once. */
	matrix: readonly MatrixRow[];
	/** Whether it can choose the duration by itself. */
	choosesDuration: boolean;
	/** For a second of a video that is made from a text or an image. */
	videoPrice: PricePerSecond;
	/** For a second of the audio that a video is made from; undefined where it makes none from audio. */
	audioPrice?: PricePerSecond;
}

/** `WIDTHxHEIGHT` as the API has it. */
export const RESOLUTIONS: Readonly<Record<string, Tier>> = {
	'1280x720': '720p',
	'1920x1080': '1080p',
	'2560x1440': '1440p',
	'3840x2160': '4K',
	'720x1280': '720p',
	'1080x1920': '1080p',
	'1440x2560': '1440p',
	'2160x3840': '4K',
};

export const FRAME_RATES = [24, 25, 48, 50] as const;

const LONG = [6, 8, 10, 12, 14, 16, 18, 20];
const SHORT = [6, 8, 10];

const FAST: readonly MatrixRow[] = [
	{ tiers: ['720p', '1080p'], frameRates: [24, 25], durations: LONG },
	{ tiers: ['720p', '1080p'], frameRates: [48, 50], durations: SHORT },
	{ tiers: ['1440p', '4K'], frameRates: FRAME_RATES, durations: SHORT },
];

const PRO: readonly MatrixRow[] = [{ tiers: TIERS, frameRates: FRAME_RATES, durations: SHORT }];

const FAST_2_5_PRICE = { '720p': 0.09, '1080p': 0.13, '1440p': 0.19, '4K': 0.3 };
const PRO_2_5_PRICE = { '720p': 0.12, '1080p': 0.17, '1440p': 0.25, '4K': 0.39 };

export const MODELS: Readonly<Record<string, Model>> = {
	'ltx-2-5-fast': {
		name: 'LTX-2.5 Fast',
		description: 'Soon done.',
		matrix: FAST,
		choosesDuration: true,
		videoPrice: FAST_2_5_PRICE,
		audioPrice: FAST_2_5_PRICE,
	},
	'ltx-2-5-pro': {
		name: 'LTX-2.5 Pro',
		description: 'The finest.',
		matrix: PRO,
		choosesDuration: true,
		videoPrice: PRO_2_5_PRICE,
		audioPrice: PRO_2_5_PRICE,
	},
	'ltx-2-3-fast': {
		name: 'LTX-2.3 Fast',
		description: 'The cheapest.',
		matrix: FAST,
		choosesDuration: false,
		videoPrice: { '720p': 0.03, '1080p': 0.06, '1440p': 0.12, '4K': 0.24 },
	},
	'ltx-2-3-pro': {
		name: 'LTX-2.3 Pro',
		description: 'Finer than LTX-2.3 Fast.',
		matrix: PRO,
		choosesDuration: false,
		videoPrice: { '720p': 0.04, '1080p': 0.08, '1440p': 0.16, '4K': 0.32 },
		audioPrice: { '720p': 0.06, '1080p': 0.1, '1440p': 0.18, '4K': 0.34 },
	},
};

/** The only one that changes videos that are there. */
export const EDIT_MODEL = 'ltx-2-3-pro';

/** For a second of the video that is given, or, extending, of what is made and of what it is made from. */
export const EDIT_PRICE = 0.1;

/** For a second of the video that is given, by its size up to 1080p, 1440p and 4K. */
export const HDR_PRICES = [0.2, 0.4, 0.8] as const;

/** The sizes that a video can be reframed to, and what a second of it costs. */
export const REFRAME_PRICES: Readonly<Record<string, number>> = {
	'1920x1080': 0.2,
	'1080x1920': 0.2,
	'1080x1080': 0.2,
	'1350x1080': 0.2,
	'1080x1350': 0.2,
	'1280x720': 0.1,
	'720x1280': 0.1,
	'720x720': 0.1,
	'900x720': 0.1,
	'720x900': 0.1,
};

/** @returns the durations in seconds that go with a resolution and a frame rate; empty where the two do not go together */
export function durationsOf(
	{ matrix }: Model,
	resolution: string,
	frameRate: number,
): readonly number[] {
	const tier = RESOLUTIONS[resolution];
	const row = matrix.find(
		({ tiers, frameRates }) =>
			tier !== undefined && tiers.includes(tier) && frameRates.includes(frameRate),
	);
	return row?.durations ?? [];
}

/**
 * @param seconds undefined where they are known only afterwards
 * @returns US dollars
 */
export function videoPrice(
	{ videoPrice: prices }: Model,
	resolution: string,
	seconds: number | undefined,
): number | undefined {
	const tier = RESOLUTIONS[resolution];
	return tier === undefined || seconds === undefined ? undefined : dollars(prices[tier] * seconds);
}
