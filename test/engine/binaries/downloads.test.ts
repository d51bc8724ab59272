import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import {
	byId,
	everythingOf,
	forgetRequests,
	jsonOf,
	pairsOf,
	PHOTO,
	requestsOf,
	UNKNOWN_JOB,
} from '../fixtures';
import { holdTimeLimits } from '../errors/timeLimits';
import { BinaryDataService, Container } from '../harness/core';
import type { FaultRule } from '../../emulator/faults';
import { startHttpServer } from '../../httpServer';
import { openDescriptors } from '../memory';
import { shareLab, startLab, type Lab } from '../setup';

const CREATE: INodeParameters = { resource: 'image', operation: 'create', prompt: 'Ein Föhn, 3/4' };
const DOWNLOAD: INodeParameters = { resource: 'asset', operation: 'download' };
const GET_JOB: INodeParameters = { resource: 'scheduler', operation: 'getJob', download: true };

interface DownloadCase {
	type?: string;
	/** Of the file. */
	content?: string;
	json?: IDataObject;
	fileName?: string;
	/** Name and type. */
	expected: [string, string];
}

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

	/** Downloads from a server of a test's own, in the place of the API: others must have a certificate. */
	const downloadFrom = async (
		path: string,
		listener: RequestListener,
		parameters: INodeParameters = {},
		json: IDataObject = {},
	) => {
		const server = await startHttpServer(listener);
		const { token, url: baseUrl } = lab.emulator;
		lab.engine.setCredential('useapiApi', { token, baseUrl: server.url });
		const run = await lab.engine.runNode({
			parameters: { ...DOWNLOAD, ...parameters },
			items: [{ json: { ...json, assetUrl: server.url + path } }],
		});
		lab.engine.setCredential('useapiApi', { token, baseUrl });
		await server.close();
		return run;
	};

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
			items: [{ json: { ...job, assetUrl }, binary: { photo: PHOTO, data: PHOTO } }],
		});
		lab.emulator.behaviour.artifactBytes = undefined;

		const [item] = run.items();
		expect(item?.json).toEqual({ ...job, assetUrl });
		expect(item?.binary?.photo?.fileName).toBe('photo.png');
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
		const [place = ''] = job.assetUrl.split('?');
		expect(run.errorItems()[0]?.json.message).toContain(
			`Job ${job.jobId} has completed and is at ${place}. `,
		);
		expect(run.errorItems()[0]?.json.message).not.toContain('signature=');
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
		['another one of its job, such as a thumbnail', 'thumbnailUrl', 403],
		['its file, under whatever name', 'video', undefined],
	])('reads a job again for %s, only where that is its own file', async (_, field, status) => {
		const job = await makeJob();
		const list = await lab.engine.runNode({
			parameters: { resource: 'asset', operation: 'getAll' },
		});
		const asset = jsonOf(list.items()).find(({ jobId }) => jobId === job.jobId);
		const { assetUrl, ...others } = asset ?? {};
		const json = field === 'video' ? { ...others, video: assetUrl } : { ...asset };
		await lab.clock.advance(2 * 60 * 60 * 1000);
		const run = await lab.engine.runNode({
			parameters: { ...DOWNLOAD, assetUrl: `={{ $json.${field} }}` },
			items: [{ json }],
		});
		expect(run.error?.message).toEqual(
			status &&
				`The store refused the file (${status}): its signed URL has expired or is not valid`,
		);
	});

	const TEXT = /^The store sent text instead of the file$/;
	const faults: Array<[string, FaultRule, RegExp, number]> = [
		['was refused for a moment', { kind: 'status', status: 503 }, /^The store answered 503$/, 60],
		['waited too long', { kind: 'status', status: 408 }, /^The store answered 408$/, 60],
		['is asked for too often', { kind: 'status', status: 429 }, /^The store answered 429$/, 60],
		['breaks off', { kind: 'shortBody' }, /^The download broke off/, 60],
		['is reset', { kind: 'resetBefore' }, /closed the connection$/, 60],
		['is a page', { kind: 'html200' }, /^The store sent a web page instead of the file$/, 5],
		[
			'is called a page',
			{ kind: 'wrongType', mimeType: 'text/html; charset=utf-8' },
			/^The store sent a web page instead of the file$/,
			5,
		],
		['is JSON', { kind: 'status', status: 200, body: { error: 'not ready' } }, TEXT, 5],
		[
			'is JSON, and called something else',
			{
				kind: 'status',
				status: 200,
				body: { error: 'not ready' },
				headers: { 'content-type': 'application/octet-stream' },
			},
			TEXT,
			5,
		],
		['is called text', { kind: 'wrongType', mimeType: 'text/plain' }, TEXT, 5],
		['is called XML', { kind: 'wrongType', mimeType: 'application/xml; charset=utf-8' }, TEXT, 5],
		['is called JSON', { kind: 'wrongType', mimeType: 'application/problem+json' }, TEXT, 5],
		['is empty', { kind: 'status', status: 200, body: undefined }, /^The download is empty$/, 5],
		['is not there', { kind: 'status', status: 501 }, /^The store answered 501$/, 0],
		[
			'is not to be asked for soon',
			{ kind: 'status', status: 503, headers: { 'retry-after': '61' } },
			/^The store answered 503$/,
			0,
		],
	];

	it.each(faults)(
		'never makes a file of one that %s, and tries again as long as that may help',
		async (_, fault, message, patience) => {
			const { jobId } = await makeJob();
			lab.emulator.behaviour.artifactBytes = 1024 * 1024;
			const download = async () =>
				await lab.engine.runNode({
					parameters: { ...GET_JOB, jobId: byId(jobId) },
					onError: 'continueErrorOutput',
				});
			const repair = lab.emulator.faults.add({ ...fault, match: { path: ARTIFACT } });
			const open = await openDescriptors();
			const start = lab.clock.now();
			const run = await download();
			expect(run.items()).toEqual([]);
			const [failed] = run.errorItems();
			expect(failed?.json.error).toMatch(message);
			expect(failed?.json.message).toContain(jobId);
			expect(failed?.binary).toBeUndefined();
			expect(lab.clock.now() - start).toBeLessThanOrEqual(patience * 1000);
			expect(artifactRequests().length > 2).toBe(patience > 0);
			expect(await openDescriptors(open)).toBeLessThanOrEqual(open);

			repair();
			lab.emulator.faults.add({ ...fault, match: { path: ARTIFACT, nth: 1 } });
			const [item] = (await download()).items();
			lab.emulator.behaviour.artifactBytes = undefined;
			expect(item?.binary?.data?.bytes).toBe(patience > 0 ? 1024 * 1024 : undefined);
		},
	);

	it('waits as long as Retry-After asks, and not beyond the end of the execution', async () => {
		const job = await makeJob();
		const headers = { 'retry-after': '17' };
		lab.emulator.faults.add({ kind: 'status', status: 503, headers, match: { path: ARTIFACT } });
		forgetRequests(lab);
		const cancel = new AbortController();
		lab.clock.at(lab.clock.now() + 20_000, () => {
			cancel.abort();
		});
		await lab.engine.runNode({
			parameters: DOWNLOAD,
			items: [{ json: job }],
			cancelSignal: cancel.signal,
		});
		const [first, second, ...others] = artifactRequests().map(({ time }) => time);
		expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(17_000);
		expect(others).toEqual([]);
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

	it('advises what is still left to do', async () => {
		const job = await makeJob();
		const adviceOf = async (parameters: INodeParameters, json: IDataObject) => {
			// Where the job is known, its URL is asked for once more.
			for (let times = 0; times < 2; times++)
				lab.emulator.faults.add({ kind: 'status', status: 400, match: { path: ARTIFACT } });
			const run = await lab.engine.runNode({ parameters, items: [{ json }] });
			lab.emulator.faults.clear();
			expect(run.error?.message).toContain('The store refused the file (400)');
			return /\b(?:Get the|Scheduler >) .*?\./.exec(run.error?.description ?? '')?.[0];
		};
		const getFile = 'Get the file with Asset > Download, from an item that has jobId and assetUrl.';
		const read = { resource: 'scheduler', operation: 'getJob', download: true };
		expect(await adviceOf(DOWNLOAD, job)).toBeUndefined();
		expect(await adviceOf(DOWNLOAD, { assetUrl: job.assetUrl })).toBe(
			'Scheduler > Get Job tells the URL that the file of a job has now.',
		);
		expect(await adviceOf(read, job)).toBe(getFile);
		expect(await adviceOf({ ...read, operation: 'waitForJob' }, job)).toBe(getFile);
	});

	it.each(['http://127.0.0.1:1/a.png', 'http://example.com/a.png'])(
		'refuses %s',
		async (assetUrl) => {
			const run = await lab.engine.runNode({
				parameters: DOWNLOAD,
				items: [{ json: { assetUrl: `${assetUrl.replace('//', '//me:hush@')}?signature=hush` } }],
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
		const run = await downloadFrom('/a.png', ({ headers }, response) => {
			const isCompressed = headers['accept-encoding']?.includes('gzip') ?? false;
			const body = isCompressed ? gzipSync(content) : content;
			response.writeHead(200, {
				'content-type': 'image/png',
				'content-length': body.length,
				...(isCompressed && { 'content-encoding': 'gzip' }),
			});
			response.end(body);
		});
		expect(run.error).toBeUndefined();
		expect(await lab.engine.binary(run.items()[0] ?? { json: {} })).toEqual(content);
	});

	const VAGUE = 'application/octet-stream';
	const names: Array<[string, DownloadCase]> = [
		['/my%20photo%20%C3%A9t%C3%A9.png', { expected: ['my-photo-ete.png', 'image/png'] }],
		['/o/users%2Fme%2Fclip.mp4?alt=media', { expected: ['clip.mp4', 'video/mp4'] }],
		['/%E6%B9%96%E7%95%94.png', { expected: ['湖畔.png', 'image/png'] }],
		['/a', { expected: ['a.png', 'image/png'], content: '\x89PNG\r\n\x1a\n' }],
		['/a', { json: { mimeType: 'audio/wav' }, expected: ['a.wav', 'audio/wav'] }],
		['/a', { type: 'text/plain', expected: ['a', 'text/plain'] }],
		[
			'/a.json',
			{ type: 'application/json', content: '{}', expected: ['a.json', 'application/json'] },
		],
		[
			'/a',
			{
				type: 'image/svg+xml',
				content: '<svg/>',
				json: { mimeType: 'image/svg+xml' },
				expected: ['a', 'image/svg+xml'],
			},
		],
		['/a.EXR', { expected: ['a.exr', VAGUE] }],
		['/a.b1', { type: 'image/webp', expected: ['a.webp', 'image/webp'] }],
		['/a.png', { fileName: 'Photo.mp4', type: 'video/mp4', expected: ['photo.mp4', 'video/mp4'] }],
		['/a', { fileName: 'photo.mp4', expected: ['photo.mp4', VAGUE] }],
		['/a', { fileName: 'photo 1.5', expected: ['photo-1-5', VAGUE] }],
		['/a.png', { json: { jobId: UNKNOWN_JOB }, expected: ['a-7a34b821.png', 'image/png'] }],
		[
			'/7a34b821-9fd0.png',
			{ json: { jobId: UNKNOWN_JOB }, expected: ['7a34b821-9fd0.png', 'image/png'] },
		],
		['/a.png', { json: { jobId: UNKNOWN_JOB }, fileName: 'b', expected: ['b.png', 'image/png'] }],
	];

	it.each(names)('names the file behind %s, and says what it is: %j', async (path, file) => {
		const { type = VAGUE, content = '???', json, fileName = '', expected } = file;
		const answer: RequestListener = (_request, response) => {
			response.writeHead(200, { 'content-type': type }).end(content, 'latin1');
		};
		const run = await downloadFrom(path, answer, { options: { fileName } }, json);
		const { data } = run.items()[0]?.binary ?? {};
		expect([data?.fileName, data?.mimeType]).toEqual(expected);
	});

	it.each<[string, IDataObject]>([
		['/a.mp4', {}],
		['/a', { mimeType: 'audio/mpeg' }],
		['/a', { mimeType: 'application/zip' }],
	])('makes no file of JSON behind %s, of an item with %j', async (path, json) => {
		const answer: RequestListener = (_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json' }).end('{"error":"no"}');
		};
		const run = await downloadFrom(path, answer, {}, json);
		expect(run.error?.message).toMatch(TEXT);
	});

	it('is left after an hour, and not tried again', async () => {
		const endTime = holdTimeLimits();
		let requests = 0;
		const run = await downloadFrom('/bot1:hush/a.mp4', (_request, response) => {
			requests++;
			response.writeHead(200).write(Buffer.alloc(100_000), () => {
				setImmediate(endTime);
			});
		});
		expect(run.error?.message).toBe('The download was not finished within 1 hour');
		expect(run.error?.description).toMatch(/"Asset URL" is 127[.\d:]+\/…\/a\.mp4\./);
		expect(requests).toBe(1);
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
