import { NodeHelpers } from 'n8n-workflow';

import { Ltx } from '../../../nodes/Ltx/Ltx.node';
import { offeredValues } from '../../contract/form';
import { ltxRules } from '../../emulator/ltx/endpoints';
import { byUri, fromItem, itemWithFiles, startLtxLab, type LtxLab } from './ltxLab';

const MODELS = ['ltx-2-5-fast', 'ltx-2-5-pro', 'ltx-2-3-fast', 'ltx-2-3-pro', 'ltx-2-fast'];
const RESOLUTIONS = [
	...['1280x720', '1920x1080', '2560x1440', '3840x2160', '720x1280', '1080x1920'],
	...['1440x2560', '2160x3840', '640x480'],
];
const FRAME_RATES = [24, 25, 30, 48, 50];
const DURATIONS = [5, 6, 7, 8, 10, 12, 20, 22, 'auto'];
const LAST_FRAMES = ['', 'https://example.com/last.jpg'];

interface Combination {
	model: string;
	resolution: string;
	fps: number;
	duration: number | string;
	lastFrame: string;
}

const combinations = MODELS.flatMap((model) =>
	RESOLUTIONS.flatMap((resolution) =>
		FRAME_RATES.flatMap((fps) =>
			DURATIONS.flatMap((duration) =>
				LAST_FRAMES.map((lastFrame): Combination => ({
					...{ model, resolution, fps, duration, lastFrame },
				})),
			),
		),
	),
);

/** Whether the API takes it, by the vendor's pages as the emulator has them. */
const isAllowed = ({ model, resolution, fps, duration, lastFrame }: Combination) =>
	model !== 'ltx-2-fast' &&
	resolution !== '640x480' &&
	ltxRules['image-to-video'].problem?.(
		{
			...{ model, resolution, fps, duration: duration === 'auto' ? null : duration },
			...(lastFrame === '' ? {} : { last_frame_uri: lastFrame }),
		},
		0,
	) === undefined;

describe('combinations that the matrix forbids', () => {
	let lab: LtxLab;

	beforeAll(async () => {
		lab = await startLtxLab({ credits: Infinity, queueLimit: Infinity, concurrency: Infinity });
	});

	afterAll(async () => {
		await lab.close();
	});

	it('reach no request, all others do', async () => {
		const run = await lab.run(
			{
				resource: 'video',
				operation: 'imageToVideo',
				prompt: 'A lake',
				image_uri: byUri('https://example.com/first.jpg'),
				last_frame_uri: byUri('={{ $json.lastFrame }}'),
				model: '={{ $json.model }}',
				resolution: '={{ $json.resolution }}',
				fps: '={{ $json.fps }}',
				duration: '={{ $json.duration }}',
				waitMode: 'none',
				options: { concurrency: 50 },
			},
			combinations.map((json) => ({ json: { ...json } })),
			{ onError: 'continueErrorOutput' },
		);

		const [submitted = [], refused = []] = run.output();
		const allowed = combinations.filter(isAllowed);
		process.stdout.write(
			`LTX: ${combinations.length} combinations, ${combinations.length - allowed.length} forbidden; ` +
				`forbidden ones that reached a request: ${lab.submitted().length - allowed.length}\n`,
		);
		expect(submitted).toHaveLength(allowed.length);
		expect(refused).toHaveLength(combinations.length - allowed.length);
		expect(lab.submitted()).toHaveLength(allowed.length);
		expect(lab.requestsOf('POST').filter(({ status }) => status !== 202)).toEqual([]);
	}, 120_000);

	it('are not offered by the form', () => {
		const { description } = new Ltx();
		const durations = description.properties.filter(({ name }) => name === 'duration');
		const possible = [...Array.from({ length: 25 }, (_, seconds) => seconds), 'auto'];
		const seen = new Set<string>();
		for (const { model, resolution, fps } of combinations) {
			const cell = { model, resolution, fps, lastFrame: '' };
			const form = { resource: 'video', operation: 'imageToVideo', ...cell };
			const shown = durations.filter((field) =>
				NodeHelpers.displayParameter(form, field, { typeVersion: 1 }, description),
			);
			const allowed = possible.filter((duration) => isAllowed({ ...cell, duration }));
			expect(shown.map(offeredValues)).toEqual(allowed.length > 0 ? [allowed] : []);
			if (shown.length > 0) seen.add(JSON.stringify(cell));
		}
		expect(seen.size).toBe(4 * 8 * 4);
	});

	it('of sound, picture and prompt reach no request', async () => {
		lab.forget();
		const run = await lab.run(
			{
				resource: 'video',
				operation: 'audioToVideo',
				audio_uri: fromItem('speech'),
				image_uri: byUri('={{ $json.image }}'),
				last_frame_uri: byUri('={{ $json.last }}'),
				prompt: '={{ $json.prompt }}',
				model: '={{ $json.model }}',
			},
			[
				itemWithFiles({ image: '', last: '', prompt: '', model: 'ltx-2-3-pro' }),
				itemWithFiles({
					...{ image: '', last: 'https://example.com/b.jpg' },
					...{ prompt: 'x', model: 'ltx-2-3-pro' },
				}),
				itemWithFiles({ image: '', last: '', prompt: 'x', model: 'ltx-2-3-fast' }),
			],
			{ onError: 'continueErrorOutput' },
		);
		expect(run.errorItems().map(({ json }) => json.error)).toEqual([
			'"Prompt" is missing',
			'"Image" is missing',
			'"Model" is not valid',
		]);
		expect(lab.requestsOf('POST')).toEqual([]);
	});
});
