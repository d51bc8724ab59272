import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { peakGrowth } from '../engine/memory';
import { EMAIL, START, until, useEmulator } from './harness';

const HOUR_MS = 3_600_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const harness = useEmulator();
const { call } = harness;

interface Signed {
	assetUrl: string;
	expirationDateString: string;
	asset: { type: string; fileId: string; mimeType: string };
}

interface Page {
	items: Array<{ id: string; jobId?: string; signedAsset: Signed }>;
	meta: object;
}

const upload = async (content: string, type: string, query = '') =>
	await call<Signed>('POST', `/assets/${query}`, { file: { bytes: Buffer.from(content), type } });

/** Sends `bytes` in chunks, for what is too large to be held; gives up once `breakOffAt` arrived. */
const uploadStream = (bytes: number, { breakOffAt = Infinity } = {}) => {
	const { url, token, requests } = harness.emulator;
	const chunk = Buffer.alloc(1024 * 1024, 7);
	const request = httpRequest(`${url}/v1/ltxstudio/assets/`, {
		method: 'POST',
		headers: {
			authorization: `Bearer ${token}`,
			'content-type': 'video/mp4',
			'content-length': bytes,
		},
	});
	const status = new Promise<number | undefined>((resolve, reject) => {
		request.on('error', reject);
		request.on('response', (response) => {
			response.resume().on('end', () => {
				resolve(response.statusCode);
			});
		});
	});
	const source = async function* () {
		for (let sent = 0; sent < bytes; sent += chunk.length) {
			if (sent === breakOffAt) {
				await until(() => requests.at(-1)?.bytes === sent);
				throw new Error('broke off');
			}
			yield chunk;
		}
	};
	const sending = pipeline(Readable.from(source(), { objectMode: false }), request);
	return { status, sending };
};

describe('POST assets', () => {
	it('stores a file and hands out a signed URL for it', async () => {
		const { status, body } = await upload('a picture', 'image/png');
		const [, id = ''] = /^asset:(.*)-type:image\/png$/.exec(body.asset.fileId) ?? [];
		expect(status).toBe(200);
		expect(id).toMatch(UUID);
		expect(body).toEqual({
			assetUrl: expect.stringContaining(`/storage/artifacts/user-uploads/${id}.png?`) as string,
			expirationDateString: String(START + HOUR_MS),
			asset: { type: 'image', fileId: `asset:${id}-type:image/png`, mimeType: 'image/png' },
		});
		const response = await fetch(body.assetUrl);
		expect(response.headers.get('content-type')).toBe('image/png');
		expect(await response.text()).toBe('a picture');
	});

	it('stores what it is uploaded for', async () => {
		const { body } = await upload('x', 'image/webp', '?type=reference-image');
		expect(body.asset).toMatchObject({ type: 'reference-image', mimeType: 'image/webp' });
	});

	it('takes any type of file, JSON and forms too, as it is', async () => {
		for (const type of ['video/mp4', 'audio/mpeg', 'application/json', 'multipart/form-data']) {
			const { status, body } = await upload('{"not', type);
			expect([status, body.asset.mimeType]).toEqual([200, type]);
		}
		const sha256 = createHash('sha256').update('{"not').digest('hex');
		expect(harness.emulator.uploads).toHaveLength(4);
		expect(harness.emulator.uploads[2]).toMatchObject({ bytes: 5, sha256 });
	});

	it('leaves parameters of the type aside', async () => {
		const { body } = await upload('x', 'image/PNG; charset=binary');
		expect(body.asset.mimeType).toBe('image/png');
	});

	it.each([
		['an empty file', '', 'image/png', '', 'Content is empty'],
		['another use', 'x', 'image/png', '?type=video', 'type must be one of: image, reference-image'],
	])('refuses %s', async (_name, content, type, query, error) => {
		const { status, body } = await upload(content, type, query);
		expect([status, body]).toEqual([400, { error, code: 400 }]);
	});

	it('refuses a file without a type', async () => {
		const { status, body } = await call('POST', '/assets/', { file: { bytes: Buffer.from('x') } });
		expect([status, body]).toEqual([400, { error: 'Content-Type is required', code: 400 }]);
	});

	it('takes a large file without keeping it', async () => {
		const bytes = 128 * 1024 * 1024;
		harness.emulator.behaviour.hashUploads = false;
		const growth = await peakGrowth(bytes / 2, async () => {
			const { status, sending } = uploadStream(bytes);
			await sending;
			expect(await status).toBe(200);
		});
		expect(harness.emulator.uploads).toMatchObject([{ bytes, sha256: undefined }]);
		expect(harness.emulator.requests.at(-1)).toMatchObject({ bytes, status: 200 });
		expect(growth).toBeLessThan(bytes / 2);
	});

	it('stores nothing of an upload that breaks off', async () => {
		const { status, sending } = uploadStream(8 * 1024 * 1024, { breakOffAt: 2 * 1024 * 1024 });
		await expect(sending).rejects.toThrow('broke off');
		await expect(status).rejects.toThrow();
		await until(() => harness.emulator.activity.open === 0);
		expect(harness.emulator.uploads).toEqual([]);
		expect(harness.emulator.library.all).toEqual([]);
		expect(harness.emulator.requests.at(-1)?.status).toBe(0);
	});
});

describe('GET assets', () => {
	it('lists uploads and what jobs made, newest first', async () => {
		const startAssetId = await harness.upload('image');
		const picture = await harness.createImage();
		const json = { prompt: 'a river', startAssetId };
		const { body: video } = await call<{ jobId: string }>('POST', '/videos/ltx-create', { json });
		await harness.clock.advance(60_000);

		const { body } = await call<Page>('GET', '/assets/');
		expect(body.items.map(({ jobId }) => jobId)).toEqual([video.jobId, picture, undefined]);
		expect(body.meta).toEqual({
			totalItems: 3,
			itemCount: 3,
			itemsPerPage: 20,
			totalPages: 1,
			currentPage: 1,
		});
		const [made, , uploaded] = body.items;
		expect(video.jobId).toContain(made?.id);
		expect(made).toMatchObject({
			signedAsset: {
				expirationDateString: String(harness.clock.now() + HOUR_MS),
				asset: { type: 'artifact', mimeType: 'video/mp4', artifactSubtype: 'model-serving' },
			},
			relatedAssets: { thumbnails: { large: { asset: { mimeType: 'image/png' } } } },
		});
		expect(uploaded?.signedAsset.asset).toEqual({
			type: 'image',
			fileId: startAssetId,
			mimeType: 'image/png',
		});
	});

	it('goes from page to page', async () => {
		const ids: string[] = [];
		for (let count = 0; count < 5; count++) {
			ids.unshift((await upload(`${count}`, 'image/png')).body.asset.fileId);
		}
		const pages = await Promise.all(
			[1, 2, 3, 4].map(
				async (page) => (await call<Page>('GET', `/assets/?limit=2&page=${page}`)).body,
			),
		);
		const listed = pages.map(({ items }) =>
			items.map(({ signedAsset }) => signedAsset.asset.fileId),
		);
		expect(listed).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4), []]);
		expect(pages[2]?.meta).toEqual({
			totalItems: 5,
			itemCount: 1,
			itemsPerPage: 2,
			totalPages: 3,
			currentPage: 3,
		});
	});

	it('filters by kind', async () => {
		const types = {
			images: 'image/jpeg',
			videos: 'video/mp4',
			audio: 'audio/mpeg',
			other: 'application/pdf',
		};
		for (const type of Object.values(types)) await upload('x', type);
		for (const [filter, type] of Object.entries(types)) {
			const { body } = await call<Page>('GET', `/assets/?filter=${filter}`);
			expect(body.items.map(({ signedAsset }) => signedAsset.asset.mimeType)).toEqual([type]);
		}
	});

	it('lists the files of one account', async () => {
		harness.emulator.accounts.add({ email: 'second@example.com' });
		await harness.upload('image', EMAIL);
		const other = await harness.upload('image', 'second@example.com');
		const { body } = await call<Page>('GET', '/assets/?email=second%40example.com');
		expect(body.items.map(({ signedAsset }) => signedAsset.asset.fileId)).toEqual([other]);
	});

	it.each([
		['page=0', 'page must be a whole number of at least 1'],
		['limit=x', 'limit must be a whole number of at least 1'],
		['limit=1.5', 'limit must be a whole number of at least 1'],
		['filter=image', 'filter must be one of: images, videos, audio, other'],
	])('refuses %s', async (query, error) => {
		const { status, body } = await call('GET', `/assets/?${query}`);
		expect([status, body]).toEqual([400, { error, code: 400 }]);
	});
});
