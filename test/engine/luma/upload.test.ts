import { createHash } from 'node:crypto';

import {
	CONTENT,
	EMAIL,
	fileItem,
	pictureItem,
	startLumaLab,
	TAKEN,
	type LumaLab,
	type Uploaded,
} from './lumaLab';

const THIRTY_DAYS_MS = 30 * 24 * 60 * 60 * 1000;
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

describe.each(['default', 'filesystem'] as const)('Luma upload, binary mode %s', (binaryMode) => {
	let lab: LumaLab;

	beforeAll(async () => {
		lab = await startLumaLab({ binaryMode });
	});

	beforeEach(() => {
		lab.emulator.requests.length = 0;
		lab.emulator.uploads.length = 0;
	});

	afterEach(() => {
		expect(lab.violations).toEqual([]);
	});

	afterAll(async () => {
		await lab.close();
	});

	it.each(TAKEN)('uploads %s whole and as what it is', async (type) => {
		const run = await lab.upload([pictureItem(type)]);

		expect(run.error).toBeUndefined();
		const [request] = lab.requests();
		expect(request).toMatchObject({
			path: `/v1/luma/assets/${encodeURIComponent(EMAIL)}`,
			headers: { 'content-type': type, 'content-length': String(CONTENT[type].length) },
			status: 200,
		});
		const sha256 = createHash('sha256').update(CONTENT[type]).digest('hex');
		expect(lab.emulator.uploads).toMatchObject([{ bytes: CONTENT[type].length, sha256 }]);
	});

	it('puts out the reference, the address and the day it expires', async () => {
		const run = await lab.upload([pictureItem('image/png')]);

		const [json] = run.items().map((item) => item.json as Uploaded);
		const uploadId = json?.uploadId ?? '';
		expect(uploadId).toMatch(UUID);
		expect(json).toEqual({
			assetRef: `u1234-email:${EMAIL}-image:${uploadId}`,
			url: expect.stringContaining(uploadId) as string,
			email: EMAIL,
			uploadId,
			expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
		});
		const keptMs = Date.parse(json?.expiresAt ?? '') - lab.clock.now();
		expect(keptMs).toBe(THIRTY_DAYS_MS);
	});

	it('puts out the answer as it is when it is not to be simplified', async () => {
		const run = await lab.upload([pictureItem('image/webp')], { simplify: false });

		const [item] = run.items();
		const { upload } = item?.json as { upload: { id: string } };
		expect(item?.json).toEqual({
			assetRef: `u1234-email:${EMAIL}-image:${upload.id}`,
			email: EMAIL,
			upload: { id: upload.id, media: { url: expect.stringContaining(upload.id) as string } },
		});
	});

	it('goes by the content and not by the name', async () => {
		const item = fileItem(CONTENT['image/jpeg'], { mimeType: 'image/bmp', fileName: 'a.bmp' });
		const run = await lab.upload([item]);

		expect(run.error).toBeUndefined();
		expect(lab.requests()[0]?.headers['content-type']).toBe('image/jpeg');
	});

	it('pairs each output with its item, in order', async () => {
		const types = [...TAKEN, ...TAKEN, ...TAKEN, ...TAKEN];
		const run = await lab.upload(types.map(pictureItem), { options: { concurrency: 3 } });

		const items = run.items();
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(types.map((_, item) => ({ item })));
		const served = await Promise.all(
			items.map(async ({ json }) => await fetch((json as Uploaded).url)),
		);
		expect(served.map(({ headers }) => headers.get('content-type'))).toEqual(types);
		await Promise.all(served.map(async ({ body }) => await body?.cancel()));
	});

	it('takes 20 MB', async () => {
		const most = Buffer.alloc(20 * 1024 * 1024);
		CONTENT['image/png'].copy(most);
		const run = await lab.upload([fileItem(most)]);

		expect(run.error).toBeUndefined();
		expect(lab.emulator.uploads).toMatchObject([{ bytes: most.length }]);
	});

	it('sends nothing of a file that is larger', async () => {
		const tooMuch = Buffer.alloc(20 * 1024 * 1024 + 1);
		CONTENT['image/png'].copy(tooMuch);
		const run = await lab.upload([fileItem(tooMuch)]);

		expect(run.error?.message).toBe(
			"The file cannot be used: it has 20971521 bytes, more than Luma's limit of 20 MB allows",
		);
		expect(lab.requests()).toEqual([]);
	});

	it.each([
		['a GIF named .png', CONTENT['image/gif'], 'image/gif'],
		['a text named .png', Buffer.from('Once upon a time'), 'of no known type'],
		['a PDF named .png', Buffer.from('%PDF-1.7 and more'), 'application/pdf'],
	])('sends nothing of %s', async (_name, content, found) => {
		const run = await lab.upload([fileItem(content)]);

		expect(run.error?.message).toBe(
			`The file cannot be used: its content is ${found}, and must be one of ${TAKEN.join(', ')}`,
		);
		expect(run.error).toMatchObject({
			description: 'Item 1 of 1: "Input Data Field Name" is "data". Nothing was sent.',
		});
		expect(lab.requests()).toEqual([]);
	});
});
