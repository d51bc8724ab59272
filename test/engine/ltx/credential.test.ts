import { Elsewhere } from '../input/credentialCases';
import { startLtxLab, type LtxLab } from './ltxLab';

describe('the test of an LTX key', () => {
	let lab: LtxLab;

	beforeAll(async () => {
		lab = await startLtxLab();
	});

	afterEach(() => {
		lab.forget();
		expect(lab.violations).toEqual([]);
	});

	afterAll(async () => {
		await lab.close();
	});

	const test = async (changes: { apiKey?: string; baseUrl?: string } = {}) => {
		const { apiKey } = lab.service.behaviour;
		const typed = { apiKey, baseUrl: lab.emulator.url, ...changes };
		return await lab.engine.testCredential('ltxApi', typed);
	};

	it('is passed by a good one, by a call that costs nothing and uploads nothing', async () => {
		expect(await test()).toMatchObject({ status: 'OK' });
		expect(lab.emulator.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
			'POST /v1/upload',
		]);
		expect([lab.service.ledger.entries, lab.emulator.uploads]).toEqual([[], []]);
	});

	it.each([
		['a wrong key', { apiKey: 'wrong' }, /API key was not accepted|Authorization failed/],
		['no key', { apiKey: ' ' }, /^The API Key is empty\. Paste one from console\.ltx\.io\.$/],
		['an address that is none', { baseUrl: 'api.ltx.io' }, /^The Base URL is not a URL/],
	])('tells about %s', async (_name, typed, message) => {
		expect(await test(typed)).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(message) as string,
		});
	});

	it('tells about a page in place of the API', async () => {
		lab.emulator.faults.add({ kind: 'html200' });
		expect(await test()).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('sent no JSON') as string,
		});
	});

	it('sends the key to nobody else', async () => {
		const other = await Elsewhere.start();
		const first = await Elsewhere.start(302, `${other.url}/v1/upload`);
		const { status } = await test({ baseUrl: first.url });
		await first.close();
		await other.close();
		expect(status).toBe('Error');
		expect(first.tokens).toEqual([`Bearer ${lab.service.behaviour.apiKey}`]);
		expect(other.tokens).toEqual([]);
	});
});
