import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { PNG } from 'pngjs';
import type { JobView } from '.';
import { useEmulator } from './harness';

const HOUR_MS = 3_600_000;

const harness = useEmulator();
const { call } = harness;

/** The signed URL of a finished picture, or of a video from it. */
async function artifactUrl(
	aspectRatio = '16:9',
	kind: 'image' | 'video' = 'image',
): Promise<string> {
	let jobId = await harness.createImage({ aspectRatio });
	if (kind === 'video') {
		const json = { prompt: 'x', startAssetId: await harness.upload(), aspectRatio };
		jobId = (await call<{ jobId: string }>('POST', '/videos/ltx-create', { json })).body.jobId;
	}
	await harness.clock.advance(60_000);
	const { body } = await call<JobView>('GET', `/assets/${jobId}`);
	return body.status.artifact?.assetUrl ?? '';
}

const download = async (url: string) => {
	const response = await fetch(url);
	const content = Buffer.from(await response.arrayBuffer());
	const { status, headers } = response;
	return {
		status,
		type: headers.get('content-type'),
		length: headers.get('content-length'),
		content,
	};
};

describe('artifacts', () => {
	it.each([
		['16:9', 640, 360],
		['9:16', 360, 640],
		['1:1', 480, 480],
	])('are PNG pictures of %s', async (ratio, width, height) => {
		const { type, length, content } = await download(await artifactUrl(ratio));
		expect([type, length]).toEqual(['image/png', String(content.length)]);
		const png = PNG.sync.read(content);
		expect([png.width, png.height]).toEqual([width, height]);
		expect(new Set(png.data).size).toBeGreaterThan(32);
	});

	it('differ from prompt to prompt, and are twice as large when upscaled', async () => {
		const urls: string[] = [];
		for (const prompt of ['a fox', 'a castle', 'a fox']) {
			const jobId = await harness.createImage({ prompt });
			await harness.clock.advance(10_000);
			const { body } = await call<JobView>('GET', `/assets/${jobId}`);
			urls.push(body.status.artifact?.assetUrl ?? '');
		}
		const [fox, castle, sameFox] = await Promise.all(urls.map(download));
		expect(fox?.content.equals(sameFox?.content ?? Buffer.of())).toBe(true);
		expect(fox?.content.equals(castle?.content ?? Buffer.of())).toBe(false);

		const jobId = harness.emulator.jobs.all[0]?.id;
		const { body } = await call<{ jobId: string }>('POST', '/images/upscale', { json: { jobId } });
		await harness.clock.advance(10_000);
		const { body: job } = await call<JobView>('GET', `/assets/${body.jobId}`);
		const { content } = await download(job.status.artifact?.assetUrl ?? '');
		expect(PNG.sync.read(content)).toMatchObject({ width: 1280, height: 720 });
	});

	it.each(['16:9', '9:16', '1:1'])('are MP4 videos of %s that start at once', async (ratio) => {
		const { type, content } = await download(await artifactUrl(ratio, 'video'));
		expect(type).toBe('video/mp4');
		expect(content.length).toBeLessThan(60_000);
		expect(content.toString('latin1', 4, 8)).toBe('ftyp');
		// The index stands before the pictures, so that a player need not read to the end first.
		expect(content.indexOf('moov')).toBeLessThan(content.indexOf('mdat'));
		expect(content.includes('avc1')).toBe(true);
	});

	it('have thumbnails', async () => {
		await artifactUrl('9:16');
		interface Page {
			items: Array<{ relatedAssets: { thumbnails: { large: { assetUrl: string } } } }>;
		}
		const { body } = await call<Page>('GET', '/assets/');
		const thumbnail = body.items[0]?.relatedAssets.thumbnails.large.assetUrl ?? '';
		const { status, content } = await download(thumbnail);
		expect(status).toBe(200);
		expect(PNG.sync.read(content)).toMatchObject({ width: 180, height: 320 });
	});

	it('can be as large as one likes, beginning as what they are', async () => {
		const url = await artifactUrl();
		const small = await download(url);
		harness.emulator.behaviour.artifactBytes = 5_000_001;
		const { type, length, content } = await download(url);
		expect([type, length, content.length]).toEqual(['image/png', '5000001', 5_000_001]);
		expect(content.subarray(0, small.content.length).equals(small.content)).toBe(true);
		harness.emulator.behaviour.artifactBytes = 10;
		expect((await download(url)).content).toEqual(small.content.subarray(0, 10));
	});
});

describe('signed URLs', () => {
	const denied = (code: string) => expect.stringContaining(`<Code>${code}</Code>`) as string;

	it('work until they expire', async () => {
		const url = await artifactUrl();
		expect(Number(new URL(url).searchParams.get('expires'))).toBe(harness.clock.now() + HOUR_MS);
		await harness.clock.advance(HOUR_MS - 1);
		expect((await download(url)).status).toBe(200);
		await harness.clock.advance(1);
		const { status, type, content } = await download(url);
		expect([status, type, content.toString()]).toEqual([
			403,
			'application/xml; charset=UTF-8',
			denied('ExpiredToken'),
		]);
	});

	it('live as long as they are told', async () => {
		harness.emulator.behaviour.assetTtl = 1_000;
		const url = await artifactUrl();
		await harness.clock.advance(1_000);
		expect((await download(url)).status).toBe(403);
	});

	it('are for one file and one time, and need no token', async () => {
		const url = new URL(await artifactUrl());
		const changed = [
			(copy: URL) => (copy.pathname = copy.pathname.replace('.png', '.mp4')),
			(copy: URL) => {
				copy.searchParams.set('expires', '9999999999999');
			},
			(copy: URL) => {
				copy.searchParams.set('signature', 'short');
			},
			(copy: URL) => (copy.search = ''),
		];
		for (const change of changed) {
			const copy = new URL(url);
			change(copy);
			const { status, content } = await download(copy.href);
			expect([status, content.toString()]).toEqual([403, denied('SignatureDoesNotMatch')]);
		}
	});

	it('of a file that is not there say so', async () => {
		const { assetUrl } = harness.emulator.signedUrls.sign('/storage/artifacts/none.png', 1_000);
		const { status, content } = await download(assetUrl);
		expect([status, content.toString()]).toEqual([404, denied('NoSuchKey')]);
	});
});

describe('faults of artifacts', () => {
	const open = async (url: string): Promise<IncomingMessage> => {
		const [response] = (await once(get(url), 'response')) as [IncomingMessage];
		return response;
	};

	it.each([undefined, 3_000_000])('break off half-way, of %p bytes', async (artifactBytes) => {
		const url = await artifactUrl();
		const whole = (await download(url)).content.length;
		const bytes = artifactBytes ?? whole;
		harness.emulator.behaviour.artifactBytes = artifactBytes;
		harness.emulator.faults.add({ kind: 'shortBody' });
		const response = await open(url);
		expect(response.headers['content-length']).toBe(String(bytes));
		let received = 0;
		response.on('data', (chunk: Buffer) => (received += chunk.length));
		await expect(once(response, 'end')).rejects.toThrow('aborted');
		expect(received).toBe(Math.floor(bytes / 2));
	});

	it('never end', async () => {
		const url = await artifactUrl();
		harness.emulator.faults.add({ kind: 'neverEnding' });
		const response = await open(url);
		expect(response.headers['content-length']).toBeUndefined();
		let received = 0;
		for await (const chunk of response) {
			received += (chunk as Buffer).length;
			if (received > 20_000_000) break;
		}
		expect(received).toBeGreaterThan(20_000_000);
	});

	it('come as another type', async () => {
		const url = await artifactUrl();
		harness.emulator.faults.add({ kind: 'wrongType', mimeType: 'text/plain' });
		const response = await open(url);
		expect(response.headers['content-type']).toContain('text/plain');
		expect((await buffer(response)).toString()).toBe('This is not what was asked for.');
	});

	it('are refused or sent elsewhere', async () => {
		const url = await artifactUrl();
		harness.emulator.faults.add({
			kind: 'status',
			status: 403,
			match: { path: /^\/storage/, times: 1 },
		});
		expect((await download(url)).status).toBe(403);
		harness.emulator.faults.add({
			kind: 'redirect',
			location: 'http://10.0.0.1/',
			match: { times: 1 },
		});
		expect((await open(url)).statusCode).toBe(302);
		expect((await download(url)).status).toBe(200);
	});
});
