import type { RequestFault } from '../emulator';
import { startLab, type Lab } from './setup';

describe('credential tests', () => {
	let lab: Lab;

	beforeAll(async () => {
		lab = await startLab({
			accounts: [{ email: 'one@example.com' }, { email: 'two@example.com' }],
		});
	});

	afterEach(() => {
		lab.emulator.faults.clear();
		expect(lab.violations).toEqual([]);
	});

	afterAll(async () => {
		await lab.close();
	});

	const test = async (changes: { token?: string; baseUrl?: string } = {}) => {
		const { token, url: baseUrl } = lab.emulator;
		const result = await lab.engine.testCredential('useapiApi', { token, baseUrl, ...changes });
		expect(result.message).not.toContain(token.replace('user:', ''));
		return result;
	};

	describe('of the API token', () => {
		/** Tests what is no token at all, which the contract would not let pass. */
		const testMalformed = async (token: string) => {
			const result = await test({ token });
			lab.violations.length = 0;
			return result;
		};

		it('tells how many accounts are configured', async () => {
			expect(await test()).toEqual({
				status: 'OK',
				message: 'Connected: 2 LTX Studio accounts are configured.',
			});
			const [account] = lab.emulator.accounts.all;
			lab.emulator.accounts.remove('one@example.com');
			expect((await test()).message).toBe('Connected: 1 LTX Studio account is configured.');
			if (account) lab.emulator.accounts.add(account);
		});

		it('succeeds when none is configured yet', async () => {
			const accounts = lab.emulator.accounts.all;
			for (const { email } of accounts) lab.emulator.accounts.remove(email);
			expect(await test()).toEqual({
				status: 'OK',
				message:
					'Connected: no LTX Studio account is configured yet. Add one with Account > Create or Update.',
			});
			for (const account of accounts) lab.emulator.accounts.add(account);
		});

		it.each(['user:1-mistyped', '1-mistyped', ''])('401: says what "%s" lacks', async (token) => {
			const { status, message } = await testMalformed(token);
			expect(status).toBe('Error');
			expect(message).toMatch(/^The API token was not accepted.*starts with "user:"/);
		});

		it('402: says that there is no subscription', async () => {
			lab.emulator.behaviour.subscription = false;
			expect(await test()).toEqual({
				status: 'Error',
				message:
					'The useapi.net subscription is not active. Renew the subscription in your useapi.net account, then try again.',
			});
			lab.emulator.behaviour.subscription = true;
		});

		it.each([404, 410] as const)('%i: says that the API was retired', async (retired) => {
			lab.emulator.behaviour.retired = retired;
			const { status, message } = await test();
			expect(status).toBe('Error');
			expect(message).toMatch(/^This endpoint no longer exists\. .*retired.*Base URL/);
			lab.emulator.behaviour.retired = false;
		});

		it('names a host that cannot be reached, and the reason', async () => {
			expect((await test({ baseUrl: 'http://127.0.0.1:1' })).message).toMatch(
				/^127\.0\.0\.1:1 refused the connection\. Check the Base URL/,
			);
			expect((await test({ baseUrl: 'http://useapi.invalid' })).message).toMatch(
				/^useapi\.invalid (has no address|could not be looked up)/,
			);
		});

		it.each(['', 'api.useapi.net', 'ftp://api.useapi.net'])(
			'refuses "%s" as Base URL',
			async (baseUrl) => {
				expect(await test({ baseUrl })).toEqual({
					status: 'Error',
					message: 'The Base URL is not a URL. The usual one is https://api.useapi.net.',
				});
			},
		);

		it.each([
			['200', 'Check the Base URL', { kind: 'html200' }],
			['404', 'Check the Base URL', { kind: 'status', status: 404, html: true }],
			['502', 'is unavailable (502)', { kind: 'status', status: 502, html: true }],
		] as Array<[string, string, RequestFault]>)(
			'is not taken in by a page with %s',
			async (_, says, fault) => {
				lab.emulator.faults.add(fault);
				const { status, message } = await test();
				expect(status).toBe('Error');
				expect(message).not.toContain('<');
				expect(message).toContain(says);
			},
		);

		it.each([500, 503, 596])('%i: is an error', async (code) => {
			const body = { error: 'Something is wrong', code };
			lab.emulator.faults.add({ kind: 'status', status: code, body });
			expect((await test()).status).toBe('Error');
		});
	});

	describe('of the cookie', () => {
		const testCookie = async (cookie: string) =>
			await lab.engine.testCredential('ltxStudioSessionApi', { cookie });

		it('takes one with all parts, whatever is around them', async () => {
			for (const cookie of [
				'lt_id=a; lt_token=b; lt_refresh_token=c',
				'Cookie: _ga=1;lt_refresh_token=c;lt_token=b==;  lt_id=a;',
			]) {
				expect(await testCookie(cookie)).toEqual({
					status: 'OK',
					message: 'The cookie has all its parts',
				});
			}
		});

		it.each([
			['', 'lt_id, lt_token, lt_refresh_token'],
			['lt_id=a', 'lt_token, lt_refresh_token'],
			['lt_id=a; lt_token=hush; lt_refresh_token=', 'lt_refresh_token'],
		])('says what "%s" lacks', async (cookie, missing) => {
			expect(await testCookie(cookie)).toEqual({
				status: 'Error',
				message: `The cookie lacks ${missing}. Copy the whole Cookie header of app.ltx.studio again.`,
			});
		});
	});
});
