import { credentialCases, Elsewhere } from '../engine/input/credentialCases';
import { useSharedN8n, type Stage } from './setup';
import type { SharedN8n } from './shared';

describe('the test of an API token', () => {
	let stage: Stage<SharedN8n>;
	beforeAll(async () => {
		stage = await useSharedN8n();
	});
	afterAll(() => stage.close());

	const test = async (typed: { token?: string; baseUrl?: string } = {}) => {
		const { api, credentials, emulator } = stage;
		const [credential] = credentials;
		if (!credential) throw new Error('There is no credential');
		const { token, url: baseUrl } = emulator;
		return await api.testCredential(credential, { token, baseUrl, ...typed });
	};

	/** Whether n8n still knows the status of an answer when it looks for the words for it. */
	const knowsStatus = () => !['1.123.81', '2.8.4'].includes(stage.n8n.version);

	it.each(credentialCases)('tells about $title', async ({ typed, prepare, says, saysAtFirst }) => {
		const before = { ...stage.emulator.behaviour };
		prepare?.(stage.emulator);
		const { status, message } = await test(typed);
		Object.assign(stage.emulator.behaviour, before);
		stage.emulator.faults.clear();
		expect(status).toBe(says ? 'Error' : 'OK');
		const expected = knowsStatus() ? says : (saysAtFirst ?? says);
		expect(message).toMatch(expected ?? /^Connection successful/);
	});

	it('takes a redirect for a failure, and sends the token to nobody else', async () => {
		const other = await Elsewhere.start();
		const first = await Elsewhere.start(302, `${other.url}/v2/account`);
		const { status, message } = await test({ baseUrl: first.url });
		await first.close();
		await other.close();
		expect(status).toBe('Error');
		expect(message).toMatch(
			knowsStatus() ? /^The Base URL leads to another address/ : /status code 302$/,
		);
		expect(first.tokens).toEqual([`Bearer ${stage.emulator.token}`]);
		expect(other.tokens).toEqual([]);
	});
});
