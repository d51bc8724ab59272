import { durationsOf, MODELS, RESOLUTIONS, TIERS, videoPrice } from '../../../nodes/Ltx/models';
import { parseJobId, toJobId } from '../../../nodes/Ltx/service/jobId';
import { ltxRules } from '../../emulator/ltx/endpoints';

const FRAME_RATES = [23, 24, 25, 30, 48, 50, 60];
const DURATIONS = [null, ...Array.from({ length: 23 }, (_, seconds) => seconds)];

const rule = ltxRules['text-to-video'];

/** Every model with every size, frame rate and duration, those that do not go together among them. */
const combinations = Object.entries(MODELS).flatMap(([model, entry]) =>
	Object.keys(RESOLUTIONS).flatMap((resolution) =>
		FRAME_RATES.flatMap((fps) =>
			DURATIONS.map((duration) => ({ entry, parameters: { model, resolution, fps, duration } })),
		),
	),
);

describe('the matrix', () => {
	it('allows what the API takes, and nothing else', () => {
		const disagreements = combinations.filter(({ entry, parameters }) => {
			const { resolution, fps, duration } = parameters;
			const durations = durationsOf(entry, resolution, fps);
			const isAllowed =
				duration === null
					? entry.choosesDuration && durations.length > 0
					: durations.includes(duration);
			return isAllowed !== (rule.problem?.(parameters, 0) === undefined);
		});
		expect(disagreements).toEqual([]);
	});

	it.each(Object.keys(MODELS))('of %s has every size at every frame rate exactly once', (name) => {
		const cells = MODELS[name]?.matrix.flatMap(({ tiers, frameRates }) =>
			tiers.flatMap((tier) => frameRates.map((rate) => `${tier} ${rate}`)),
		);
		const all = TIERS.flatMap((tier) => [24, 25, 48, 50].map((rate) => `${tier} ${rate}`));
		expect(cells?.sort()).toEqual(all.sort());
	});
});

describe('the price of a video', () => {
	it('is what the API takes for it', () => {
		const wrong = combinations.filter(({ entry, parameters }) => {
			const { resolution, duration } = parameters;
			const price = videoPrice(entry, resolution, duration ?? undefined);
			return duration === null
				? price !== undefined
				: Math.abs((price ?? 0) - rule.price(parameters, 0)) > 1e-9;
		});
		expect(wrong).toEqual([]);
	});

	it.each([
		['ltx-2-5-fast', '1920x1080', 8, 1.04],
		['ltx-2-5-pro', '3840x2160', 10, 3.9],
		['ltx-2-3-fast', '720x1280', 6, 0.18],
		['ltx-2-3-pro', '2560x1440', 6, 0.96],
	])('of %s at %s for %d seconds is $%d', (model, resolution, seconds, dollars) => {
		const entry = MODELS[model];
		expect(entry && videoPrice(entry, resolution, seconds)).toBe(dollars);
	});

	it('is not known of a size that does not exist', () => {
		const entry = MODELS['ltx-2-5-fast'];
		expect(entry && videoPrice(entry, '640x480', 6)).toBeUndefined();
	});
});

describe('job IDs', () => {
	it.each(['7a34b821-9fd0', 'job=1', 'a+b@c', '(x)', '-1', 'x'.repeat(200)])(
		'name the endpoint that the job is read at, and what the API calls it: %s',
		(id) => {
			const parts = { endpoint: 'extend', id } as const;
			expect(toJobId(parts)).toBe(`extend/${id}`);
			expect(parseJobId(`extend/${id}`)).toEqual(parts);
		},
	);

	it.each([
		'7a34b821-9fd0',
		'extends/7a34b821',
		'extend/',
		'extend/a/b',
		'extend/a?b',
		'extend/..',
		` extend/7a34b821`,
		`extend/${'a'.repeat(201)}`,
		'extend/a b',
		'extend/ä',
	])('%s is none', (jobId) => {
		expect(parseJobId(jobId)).toBeUndefined();
	});
});
