import { Readable } from 'node:stream';
import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { startTimeLimit } from '../../../nodes/shared/api/timeLimit';
import { urlSource } from '../../../nodes/shared/files/source';

const PUBLIC_API = new URL('https://api.useapi.net/');
const PRIVATE_API = new URL('http://localhost:4000/');
const RULES = { limit: { bytes: 1000, label: 'the limit' } };

/** n8n, as far as opening a URL goes, in a world where some URLs redirect and all others have a file. */
function inWorld(redirects: Record<string, string>) {
	const called: string[] = [];
	const httpRequest = ({ url, disableFollowRedirect }: IHttpRequestOptions) => {
		called.push(url);
		expect(disableFollowRedirect).toBe(true);
		const location = redirects[url];
		return Promise.resolve({
			statusCode: location === undefined ? 200 : 302,
			headers: location === undefined ? {} : { location },
			body: Readable.from([Buffer.from('GIF89a')], { objectMode: false }),
		});
	};
	const context = Object.assign(Object.create(null) as IExecuteFunctions, {
		helpers: { httpRequest },
		getInputData: () => [{ json: {} }],
		getNode: () => ({ name: 'Node' }),
	});
	const open = async (url: string, baseUrl: URL) => {
		const limit = startTimeLimit(1000);
		const file = await urlSource(context, 0, new URL(url), 'It', RULES).open(limit, baseUrl);
		file.close();
		limit.lift();
	};
	return { called, open };
}

describe('a file from a URL, for an API in the open internet', () => {
	it('comes from there, by any number of steps up to five', async () => {
		const { called, open } = inWorld({
			'https://a.example/': 'https://b.example/',
			'https://b.example/': '/c',
		});
		await open('https://a.example', PUBLIC_API);
		expect(called).toEqual(['https://a.example/', 'https://b.example/', 'https://b.example/c']);
	});

	it.each(['http://127.0.0.1:5678/', 'http://nas.local/a.png', 'http://[::ffff:10.0.0.1]/'])(
		'never comes from %s, not even by a redirect, and the way out is named',
		async (inside) => {
			const { called, open } = inWorld({
				'https://a.example/': 'https://b.example/',
				'https://b.example/': inside,
			});
			const message = expect.stringMatching(/private network.*HTTP Request node/) as string;
			await expect(open(inside, PUBLIC_API)).rejects.toMatchObject({ message });
			await expect(open('https://a.example/', PUBLIC_API)).rejects.toMatchObject({ message });
			expect(called).toEqual(['https://a.example/', 'https://b.example/']);
		},
	);

	it.each(['file:///etc/passwd', 'data:text/plain,x', 'http://'])(
		'is not followed to %s',
		async (location) => {
			const { called, open } = inWorld({ 'https://a.example/': location });
			await expect(open('https://a.example/', PUBLIC_API)).rejects.toMatchObject({
				message: 'The file cannot be used: its server redirects to what is no web address',
			});
			expect(called).toHaveLength(1);
		},
	);
});

it('a file from a URL may be in a private network where the API is in one', async () => {
	const { called, open } = inWorld({ 'http://nas.local/': 'http://127.0.0.1/' });
	await open('http://nas.local/', PRIVATE_API);
	expect(called).toEqual(['http://nas.local/', 'http://127.0.0.1/']);
});
