import { useEmulator } from './harness';

const { call } = useEmulator();

const REPLY_URL = 'https://hooks.example.com/ltx?a=1';

const read = async () => (await call<{ replyUrl: string | null }>('GET', '/v2/account')).body;

describe('the account-wide reply URL', () => {
	it('is none at first', async () => {
		expect(await read()).toEqual({ subscription: 'active', replyUrl: null });
	});

	it.each(['', null])('can be set, and taken away with %p', async (nothing) => {
		const { status, body } = await call('POST', '/v2/account', { json: { replyUrl: REPLY_URL } });
		expect([status, body]).toEqual([200, { subscription: 'active', replyUrl: REPLY_URL }]);
		expect((await read()).replyUrl).toBe(REPLY_URL);
		await call('POST', '/v2/account', { json: { replyUrl: nothing } });
		expect((await read()).replyUrl).toBeNull();
	});

	it.each([
		['is missing', {}, 'replyUrl is required'],
		['is no URL', { replyUrl: 'example' }, 'replyUrl must be an http or https URL'],
		[
			'is too long',
			{ replyUrl: `${REPLY_URL}${'x'.repeat(1024)}` },
			'replyUrl must not be longer than 1024 characters',
		],
	])('is refused when it %s', async (_name, json, error) => {
		const { status, body } = await call('POST', '/v2/account', { json });
		expect([status, body]).toEqual([400, { error, code: 400 }]);
		expect((await read()).replyUrl).toBeNull();
	});
});
