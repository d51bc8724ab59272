import type { ServerResponse } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';

import { startHttpServer } from '../../httpServer';
import { holdTimeLimits } from '../errors/timeLimits';
import { jsonOf } from '../fixtures';
import { BinaryDataService, Container } from '../harness/core';
import { MEBIBYTE, peakGrowth, zeros } from '../memory';
import { byUri, FILES, fromItem, itemWithFiles, startLtxLab, type LtxLab } from './ltxLab';
import { shareLab } from '../setup';

const UPLOAD: INodeParameters = { resource: 'asset', operation: 'upload' };
const PUT = /^\/storage\/ltx\/uploads\//;
const IMAGE_TO_VIDEO: INodeParameters = {
	resource: 'video',
	operation: 'imageToVideo',
	prompt: 'A lake',
	image_uri: fromItem('photo'),
};
const SIZE = 200 * MEBIBYTE;
/** What streaming may take, however large the file is. */
const MOST_GROWTH = 64 * MEBIBYTE;

describe('Asset > Upload', () => {
	let lab: LtxLab;
	shareLab(async () => (lab = await startLtxLab({}, { binaryMode: 'filesystem' })));

	afterEach(() => {
		jest.restoreAllMocks();
	});

	const upload = async (parameters: INodeParameters = {}) =>
		await lab.run({ ...UPLOAD, binaryPropertyName: 'photo', ...parameters }, [itemWithFiles()]);

	it('puts the file where the API says, with exactly the headers that it wants', async () => {
		const run = await upload();

		expect(jsonOf(run.items())).toEqual([
			{
				uri: expect.stringMatching(/^ltx:\/\/uploads\//) as string,
				mimeType: 'image/png',
				expiresAt: expect.stringMatching(/^2026-03-02T09:/) as string,
			},
		]);
		const [put, ...others] = lab.requestsOf('PUT');
		expect(others).toEqual([]);
		expect(put).toMatchObject({
			status: 200,
			bytes: FILES.photo.data.length,
			headers: {
				'content-type': 'image/png',
				'content-length': String(FILES.photo.data.length),
				'x-goog-content-length-range': '0,209715200',
				'x-goog-if-generation-match': '0',
			},
		});
		expect(put?.headers.authorization).toBeUndefined();
	});

	it('gives what the API says, too, and its address makes a video', async () => {
		const uploaded = await upload({ simplify: false });
		const [json] = jsonOf(uploaded.items());
		expect(json).toMatchObject({
			storage_uri: expect.stringMatching(/^ltx:/) as string,
			upload_url: expect.stringContaining('/storage/ltx/uploads/') as string,
		});
		const run = await lab.run({ ...IMAGE_TO_VIDEO, image_uri: byUri(json?.storage_uri as string) });
		expect(run.error).toBeUndefined();
	});

	it('passes a file on from its address', async () => {
		const files = await startHttpServer((_request, response) => {
			response.writeHead(200, { 'content-type': 'image/png' }).end(FILES.photo.data);
		});
		const run = await upload({ source: 'url', url: `${files.url}/photo.png` });
		await files.close();
		expect(run.error).toBeUndefined();
		expect(lab.emulator.uploads.map(({ bytes }) => bytes)).toEqual([FILES.photo.data.length]);
	});

	it.each([
		['the API fails', { path: /^\/v1\/upload$/ }, 1],
		['the storage fails', { path: PUT }, 2],
		['the storage is busy', { path: PUT }, 2, 429],
		['the storage has waited too long', { path: PUT }, 2, 408],
	])('tries again, with a new place, where %s for a moment', async (...one) => {
		const [, match, places, status = 503] = one;
		lab.emulator.faults.add({ kind: 'status', status, match: { ...match, nth: 1 } });
		const run = await upload();
		expect(run.error).toBeUndefined();
		const made = lab.requestsOf('POST').filter(({ status }) => status === 200);
		expect([made.length, lab.emulator.uploads.length]).toEqual([places, 1]);
	});

	it('tries again where the answer of the storage is lost', async () => {
		lab.emulator.faults.add({ kind: 'resetAfter', match: { path: PUT, nth: 1 } });
		const run = await upload();
		expect(run.error).toBeUndefined();
		expect(lab.emulator.uploads).toHaveLength(2);
	});

	it('tries again, however long the file took', async () => {
		lab.emulator.faults.add({ kind: 'delay', ms: 90_000, match: { path: PUT, nth: 1 } });
		lab.emulator.faults.add({ kind: 'status', status: 503, match: { path: PUT, nth: 1 } });
		const run = await upload();
		expect(run.error).toBeUndefined();
		expect(lab.emulator.uploads).toHaveLength(1);
	});

	it('asks an API that is away for no longer than any call', async () => {
		lab.emulator.faults.add({ kind: 'status', status: 503, match: { path: '/v1/upload' } });
		const start = lab.clock.now();
		const run = await upload();
		expect(run.error?.message).toContain('503');
		expect(lab.clock.now() - start).toBeLessThanOrEqual(60_000);
	});

	it.each([
		[400, /^The file cannot be used: the storage for uploads answered 400$/],
		[403, /^127[.\d:]+: the storage for uploads answered 403$/],
		[407, /^127[.\d:]+: the storage for uploads answered 407$/],
		[412, /^127[.\d:]+: the storage for uploads answered 412$/],
	])('says what the storage has refused (%i)', async (status, message) => {
		lab.emulator.faults.add({ kind: 'status', status, match: { path: PUT } });
		const run = await upload();
		expect(run.error?.message).toMatch(message);
		expect(lab.requestsOf('PUT')).toHaveLength(1);
	});

	it('opens the file again where the store of n8n was away for a moment', async () => {
		const store = jest.spyOn(Container.get(BinaryDataService), 'getMetadata');
		store.mockRejectedValueOnce(new Error('EMFILE: too many open files'));
		expect((await upload()).error).toBeUndefined();

		store.mockRejectedValue(new Error('EMFILE: too many open files'));
		expect((await upload()).error).toMatchObject({
			message: 'The file cannot be read: No answer from the server: EMFILE: too many open files',
			description: 'Item 1 of 1: "Input Data Field Name" is "photo". Nothing was sent.',
		});
	});

	it('says of a video, too, that the store of n8n was away once its file was to be sent', async () => {
		const store = Container.get(BinaryDataService);
		const look = store.getMetadata.bind(store);
		jest
			.spyOn(store, 'getMetadata')
			.mockImplementationOnce(look)
			.mockRejectedValue(new Error('EMFILE: too many open files'));
		const run = await lab.run(IMAGE_TO_VIDEO, [itemWithFiles()]);
		expect(run.error).toMatchObject({
			message:
				'The file to send could not be read: No answer from the server: EMFILE: too many open files ("Image" is "photo")',
			description: expect.stringContaining('Nothing was submitted for this item.') as string,
		});
	});

	it.each([
		[200, 'The file cannot be used: its content is a web page', false],
		[403, 'The file cannot be used: its server answered 403', false],
		[503, 'The file cannot be read: its server answered 503', true],
	])('says which file could not be opened (%i)', async (status, message, isPassing) => {
		let asked = 0;
		const files = await startHttpServer((_request, response) => {
			asked++;
			response.writeHead(status, { 'content-type': 'image/png' }).end('<html>');
		});
		const url = `${files.url}/photo.png`;
		const run = await upload({ source: 'url', url });
		await files.close();
		expect(run.error).toMatchObject({
			message,
			description: `Item 1 of 1: "File URL" is ${new URL(url).host}/photo.png. Nothing was sent.`,
		});
		expect(asked > 1).toBe(isPassing);
		expect(lab.requestsOf('PUT')).toEqual([]);
	});

	describe('to a storage that never comes to an end', () => {
		const uploadTo = async (answer: (response: ServerResponse) => void) => {
			const storage = await startHttpServer((request, response) => {
				request.resume();
				if (request.method === 'PUT') {
					request.on('end', () => {
						answer(response);
					});
				} else {
					const place = {
						upload_url: `${storage.url}/1`,
						storage_uri: 'ltx://uploads/1',
						required_headers: {},
					};
					response.writeHead(200, { 'content-type': 'application/json' });
					response.end(JSON.stringify(place));
				}
			});
			const { apiKey } = lab.service.behaviour;
			lab.engine.setCredential('ltxApi', { apiKey, baseUrl: storage.url });
			const run = await upload();
			lab.engine.setCredential('ltxApi', { apiKey, baseUrl: lab.emulator.url });
			await storage.close();
			return run;
		};

		it('takes its status for an answer, and reads no more', async () => {
			const run = await uploadTo((response) => {
				response.writeHead(200);
				zeros(Infinity).pipe(response);
			});
			expect(run.error).toBeUndefined();
		});

		it('ends after an hour, and is not said to be cancelled', async () => {
			const endTime = holdTimeLimits();
			const run = await uploadTo(endTime);
			expect(run.error?.message).toMatch(/^127[.\d:]+ did not finish its answer within 1 hour$/);
		});
	});

	it.each([
		['with no address to put it', { upload_url: 'nowhere' }],
		['with headers that are none', { required_headers: { a: 1 } }],
		['that would take it elsewhere in the clear', { upload_url: 'http://example.com/' }],
	])('believes no place %s', async (_name, change) => {
		const place = {
			upload_url: `${lab.emulator.url}/storage/ltx/uploads/1`,
			storage_uri: 'ltx://uploads/1',
			required_headers: {},
		};
		lab.emulator.faults.add({
			kind: 'status',
			status: 200,
			body: { ...place, ...change },
			match: { path: '/v1/upload' },
		});
		const run = await upload();
		const { host } = new URL(lab.emulator.url);
		expect(run.error?.message).toBe(`${host} sent no readable JSON`);
		expect(lab.requestsOf('PUT')).toEqual([]);
	});
});

describe('files of an item', () => {
	let lab: LtxLab;

	beforeAll(async () => {
		lab = await startLtxLab();
	});

	afterEach(() => {
		lab.forget();
		expect(lab.violations).toEqual([]);
	});

	afterAll(async () => {
		await lab.close();
	});

	it('are uploaded once, however often the video is refused before it is taken', async () => {
		lab.service.behaviour.queueLimit = 1;
		const run = await lab.run(IMAGE_TO_VIDEO, [itemWithFiles(), itemWithFiles()]);
		lab.service.behaviour.queueLimit = 20;

		expect(run.error).toBeUndefined();
		const refused = lab.requestsOf('POST', /^\/v2/).filter(({ status }) => status === 429);
		expect(refused.length).toBeGreaterThan(0);
		// Two items, and n8n has stored a file for each.
		expect(lab.emulator.uploads).toHaveLength(2);
	});

	it('that can not be uploaded ask for no video', async () => {
		lab.emulator.faults.add({ kind: 'status', status: 400, match: { path: PUT } });
		const run = await lab.run(IMAGE_TO_VIDEO, [itemWithFiles()]);
		expect(run.error?.message).toContain('the storage for uploads answered 400');
		expect(run.error?.description).toContain('Nothing was submitted for this item.');
		expect(lab.submitted()).toEqual([]);
	});
});

describe.each([
	['filesystem', SIZE],
	// Whole in n8n's memory, where nothing is bounded.
	['default', SIZE / 10],
] as const)('n8n keeping files as %s, %i bytes', (binaryMode, size) => {
	let lab: LtxLab;

	beforeAll(async () => {
		lab = await startLtxLab({}, { binaryMode, storesExecutions: false });
		lab.emulator.behaviour.hashUploads = false;
	});

	afterAll(async () => {
		await lab.close();
	});

	it('are uploaded, as a stream where n8n has one', async () => {
		const items = [{ binary: { data: { data: zeros(size), mimeType: 'video/mp4' } } }];
		const limit = binaryMode === 'filesystem' ? MOST_GROWTH : Infinity;
		const growth = await peakGrowth(limit, async () => {
			const run = await lab.run({ ...UPLOAD, binaryPropertyName: 'data' }, items);
			expect(run.error).toBeUndefined();
		});
		expect(lab.emulator.uploads.map(({ bytes }) => bytes)).toEqual([size]);
		expect(growth).toBeLessThanOrEqual(limit);
	}, 60_000);
});
