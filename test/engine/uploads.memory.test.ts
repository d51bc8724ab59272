import type { INodeParameters } from 'n8n-workflow';

import { requestsOf } from './fixtures';
import { startHttpServer } from '../httpServer';
import { MEBIBYTE, peakGrowth, zeros } from './memory';
import { startLab, type Lab } from './setup';

const SIZE = 128 * MEBIBYTE;
/** What streaming may take, however large the file is. */
const MOST_GROWTH = 64 * MEBIBYTE;
/** Of a file that n8n holds in its memory, where nothing is bounded. */
const SIZE_IN_MEMORY = 16 * MEBIBYTE;
const UPLOAD: INodeParameters = { resource: 'asset', operation: 'upload' };

const startLargeLab = async (binaryMode: 'default' | 'filesystem') =>
	await startLab({
		artifactBytes: binaryMode === 'filesystem' ? SIZE : SIZE_IN_MEMORY,
		hashUploads: false,
		engine: { binaryMode, storesExecutions: false },
	});

const makeJob = async ({ engine }: Lab) => {
	const run = await engine.runNode({
		parameters: { resource: 'image', operation: 'create', prompt: 'a fox' },
	});
	return run.items().map(({ json }) => ({ json }));
};

describe('files of 128 MiB in the filesystem', () => {
	let lab: Lab;

	beforeAll(async () => {
		lab = await startLargeLab('filesystem');
	});

	afterAll(async () => {
		await lab.close();
	});

	it('are uploaded from the binary store in constant memory', async () => {
		const data = { data: zeros(SIZE), mimeType: 'video/mp4' };
		const growth = await peakGrowth(MOST_GROWTH, async () => {
			const run = await lab.engine.runNode({ parameters: UPLOAD, items: [{ binary: { data } }] });
			expect(run.error).toBeUndefined();
		});
		expect(requestsOf(lab, 'POST').at(-1)).toMatchObject({
			bytes: SIZE,
			headers: { 'content-length': String(SIZE) },
		});
		expect(growth).toBeLessThanOrEqual(MOST_GROWTH);
	}, 60_000);

	it('are uploaded from a URL in constant memory', async () => {
		const files = await startHttpServer((_request, response) => {
			response.writeHead(200, { 'content-type': 'video/mp4' });
			zeros(SIZE).pipe(response);
		});
		const growth = await peakGrowth(MOST_GROWTH, async () => {
			const run = await lab.engine.runNode({
				parameters: { ...UPLOAD, source: 'url', url: `${files.url}/video.mp4` },
			});
			expect(run.error).toBeUndefined();
		});
		await files.close();
		expect(requestsOf(lab, 'POST').at(-1)?.bytes).toBe(SIZE);
		expect(growth).toBeLessThanOrEqual(MOST_GROWTH);
	}, 60_000);

	it('are downloaded to the binary store in constant memory', async () => {
		const items = await makeJob(lab);
		const growth = await peakGrowth(MOST_GROWTH, async () => {
			const run = await lab.engine.runNode({
				parameters: { resource: 'asset', operation: 'download' },
				items,
			});
			expect(run.items()[0]?.binary?.data?.bytes).toBe(SIZE);
		});
		expect(growth).toBeLessThanOrEqual(MOST_GROWTH);
	}, 60_000);
});

describe('files of 16 MiB in memory', () => {
	let lab: Lab;

	beforeAll(async () => {
		lab = await startLargeLab('default');
	});

	afterAll(async () => {
		await lab.close();
	});

	it('are downloaded and uploaded whole', async () => {
		const { engine, emulator } = lab;
		const create = { resource: 'image', operation: 'create', prompt: 'a fox', download: true };
		const run = await engine.run({
			workflow: {
				nodes: [
					{ name: 'Create', type: 'ltxStudio', parameters: create },
					{ name: 'Upload', type: 'ltxStudio', parameters: UPLOAD },
				],
			},
		});
		expect(run.error).toBeUndefined();
		expect(run.items('Create')[0]?.binary?.data?.bytes).toBe(SIZE_IN_MEMORY);
		expect(emulator.uploads).toMatchObject([{ bytes: SIZE_IN_MEMORY }]);
	}, 60_000);
});
