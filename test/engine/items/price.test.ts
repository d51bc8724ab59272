import { LtxStudio } from '../../../nodes/LtxStudio/LtxStudio.node';
import { startCallbackLab, type CallbackLab } from '../callbackLab';
import { jsonOf } from '../fixtures';
import { byUri, startLtxLab, TEXT_TO_VIDEO } from '../ltx/ltxLab';

jest.setTimeout(60_000);

const MODES = ['none', 'poll', 'webhook'];

describe('what a job was made for, and what it costs, in its output', () => {
	let lab: CallbackLab;

	beforeEach(async () => {
		lab = await startCallbackLab({ node: new LtxStudio() });
	});

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const outputOf = async (...request: Parameters<CallbackLab['generate']>) => {
		const run = await lab.generate(...request);
		const end = run.status === 'waiting' ? await lab.engine.whenOver(run) : run;
		return jsonOf(end.items());
	};

	it.each(MODES)(
		'with waitMode %s: prompt first, address last, price, no empty reference',
		async (waitMode) => {
			const json = await outputOf(2, { waitMode });
			expect(json).toMatchObject([
				{ prompt: 'Picture 0', priceUsd: 0.015, credits: 12 },
				{ prompt: 'Picture 1', priceUsd: 0.015, credits: 12 },
			]);
			for (const item of json) {
				const names = Object.keys(item);
				expect([names[0], names.at(-1)]).toEqual(['prompt', 'assetUrl']);
				expect(names).not.toContain('replyRef');
				expect(names).not.toContain('number');
			}
		},
	);

	it.each(MODES)(
		'with waitMode %s: the fields of the item, if they are to be kept',
		async (waitMode) => {
			const items = [{ json: { number: 7, status: 'to do', error: 'of before' } }];
			const options = { keepInputFields: true, replyRef: 'mine' };
			const [json] = await outputOf(1, { waitMode, options }, { items });
			expect(json).toMatchObject({ prompt: 'Picture 7', number: 7, replyRef: 'mine' });
			expect(json).not.toHaveProperty('error');
			expect(json?.status).toBe(waitMode === 'none' ? 'active' : 'completed');
			expect(Object.keys(json ?? {})[0]).toBe('prompt');
		},
	);

	it('tells no price where the list has none, and the price of a raw answer, too', async () => {
		const [unlisted] = await outputOf(1, { model: 'nano-banana' });
		expect(Object.keys(unlisted ?? {})).not.toContain('priceUsd');
		const [raw] = await outputOf(1, { options: { simplify: false } });
		expect(raw).toMatchObject({ priceUsd: 0.015, credits: 12, status: { type: 'completed' } });
	});

	it('leaves version 1 of the node as it was', async () => {
		const settings = { typeVersion: 1 };
		const [json] = await outputOf(1, { options: { keepInputFields: true } }, settings);
		expect(Object.keys(json ?? {})).toEqual([
			'assetUrl',
			'jobId',
			'type',
			'status',
			'progress',
			'fileId',
			'mimeType',
			'expiresAt',
			'email',
			'replyRef',
			'generationId',
		]);
	});
});

it('the LTX node tells the same, in dollars', async () => {
	const lab = await startLtxLab();
	const options = { keepInputFields: true };
	const run = await lab.run({ ...TEXT_TO_VIDEO, options }, [{ json: { row: 3 } }]);
	await lab.close();
	const [json = {}] = jsonOf(run.items());
	expect(json).toMatchObject({ prompt: 'A lake', row: 3, priceUsd: 0.18 });
	expect([Object.keys(json)[0], Object.keys(json).at(-1)]).toEqual(['prompt', 'assetUrl']);
	expect(run.hints()[0]?.message).toContain(
		"Cost: about $0.18 by Lightricks' price list of September 2026.",
	);
});

it('the LTX node says why it does not know what a video costs whose length it does not know', async () => {
	const lab = await startLtxLab();
	const reframe = {
		resource: 'video',
		operation: 'reframe',
		video_uri: byUri('https://example.com/clip.mp4'),
	};
	const refused = await lab.run({ ...reframe, options: { spendingLimit: 5 } });
	const run = await lab.run(reframe);
	await lab.close();
	expect(refused.error?.message).toBe(
		'The Spending Limit of $5.00 cannot be kept: what some items cost is not known',
	);
	expect(refused.error?.description).toBe(
		'1 of 1 item cannot be priced: it depends on how long the video or sound is. Take From Text or From Image with a duration in seconds, or Extend with a context, whose prices are known, or remove the option. Nothing was submitted.',
	);
	expect(run.hints()[0]?.message).toContain(
		'Cost: not known, as it depends on how long the video or sound is.',
	);
});
