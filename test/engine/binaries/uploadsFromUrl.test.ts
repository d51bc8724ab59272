import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { INodeParameters } from 'n8n-workflow';

import { everythingOf, PHOTO, requestsOf } from '../fixtures';
import { startHttpServer, type HttpServer } from '../../httpServer';
import { openDescriptors, zeros } from '../memory';
import { shareLab, startLab, type Lab } from '../setup';

const PNG = PHOTO.data;
const LARGE = 300_000;

/** Sends bytes without end, for as long as somebody takes them. */
function neverEnd(response: ServerResponse): void {
	response.writeHead(200, { 'content-type': 'image/png' });
	const source = zeros(Infinity);
	source.pipe(response);
	response.on('close', () => source.destroy());
}

/** Sends a file packed although nobody has asked for it, with the length that it has then. */
function sendPacked(response: ServerResponse, file: Buffer): void {
	const packed = gzipSync(file);
	response.writeHead(200, {
		'content-type': 'image/png',
		'content-encoding': 'gzip',
		'content-length': packed.length,
	});
	response.end(packed);
}

/** What is served under each path. */
const FILES: Record<string, (response: ServerResponse, origin: string) => void> = {
	'/photo.png': (response) => {
		response.writeHead(200, { 'content-type': 'image/png', 'content-length': PNG.length });
		response.end(PNG);
	},
	'/of/no/type.JPEG': (response) => {
		response.writeHead(200, { 'content-type': 'application/octet-stream' });
		response.end(Buffer.alloc(LARGE, 'pixels'));
	},
	'/nameless': (response) => {
		response.writeHead(200);
		response.end(PNG);
	},
	'/moved': (response, origin) => {
		response.writeHead(302, { location: `${origin}/photo.png` }).end();
	},
	'/in-circles': (response, origin) => {
		response.writeHead(302, { location: `${origin}/in-circles` }).end();
	},
	'/page.png': (response) => {
		response.writeHead(200, { 'content-type': 'image/png' }).end('\n<!DOCTYPE html><title>Sign in');
	},
	'/sign-in': (response) => {
		response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('Sign in');
	},
	'/empty': (response) => response.writeHead(200, { 'content-length': 0 }).end(),
	'/empty-in-chunks': (response) => response.writeHead(200).end(),
	'/forbidden': (response) => response.writeHead(403).end('Go away'),
	'/bot1:hush/forbidden': (response) => response.writeHead(403).end('Go away'),
	'/away': (response) => response.writeHead(503).end(),
	'/too-large': (response) => {
		response.writeHead(200, { 'content-length': 2_000_000 });
		response.end(Buffer.alloc(2_000_000));
	},
	'/never-ending': neverEnd,
	'/packed': (response) => {
		sendPacked(response, Buffer.concat([PNG, Buffer.alloc(10_000_000)]));
	},
	'/packed-in-chunks': (response) => {
		response.writeHead(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' });
		response.end(gzipSync(Buffer.concat([PNG, Buffer.alloc(10_000_000)])));
	},
	'/packed-and-small': (response) => {
		sendPacked(response, PNG);
	},
	'/breaks-off': (response) => {
		response.writeHead(200, { 'content-type': 'image/png', 'content-length': LARGE });
		response.write(Buffer.alloc(LARGE / 2), () => {
			setImmediate(() => response.destroy());
		});
	},
	'/breaks-off-in-chunks': (response) => {
		response.writeHead(200, { 'content-type': 'image/png' });
		response.write(Buffer.alloc(LARGE / 2), () => {
			setImmediate(() => response.destroy());
		});
	},
};

describe('uploads from a URL', () => {
	let lab: Lab;
	let files: HttpServer;
	let served: string[];

	shareLab(async () => (lab = await startLab()));

	beforeAll(async () => {
		const listener: RequestListener = ({ url = '' }, response) => {
			const [path = ''] = url.split('?');
			served.push(path);
			const times = served.filter((one) => one === path).length;
			if (path === '/away-once') FILES[times > 1 ? '/photo.png' : '/away']?.(response, files.url);
			else FILES[path]?.(response, files.url);
		};
		files = await startHttpServer(listener);
	});

	beforeEach(() => {
		served = [];
		lab.emulator.uploads.length = 0;
	});

	afterAll(async () => {
		await files.close();
	});

	const parameters: INodeParameters = {
		resource: 'asset',
		operation: 'upload',
		source: 'url',
		url: '={{ $json.url }}',
		options: { maxSize: 1 },
	};

	const upload = async (path: string, others: INodeParameters = {}) =>
		await lab.engine.runNode({
			parameters: { ...parameters, ...others },
			items: [{ json: { url: files.url + path } }],
		});

	const shownUrl = (path: string) => new URL(files.url).host + path;

	it.each([
		['with its length', '/photo.png', 'image/png', PNG.length],
		['of unknown length, and of a type by its name', '/of/no/type.JPEG', 'image/jpeg', LARGE],
		['of a type by its first bytes', '/nameless', 'image/png', PNG.length],
		['behind a redirect', '/moved', 'image/png', PNG.length],
	])('passes on a file %s', async (_, path, type, bytes) => {
		const run = await upload(path);
		expect(run.error).toBeUndefined();
		expect(run.items()[0]?.json.mimeType).toBe(type);
		expect(requestsOf(lab, 'POST')[0]).toMatchObject({ headers: { 'content-type': type }, bytes });
		expect(lab.emulator.uploads).toMatchObject([{ bytes }]);
	});

	it('opens the file anew for another try', async () => {
		lab.emulator.faults.add({ kind: 'status', status: 503, match: { method: 'POST', nth: 1 } });
		const run = await upload('/photo.png');
		expect(run.error).toBeUndefined();
		expect(served).toEqual(['/photo.png', '/photo.png']);
		expect(lab.emulator.uploads.at(-1)).toMatchObject({ bytes: PNG.length });
	});

	it('waits for a file whose server is away for a moment', async () => {
		const run = await upload('/away-once');
		expect(run.error).toBeUndefined();
		expect(served).toEqual(['/away-once', '/away-once']);
		expect(lab.emulator.uploads).toMatchObject([{ bytes: PNG.length }]);
	});

	it('waits for no file longer than a minute', async () => {
		const start = lab.clock.now();
		const run = await upload('/away');
		expect(run.error).toMatchObject({
			message: 'The file cannot be read: its server answered 503',
			description: `Item 1 of 1: "File URL" is ${shownUrl('/away')}. Nothing was sent.`,
		});
		expect(served.length).toBeGreaterThan(5);
		expect(lab.clock.now() - start).toBeLessThanOrEqual(60_000);
		expect(requestsOf(lab, 'POST')).toEqual([]);
	});

	it.each([
		['/page.png', 'image/png', /^The file cannot be used: its content is a web page$/],
		['/sign-in', 'image/png', /^The file cannot be used: its content is a web page$/],
		['/photo.png', 'text/html', /^The file cannot be used: its MIME type is text\/html, and must/],
	])('%s: is no picture for Images and Veo, also as %s', async (path, mimeType, message) => {
		const run = await upload(path, { type: 'reference-image', options: { mimeType } });
		expect(run.error?.message).toMatch(message);
		expect(requestsOf(lab, 'POST')).toEqual([]);
	});

	it('sends a picture for Images and Veo as what the user says it is', async () => {
		const options = { mimeType: 'image/webp' };
		const run = await upload('/nameless', { type: 'reference-image', options });
		expect(run.error).toBeUndefined();
		expect(requestsOf(lab, 'POST')[0]?.headers['content-type']).toBe('image/webp');
	});

	const bad: Array<[string, RegExp]> = [
		['/page.png', /^The file cannot be used: its content is a web page$/],
		['/sign-in', /^The file cannot be used: its content is a web page$/],
		['/empty', /^The file cannot be used: it is empty$/],
		['/empty-in-chunks', /^The file cannot be used: it is empty$/],
		['/forbidden', /^The file cannot be used: its server answered 403$/],
		['/in-circles', /^The file cannot be used: its server redirects more than 5 times$/],
		[
			'/too-large',
			/^The file cannot be used: it has 2000000 bytes, more than "Largest File \(MB\)" of 1 allows$/,
		],
	];

	it.each(bad)('%s: is refused before anything is sent', async (path, message) => {
		const run = await upload(path);
		expect(run.error?.message).toMatch(message);
		expect(run.error).toMatchObject({
			name: 'NodeOperationError',
			description: `Item 1 of 1: "File URL" is ${shownUrl(path)}. Nothing was sent.`,
			context: { itemIndex: 0 },
		});
		expect(requestsOf(lab, 'POST')).toEqual([]);
		expect(everythingOf(run)).not.toContain('Go away');
	});

	it('breaks off a file that never ends, by the name of the limit, and does not try again', async () => {
		const run = await upload('/never-ending');
		expect(run.error?.message).toBe(
			'The file cannot be used: it has more than "Largest File (MB)" of 1 allows',
		);
		expect(run.error?.context.itemIndex).toBe(0);
		expect(served).toEqual(['/never-ending']);
		expect(lab.emulator.uploads).toEqual([]);
	});

	it.each([
		['/packed', /^it has more than the \d+ bytes that were announced$/],
		['/packed-in-chunks', /^it has more than "Largest File \(MB\)" of 1 allows$/],
		['/packed-and-small', /^it has 13 of the \d+ bytes announced$/],
	])('%s: is held to what goes out, and not tried again', async (path, reason) => {
		const run = await upload(path);
		const [, given = ''] = /^The file cannot be used: (.*)$/.exec(run.error?.message ?? '') ?? [];
		expect(given).toMatch(reason);
		expect(served).toEqual([path]);
		expect(lab.emulator.uploads).toEqual([]);
		expect(requestsOf(lab, 'POST').every(({ bytes }) => bytes <= 1_000_000)).toBe(true);
	});

	it.each(['/breaks-off', '/breaks-off-in-chunks'])(
		'%s: tells that it was the source, and takes nothing for a file',
		async (path) => {
			const run = await upload(path);
			expect(run.error?.message).toMatch(/^The file to send could not be read: /);
			expect(lab.emulator.uploads).toEqual([]);
		},
	);

	it('cannot be read from a server that is not there', async () => {
		const { url } = await startHttpServer(() => undefined).then(async (server) => {
			await server.close();
			return server;
		});
		const run = await lab.engine.runNode({ parameters, items: [{ json: { url } }] });
		expect(run.error?.message).toBe('The file cannot be read: the server refused the connection');
	});

	it.each([
		['/forbidden?X-Signature=hush', '/forbidden'],
		['/bot1:hush/forbidden', '/…/forbidden'],
	])('shows no more of the URL %s than may be seen', async (path, shown) => {
		const run = await upload(path);
		expect(run.error?.description).toBe(
			`Item 1 of 1: "File URL" is ${shownUrl(shown)}. Nothing was sent.`,
		);
	});

	it('lets the others go on', async () => {
		const paths = ['/photo.png', '/forbidden', '/never-ending', '/breaks-off', '/nameless'];
		const run = await lab.engine.runNode({
			parameters,
			items: paths.map((path) => ({ json: { url: files.url + path } })),
			onError: 'continueErrorOutput',
		});
		expect(run.items().map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 4 }]);
		expect(run.errorItems().map(({ pairedItem }) => pairedItem)).toEqual(
			[1, 2, 3].map((item) => ({ item })),
		);
	});

	it('leaves no descriptor open after 100 uploads that fail', async () => {
		const paths = ['/forbidden', '/empty', '/too-large', '/never-ending', '/photo.png'];
		lab.emulator.faults.add({ kind: 'status', status: 400, match: { method: 'POST' } });
		const fail = async (count: number) => {
			const run = await lab.engine.runNode({
				parameters: { ...parameters, options: { maxSize: 1, concurrency: 50 } },
				items: Array.from({ length: count }, (_, index) => ({
					json: { url: `${files.url}${paths[index % paths.length] ?? ''}` },
				})),
				onError: 'continueRegularOutput',
			});
			expect(run.items().filter(({ json }) => 'error' in json)).toHaveLength(count);
		};
		await fail(50);
		const before = await openDescriptors();
		await fail(100);
		expect(await openDescriptors(before)).toBeLessThanOrEqual(before);
	}, 30_000);
});
