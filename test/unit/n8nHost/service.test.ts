import { startService } from '../../n8n-host/demo/service';

/** @returns the service that the demo would work with, stopped again */
async function serviceFor(env: NodeJS.ProcessEnv, { ltx }: { ltx: boolean }) {
	const service = await startService(env, ltx);
	await service.stop();
	return service;
}

const USEAPI_TOKEN = 'user:1234-abcdefgh';
const LTX_API_KEY = 'ltxv_a-real-key';

describe('startService', () => {
	it.each([
		[{ USEAPI_TOKEN }, false, 'useapi.net', 'https://api.useapi.net'],
		[{ USEAPI_TOKEN, LTX_API_KEY }, false, 'useapi.net', 'https://api.useapi.net'],
		[{ LTX_API_KEY }, true, "Lightricks' API", 'https://api.ltx.io'],
		[{ USEAPI_TOKEN, LTX_API_KEY }, true, "Lightricks' API", 'https://api.ltx.io'],
	])('works with %j and --ltx %s for real: %s', async (env, ltx, name, baseUrl) => {
		const { credential, ...service } = await serviceFor(env, { ltx });

		expect(service.name).toBe(name);
		expect(credential.type).toBe(ltx ? 'ltxApi' : 'useapiApi');
		expect(credential.data).toEqual(
			ltx ? { apiKey: LTX_API_KEY, baseUrl } : { token: USEAPI_TOKEN, baseUrl },
		);
		expect(service.statusPage).toBeUndefined();
	});

	it.each([
		[{}, false, 'the emulator of useapi.net'],
		[{ USEAPI_TOKEN: ' ' }, false, 'the emulator of useapi.net'],
		[{ LTX_API_KEY }, false, 'the emulator of useapi.net'],
		[{}, true, "the emulator of Lightricks' API"],
		[{ USEAPI_TOKEN }, true, "the emulator of Lightricks' API"],
		[{ USEAPI_TOKEN: 'not a token' }, true, "the emulator of Lightricks' API"],
	])('spends nothing with %j and --ltx %s: %s', async (env, ltx, name) => {
		const { credential, statusPage, ...service } = await serviceFor(env, { ltx });

		expect(service.name).toBe(name);
		expect(credential.data.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		expect(statusPage).toBe(credential.data.baseUrl);
		expect(Object.values(credential.data)).not.toContain(USEAPI_TOKEN);
		expect(Object.values(credential.data)).not.toContain(LTX_API_KEY);
	});

	it('takes compatible services by their addresses', async () => {
		const useapi = { USEAPI_TOKEN, USEAPI_BASE_URL: 'https://useapi.test' };
		const ltx = { LTX_API_KEY, LTX_BASE_URL: 'https://ltx.test' };
		const services = [
			await serviceFor(useapi, { ltx: false }),
			await serviceFor(ltx, { ltx: true }),
		];

		expect(services.map(({ credential }) => credential.data.baseUrl)).toEqual([
			'https://useapi.test',
			'https://ltx.test',
		]);
	});

	it('refuses what cannot be a token of useapi.net', async () => {
		await expect(startService({ USEAPI_TOKEN: '1234-abcdefgh' }, false)).rejects.toThrow('user:');
	});
});
