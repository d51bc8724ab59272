import { credentialCases, Elsewhere } from './credentialCases';
import { startLab, type Lab } from '../setup';

describe('credential tests', () => {
	let lab: Lab;

	beforeEach(async () => {
		lab = await startLab();
	});

	afterEach(async () => {
		await lab.close();
	});

	const test = async (changes: { token?: string; baseUrl?: string } = {}) => {
		const { token, url: baseUrl } = lab.emulator;
		const result = await lab.engine.testCredential('useapiApi', { token, baseUrl, ...changes });
		expect(result.message).not.toContain(token.replace('user:', ''));
		return result;
	};

	describe('of the API token', () => {
		it.each(credentialCases)(
			'tells about $title',
			async ({ typed, prepare, says, saysAtFirst = says }) => {
				prepare?.(lab.emulator);
				const { status, message } = await test(typed);
				expect(status).toBe(says ? 'Error' : 'OK');
				expect(message).toMatch(saysAtFirst ?? /^Connection successful/);
			},
		);

		it('needs no account', async () => {
			for (const { email } of lab.emulator.accounts.all) lab.emulator.accounts.remove(email);
			expect(await test()).toMatchObject({ status: 'OK' });
			expect(lab.violations).toEqual([]);
		});

		it('takes an address with slashes at its end', async () => {
			for (const path of ['/', '//']) {
				expect(await test({ baseUrl: lab.emulator.url + path })).toMatchObject({ status: 'OK' });
			}
		});

		it.each([301, 302, 303, 307, 308])(
			'takes a redirect (%i) for a failure, and sends the token to nobody else',
			async (status) => {
				const other = await Elsewhere.start();
				const first = await Elsewhere.start(status, `${other.url}/v2/account`);
				const { token } = lab.emulator;
				const result = await test({ baseUrl: first.url });
				await first.close();
				await other.close();
				expect(result).toEqual({
					status: 'Error',
					message: `Request failed with status code ${status}`,
				});
				expect(first.tokens).toEqual([`Bearer ${token}`]);
				expect(other.tokens).toEqual([]);
			},
		);
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
