import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { INodeParameters } from 'n8n-workflow';

import { byId, everythingOf, forgetRequests, jsonOf, pairsOf, requestsOf } from '../fixtures';
import { BinaryDataService, Container } from '../harness/core';
import { startHttpServer } from '../../httpServer';
import { openDescriptors } from '../memory';
import { shareLab, startLab, type Lab } from '../setup';

const CREATE: INodeParameters = { resource: 'image', operation: 'create', prompt: 'Ein Föhn, 3/4' };
const DOWNLOAD: INodeParameters = { resource: 'asset', operation: 'download' };
const GET_JOB: INodeParameters = { resource: 'scheduler', operation: 'getJob', download: true };
const ARTIFACT = /^\/storage\/artifacts\//;

describe.each(['default', 'filesystem'] as const)('downloads, binary mode %s', (binaryMode) => {
	let lab: Lab;

	shareLab(async () => (lab = await startLab({ engine: { binaryMode } })));

	afterEach(() => {
		jest.restoreAllMocks();
	});

	const makeJob = async () => {
		const run = await lab.engine.runNode({ parameters: CREATE });
		const [job] = jsonOf(run.items());
		return { ...job, jobId: job?.jobId as string, assetUrl: job?.assetUrl as string };
	};

	const artifactRequests = () =>
		requestsOf(lab, 'GET').filter(({ path }) => path.startsWith('/storage/artifacts/'));

	it('puts the file of each job on its item, named after the prompt', async () => {
		const run = await lab.engine.runNode({
			parameters: { ...CREATE, download: true, binaryPropertyName: 'picture' },
			items: [{}, {}, {}],
		});
		expect(pairsOf(run.items())).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		for (const item of run.items()) {
			const uuid = /-job:(\w{8})/.exec(item.json.jobId as string)?.[1];
			expect(item.binary?.picture).toMatchObject({
				mimeType: 'image/png',
				fileName: `ein-fohn-3-4-${uuid}.png`,
				fileExtension: 'png',
			});
			const content = await lab.engine.binary(item, 'picture');
			expect(content.subarray(1, 4).toString()).toBe('PNG');
			expect(content).toHaveLength(item.binary?.picture?.bytes ?? 0);
			expect(item.binary?.picture?.id === undefined).toBe(binaryMode === 'default');
		}
	});

	it('gets the file behind a URL, byte by byte, and keeps what the item had', async () => {
		const { assetUrl, ...job } = await makeJob();
		lab.emulator.behaviour.artifactBytes = 3 * 1024 * 1024 + 1;
		const expected = Buffer.from(await (await fetch(assetUrl)).arrayBuffer());
		const run = await lab.engine.runNode({
			parameters: { ...DOWNLOAD, options: { fileName: 'Lighthouse' } },
			items: [{ json: { ...job, assetUrl } }],
		});
		lab.emulator.behaviour.artifactBytes = undefined;

		const [item] = run.items();
		expect(item?.json).toEqual({ ...job, assetUrl });
		expect(item?.binary?.data?.fileName).toBe('lighthouse.png');
		const hash = (content: Buffer) => createHash('sha256').update(content).digest('hex');
		expect(hash(await lab.engine.binary(item ?? { json: {} }))).toBe(hash(expected));
	});

	it('reads the job again, once, when its URL has expired', async () => {
		const job = await makeJob();
		await lab.clock.advance(2 * 60 * 60 * 1000);
		forgetRequests(lab);
		const run = await lab.engine.runNode({ parameters: DOWNLOAD, items: [{ json: job }] });
		expect(run.error).toBeUndefined();
		expect((await lab.engine.binary(run.items()[0] ?? { json: {} })).length).toBeGreaterThan(100);
		expect(lab.emulator.requests.map(({ path, status }) => [path.split('/')[1], status])).toEqual([
			['storage', 403],
			['v1', 200],
			['storage', 200],
		]);
	});

	it('gives up when a fresh URL does not work either', async () => {
		const job = await makeJob();
		forgetRequests(lab);
		lab.emulator.faults.add({ kind: 'status', status: 403, match: { path: ARTIFACT } });
		const run = await lab.engine.runNode({
			parameters: { ...GET_JOB, jobId: byId(job.jobId) },
			onError: 'continueErrorOutput',
		});
		expect(run.errorItems()[0]?.json.error).toBe(
			'The store refused the file (403): its signed URL has expired or is not valid',
		);
		expect(run.errorItems()[0]?.json.message).toContain(`Job ${job.jobId} has completed`);
		expect(artifactRequests()).toHaveLength(2);
	});

	it('says so when a URL has expired whose job is not known', async () => {
		const { assetUrl } = await makeJob();
		await lab.clock.advance(2 * 60 * 60 * 1000);
		const run = await lab.engine.runNode({ parameters: DOWNLOAD, items: [{ json: { assetUrl } }] });
		expect(run.error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '403',
			message: 'The store refused the file (403): its signed URL has expired or is not valid',
		});
	});

	it.each([
		['breaks off', 'shortBody', /^The download broke off/],
		['is reset', 'resetBefore', /closed the connection$/],
	] as const)('never makes a file of one that %s', async (_, kind, message) => {
		const { jobId } = await makeJob();
		lab.emulator.behaviour.artifactBytes = 1024 * 1024;
		lab.emulator.faults.add({ kind, match: { path: ARTIFACT } });
		const run = await lab.engine.runNode({
			parameters: { ...GET_JOB, jobId: byId(jobId) },
			onError: 'continueErrorOutput',
		});
		lab.emulator.behaviour.artifactBytes = undefined;
		expect(run.items()).toEqual([]);
		const [failed] = run.errorItems();
		expect(failed?.json.error).toMatch(message);
		expect(failed?.json.message).toContain(jobId);
		expect(failed?.binary).toBeUndefined();
	});

	it('follows no redirect', async () => {
		const job = await makeJob();
		const away = await startHttpServer((_request, response) => response.end('secret'));
		lab.emulator.faults.add({ kind: 'redirect', location: away.url, match: { path: ARTIFACT } });
		const run = await lab.engine.runNode({ parameters: DOWNLOAD, items: [{ json: job }] });
		expect(run.error?.message).toBe(
			'The store redirected to another address (302), which is not followed',
		);
		await away.close();
	});

	it.each(['http://127.0.0.1:1/a.png', 'http://example.com/a.png'])(
		'refuses %s',
		async (assetUrl) => {
			const run = await lab.engine.runNode({
				parameters: DOWNLOAD,
				items: [{ json: { assetUrl } }],
			});
			expect(run.error).toMatchObject({
				name: 'NodeOperationError',
				message: 'The URL of the file cannot be used',
				description: expect.stringContaining(
					`Item 1: "${assetUrl}" must start with https://`,
				) as string,
			});
			expect(lab.emulator.requests).toEqual([]);
		},
	);

	it('asks for no compression, by which the length could not be checked', async () => {
		const content = Buffer.alloc(10_000, 'a');
		const server = await startHttpServer(({ headers }, response) => {
			const isCompressed = headers['accept-encoding']?.includes('gzip') ?? false;
			const body = isCompressed ? gzipSync(content) : content;
			response.writeHead(200, {
				'content-type': 'image/png',
				'content-length': body.length,
				...(isCompressed && { 'content-encoding': 'gzip' }),
			});
			response.end(body);
		});
		lab.engine.setCredential('useapiApi', { token: lab.emulator.token, baseUrl: server.url });
		const run = await lab.engine.runNode({
			parameters: DOWNLOAD,
			items: [{ json: { assetUrl: `${server.url}/a.png` } }],
		});
		lab.engine.setCredential('useapiApi', {
			token: lab.emulator.token,
			baseUrl: lab.emulator.url,
		});
		await server.close();
		expect(run.error).toBeUndefined();
		expect(await lab.engine.binary(run.items()[0] ?? { json: {} })).toEqual(content);
	});

	it('is an error of its item when the disk is full, and leaves nothing open', async () => {
		const job = await makeJob();
		lab.emulator.behaviour.artifactBytes = 8 * 1024 * 1024;
		const before = await openDescriptors();
		jest
			.spyOn(Container.get(BinaryDataService), 'store')
			.mockRejectedValue(new Error('ENOSPC: no space left on device, write'));
		const run = await lab.engine.runNode({
			parameters: DOWNLOAD,
			items: [{ json: job }],
			onError: 'continueRegularOutput',
		});
		lab.emulator.behaviour.artifactBytes = undefined;
		expect(run.items()[0]?.json.error).toBe(
			'The download broke off: ENOSPC: no space left on device, write',
		);
		expect(await openDescriptors(before)).toBeLessThanOrEqual(before);
	});

	it('keeps the token from the store', async () => {
		const job = await makeJob();
		forgetRequests(lab);
		const run = await lab.engine.runNode({ parameters: DOWNLOAD, items: [{ json: job }] });
		expect(artifactRequests()[0]?.headers).not.toHaveProperty('authorization');
		expect(everythingOf(run)).not.toContain(lab.emulator.token);
	});
});
