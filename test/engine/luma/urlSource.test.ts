import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';

import { startHttpServer, type HttpServer } from '../../httpServer';
import { CONTENT, startLumaLab, type LumaLab } from './lumaLab';

const MEGABYTE = 1024 * 1024;

/** A picture of many chunks. */
const LARGE = Buffer.alloc(3 * MEGABYTE, 'pixels');
CONTENT['image/png'].copy(LARGE);

const FILES: Record<string, RequestListener> = {
	'/named.jpg': (_request, response) => {
		response.setHeader('content-type', 'image/jpeg').end(CONTENT['image/png']);
	},
	'/large': (_request, response) => {
		response.setHeader('content-length', LARGE.length).end(LARGE);
	},
	'/large-of-unknown-length': (_request, response) => {
		response.write(LARGE.subarray(0, 5));
		setImmediate(() => response.end(LARGE.subarray(5)));
	},
	'/too-large': (_request, response) => {
		response.setHeader('content-length', 21 * MEGABYTE).write(LARGE);
	},
	'/empty': (_request, response) => {
		response.end();
	},
	'/page': (_request, response) => {
		response.setHeader('content-type', 'image/png').end('<!doctype html><p>Sign in');
	},
	'/text': (_request, response) => {
		response.setHeader('content-type', 'image/png').end('Sign in');
	},
	'/gone': (_request, response) => {
		response.writeHead(404).end('gone');
	},
};

describe('Luma upload from a URL', () => {
	let lab: LumaLab;
	let files: HttpServer;

	const upload = async (path: string) =>
		await lab.upload([{}], { source: 'url', url: `${files.url}${path}` });

	beforeAll(async () => {
		lab = await startLumaLab();
		files = await startHttpServer((request, response) => {
			FILES[request.url ?? '']?.(request, response);
		});
	});

	beforeEach(() => {
		lab.emulator.requests.length = 0;
		lab.emulator.uploads.length = 0;
	});

	afterAll(async () => {
		await files.close();
		await lab.close();
	});

	it('sends a picture as what it is, whatever its server calls it', async () => {
		const run = await upload('/named.jpg');

		expect(run.error).toBeUndefined();
		expect(lab.requests()[0]?.headers['content-type']).toBe('image/png');
		expect(lab.violations).toEqual([]);
	});

	it.each(['/large', '/large-of-unknown-length'])('passes %s on whole', async (path) => {
		const run = await upload(path);

		expect(run.error).toBeUndefined();
		const sha256 = createHash('sha256').update(LARGE).digest('hex');
		expect(lab.emulator.uploads).toMatchObject([{ bytes: LARGE.length, sha256 }]);
		expect(lab.violations).toEqual([]);
	});

	it.each([
		['/too-large', `it has ${21 * MEGABYTE} bytes, more than Luma's limit of 20 MB allows`],
		['/empty', 'it is empty'],
		['/gone', 'its server answered 404'],
		['/page', 'its content is a web page'],
		[
			'/text',
			'its content is of no known type, and must be one of image/jpeg, image/png, image/webp',
		],
	])('sends nothing of %s', async (path, reason) => {
		const run = await upload(path);

		expect(run.error?.message).toBe(`The file cannot be used: ${reason}`);
		expect(run.error).toMatchObject({
			description: `Item 1 of 1: "File URL" is ${new URL(files.url).host}${path}. Nothing was sent.`,
		});
		expect(lab.requests()).toEqual([]);
	});
});
