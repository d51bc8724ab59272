import { combinations, isAllowed } from '../../unit/ltx/combinations';
import { byUri, fromItem, itemWithFiles, startLtxLab, type LtxLab } from './ltxLab';

/** One in eleven: any two values meet in them. What the node refuses is shown of all by `unit/ltx/combinations.test.ts`. */
const played = combinations.filter((_, index) => index % 11 === 0);

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
			played.map((json) => ({ json: { ...json } })),
			{ onError: 'continueErrorOutput' },
		);

		const [submitted = [], refused = []] = run.output();
		const allowed = played.filter(isAllowed);
		expect(submitted).toHaveLength(allowed.length);
		expect(refused).toHaveLength(played.length - allowed.length);
		expect(lab.submitted()).toHaveLength(allowed.length);
		expect(lab.requestsOf('POST').filter(({ status }) => status !== 202)).toEqual([]);
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
