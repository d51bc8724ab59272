import { startHttpServer, type HttpServer } from '../httpServer';
import { failureOf, type Execution } from '../n8n-host/api';
import type { N8n } from '../n8n-host/instance';
import { oneNode } from './editor/workflow';
import { startOwnN8n, type Stage } from './setup';
import { sharedN8n } from './shared';

/** The addresses that n8n may ask; the whole of 127.0.0.0/8 is this machine. */
const PUBLIC = '127.0.0.1';
const PRIVATE = '127.0.0.2';

const PHOTO = Buffer.from('\x89PNG\r\n\x1a\nphoto', 'latin1');

/** n8n protects its network since a release between these and the newest. */
const isProtected = !['1.123.81', '2.8.4'].includes(sharedN8n().version);

describe('a file at a URL that leads to a private address', () => {
	let stage: Stage<N8n>;
	let inside: HttpServer;
	let outside: HttpServer;
	let asked: Array<string | undefined>;
	beforeAll(async () => {
		stage = await startOwnN8n({
			n8n: {
				version: sharedN8n().version,
				env: {
					N8N_SSRF_PROTECTION_ENABLED: 'true',
					N8N_SSRF_ALLOWED_IP_RANGES: `${PUBLIC}/32`,
				},
			},
		});
		inside = await startHttpServer(({ url }, response) => {
			asked.push(url);
			response.end(PHOTO);
		}, PRIVATE);
		outside = await startHttpServer(({ url = '' }, response) => {
			response.writeHead(302, { location: inside.url + url }).end();
		}, PUBLIC);
	});
	beforeEach(() => {
		asked = [];
	});
	afterAll(async () => {
		await outside.close();
		await inside.close();
		await stage.close();
	});

	const upload = async (url: string): Promise<Execution> => {
		const parameters = { resource: 'asset', operation: 'upload', source: 'url', url, options: {} };
		const { id } = await stage.api.importWorkflow(
			oneNode(parameters, stage.credentials[0]),
			stage.credentials,
		);
		return await stage.api.waitForExecution(await stage.api.run(id));
	};

	const leads: Array<[string, () => string]> = [
		['at once', () => `${inside.url}/photo.png`],
		['by a redirect', () => `${outside.url}/photo.png`],
	];

	if (isProtected) {
		it.each(leads)('is not asked for by an n8n that forbids it: %s', async (_, url) => {
			const execution = await upload(url());
			expect(failureOf(execution)).toMatch(
				/: The file cannot be read: n8n does not allow calls to the server: .*blocked/,
			);
			expect(asked).toEqual([]);
			expect(stage.emulator.uploads).toEqual([]);
		});
	} else {
		it.each(leads)('is sent by an n8n that has no such rule yet: %s', async (_, url) => {
			const execution = await upload(url());
			expect(failureOf(execution)).toBe('The execution ended as "success".');
			expect(asked).toEqual(['/photo.png']);
		});
	}
});
