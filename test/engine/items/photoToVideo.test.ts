import { startLab, type Lab } from '../setup';

const PHOTO = {
	data: Buffer.from('\x89PNG\r\n\x1a\nphoto', 'latin1'),
	fileName: 'photo.png',
	mimeType: 'image/png',
};

describe('photo to video', () => {
	let lab: Lab;

	beforeAll(async () => {
		lab = await startLab();
	});

	afterAll(async () => {
		await lab.close();
	});

	it('uploads, creates, waits and downloads without any mapping', async () => {
		const { engine, emulator } = lab;
		const upload = await engine.runNode({
			parameters: { resource: 'asset', operation: 'upload' },
			items: [{ binary: { data: PHOTO } }],
		});
		const [asset] = upload.output('Success')[0] ?? [];

		const run = await engine.runNode({
			parameters: {
				resource: 'video',
				operation: 'createLtx',
				prompt: 'A quiet lake at dawn',
				download: true,
			},
			items: [{ json: asset?.json ?? {} }],
		});

		const [video] = run.output('Success')[0] ?? [];
		expect(run.error).toBeUndefined();
		expect(video?.json).toMatchObject({ type: 'video', status: 'completed', replyRef: null });
		expect(video?.binary?.data).toMatchObject({
			mimeType: 'video/mp4',
			fileName: expect.stringMatching(/^a-quiet-lake-at-dawn-[0-9a-f]{8}\.mp4$/) as string,
		});
		expect((await engine.binary(video ?? { json: {} })).subarray(4, 8).toString()).toBe('ftyp');
		expect(emulator.ledger.entries).toHaveLength(1);
		expect(lab.violations).toEqual([]);
	});
});
