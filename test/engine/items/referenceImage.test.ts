import { fileItem } from '../luma/lumaLab';
import { requestsOf } from '../fixtures';
import { startLab, type Lab } from '../setup';

const PNG = Buffer.from('\x89PNG\r\n\x1a\n and a picture', 'latin1');
const TEXT = Buffer.from('Once upon a time');

describe('an upload as reference image', () => {
	let lab: Lab;

	const upload = async (data: Buffer, type: string) =>
		await lab.engine.runNode({
			parameters: { resource: 'asset', operation: 'upload', type },
			items: [fileItem(data, { mimeType: 'image/jpeg', fileName: 'photo.jpg' })],
		});

	const contentTypes = () => requestsOf(lab, 'POST').map(({ headers }) => headers['content-type']);

	beforeAll(async () => {
		lab = await startLab();
	});

	beforeEach(() => {
		lab.emulator.requests.length = 0;
	});

	afterAll(async () => {
		await lab.close();
	});

	it('is sent as what its content is', async () => {
		const run = await upload(PNG, 'reference-image');

		expect(run.error).toBeUndefined();
		expect(run.items()[0]?.json).toMatchObject({ mimeType: 'image/png' });
		expect(contentTypes()).toEqual(['image/png']);
		expect(lab.violations).toEqual([]);
	});

	it('is not sent when it is no picture, whatever it is called', async () => {
		const run = await upload(TEXT, 'reference-image');

		expect(run.error).toMatchObject({
			message: expect.stringContaining('must be one of image/png, image/jpeg') as string,
			description: 'Item 1 of 1: "Input Data Field Name" is "data". Nothing was sent.',
		});
		expect(contentTypes()).toEqual([]);
	});

	it('for LTX videos other media are sent too, as what they are called', async () => {
		const run = await upload(TEXT, 'image');

		expect(run.error).toBeUndefined();
		expect(contentTypes()).toEqual(['image/jpeg']);
	});
});
