import { outputOf, type Execution } from '../n8n-host/api';
import { runExample } from './runExample';
import { useSharedN8n, type Stage } from './setup';
import type { SharedN8n } from './shared';

const jsonOf = (execution: Execution, node: string) =>
	outputOf(execution, node).map(({ json }) => json);

describe('the examples that wait for their jobs', () => {
	let stage: Stage<SharedN8n>;

	beforeEach(async () => {
		stage = await useSharedN8n({
			jobDuration: 500,
			accounts: [{ email: 'creator@example.com', credits: 1_000_000 }],
		});
	});

	afterEach(async () => {
		await stage.close();
	});

	const charges = () => stage.emulator.ledger.charges;

	it('Prompts from a sheet: a picture for each row', async () => {
		const { execution } = await runExample(stage, 'prompts-from-a-sheet');

		const rows = jsonOf(execution, 'Rows');
		const results = jsonOf(execution, 'Results');
		expect(results.map(({ row, prompt }) => [row, prompt])).toEqual(
			rows.map(({ row, prompt }) => [row, prompt]),
		);
		const images = outputOf(execution, 'Create Images');
		expect(images.map(({ binary }) => binary?.data?.mimeType)).toEqual(rows.map(() => 'image/png'));
		expect(charges()).toHaveLength(rows.length);
	});

	it('Prompts from a sheet: rows that fail do not hold up the others', async () => {
		stage.emulator.behaviour.failure = ({ prompt }) =>
			prompt?.includes('fox') ? { message: 'too sly' } : undefined;
		const { execution } = await runExample(stage, 'prompts-from-a-sheet');

		expect(jsonOf(execution, 'Results').map(({ row }) => row)).toEqual([2, 3, 5]);
		expect(jsonOf(execution, 'Failed Rows')).toEqual([
			{
				row: 4,
				prompt: 'A fox reading a map in an autumn forest',
				reason: expect.stringContaining('too sly') as string,
				details: expect.stringContaining('Job email:') as string,
			},
		]);
	});

	it('300 prompts: one picture each, in order', async () => {
		const { execution } = await runExample(stage, '300-prompts');

		const images = outputOf(execution, 'Create Images');
		expect(images.map(({ pairedItem }) => pairedItem)).toEqual(
			Array.from({ length: 300 }, (_, item) => ({ item })),
		);
		expect(jsonOf(execution, 'Summary')).toMatchObject([{ images: 300 }]);
		expect(new Set(charges().map(({ jobId }) => jobId)).size).toBe(300);
	});

	it('Restyle and upscale: each look of the photo is enlarged', async () => {
		const { execution } = await runExample(stage, 'restyle-and-upscale');

		const restyled = jsonOf(execution, 'Restyle').map(({ jobId }) => jobId);
		const upscaled = outputOf(execution, 'Upscale');
		expect(restyled).toHaveLength(3);
		expect(upscaled.map(({ binary }) => binary?.data?.mimeType)).toEqual(
			restyled.map(() => 'image/png'),
		);
		expect(charges()).toHaveLength(6);
	});

	it('Storyboard: each scene has its frame and its video', async () => {
		const { execution } = await runExample(stage, 'storyboard');

		const frames = jsonOf(execution, 'Create Frames');
		const videos = outputOf(execution, 'Animate Frames');
		expect(videos.map(({ binary }) => binary?.data?.mimeType)).toEqual(
			frames.map(() => 'video/mp4'),
		);
		expect(jsonOf(execution, 'Storyboard')).toEqual(
			frames.map(({ assetUrl }, index) => ({
				scene: index + 1,
				motion: expect.any(String) as string,
				frameUrl: assetUrl,
				videoUrl: videos[index]?.json.assetUrl,
			})),
		);
	});
});

describe('the example "Account health"', () => {
	const DAY_MS = 24 * 60 * 60 * 1000;
	let stage: Stage<SharedN8n>;

	beforeAll(async () => {
		stage = await useSharedN8n({
			accounts: [
				{ email: 'well@example.com' },
				{ email: 'poor@example.com', credits: 7 },
				{ email: 'dead@example.com', dead: true },
				// Its token renews itself, and its cookie was copied long ago.
				{ email: 'late@example.com', updated: Date.now() - 86.5 * DAY_MS },
				{ email: 'renewed@example.com', tokenExpire: Date.now() + 3.5 * DAY_MS },
			],
		});
	});

	afterAll(async () => {
		await stage.close();
	});

	it('warns of each account that has a problem, and of no other', async () => {
		const { execution } = await runExample(stage, 'account-health');

		const messages = jsonOf(execution, 'Warning').map(({ message }) => message);
		expect(messages).toEqual([
			expect.stringContaining('poor@example.com: it has 7 credits left.'),
			expect.stringContaining('dead@example.com: it does not work: '),
			expect.stringContaining('late@example.com: its session ends in 3 days.'),
		]);
		expect(jsonOf(execution, 'All Well').map(({ email }) => email)).toEqual([
			'well@example.com',
			'renewed@example.com',
		]);
	});
});
