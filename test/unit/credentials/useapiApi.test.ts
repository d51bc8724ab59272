import type { IHttpRequestOptions } from 'n8n-workflow';
import { UseapiApi } from '../../../credentials/UseapiApi.credentials';

const { authenticate, test } = new UseapiApi();
const credential = { token: ' user:1-abc ', baseUrl: 'https://api.useapi.net' };

const sign = async (request: object, changes: { token?: string; baseUrl?: string } = {}) => {
	if (typeof authenticate !== 'function') throw new Error('It is no function');
	return await authenticate({ ...credential, ...changes }, request as IHttpRequestOptions);
};

describe('the useapi.net credential', () => {
	it('signs a request, keeps the rest of it, and forbids redirects to every helper of n8n', async () => {
		const body = { prompt: 'a fox' };
		const url = 'https://api.useapi.net/v1/ltxstudio/images/create';
		expect(await sign({ method: 'POST', url, body, headers: { accept: '*/*' } })).toEqual({
			method: 'POST',
			url,
			body,
			headers: { accept: '*/*', Authorization: 'Bearer user:1-abc' },
			disableFollowRedirect: true,
			followRedirect: false,
		});
	});

	it.each([
		{ url: 'https://api.useapi.net/v2/account' },
		{ uri: 'https://api.useapi.net/v2/account' },
		{ url: '/v2/account', baseURL: 'https://api.useapi.net' },
		{ url: '/v2/account' },
	])('signs %j', async (request) => {
		expect((await sign(request)).headers).toHaveProperty('Authorization');
	});

	it.each([
		{ url: 'https://example.com/' },
		{ uri: 'https://example.com/' },
		{ url: 'http://api.useapi.net/' },
		{ url: 'https://api.useapi.net.example.com/' },
		{ url: 'https://api.useapi.net:444/' },
		{ url: '//example.com/', baseURL: 'https://api.useapi.net' },
		{ url: '/v2/account', baseURL: 'https://example.com' },
	])('gives the token to nobody else: %j', async (request) => {
		await expect(sign(request)).rejects.toThrow(
			/^The API token is for https:\/\/api\.useapi\.net, the Base URL, and is not sent to /,
		);
	});

	it.each(['', '  '])('refuses "%s" for a token', async (token) => {
		const signing = sign({ url: credential.baseUrl }, { token });
		await expect(signing).rejects.toThrow(/^The API Token is empty/);
	});

	it('explains each status that its test may meet, once', () => {
		const rules = test.rules ?? [];
		const statuses = rules.flatMap(({ type, properties }) =>
			type === 'responseCode' ? [properties.value] : [],
		);
		expect(statuses).toEqual([
			301, 302, 303, 307, 308, 401, 402, 404, 410, 500, 502, 503, 504, 522,
		]);
		expect(rules.map(({ properties: { message } }) => message).join('\n')).not.toMatch(
			/undefined|\.\./,
		);
	});
});
