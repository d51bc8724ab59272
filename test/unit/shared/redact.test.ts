import { randomBytes } from 'node:crypto';

import { LTX_STUDIO_API } from '../../../nodes/LtxStudio/service/texts';
import { checkCookie } from '../../../nodes/LtxStudio/service/cookie';
import { Redactor } from '../../../nodes/shared/api/redact';

const TOKEN = 'user:1234-abcdefghijklmnopqrst';
const JWT = `eyJhbGciOiJSUzI1NiJ9.${randomBytes(90).toString('base64url')}.${randomBytes(60).toString('base64url')}`;
const PARTS = {
	lt_id: randomBytes(24).toString('base64url'),
	lt_token: JWT,
	lt_refresh_token: `"${randomBytes(30).toString('base64url')}==/+"`,
	__stripe_mid: '7d3c9c0e-77f1-4a5a%2Fe1b2-%C3%BC-0f5a8d1c',
	ajs_user_id: 'name%40example.com',
	lang: 'en-US',
};
const COOKIE = Object.entries(PARTS)
	.map(([name, value]) => `${name}=${value}`)
	.join('; ');

const cookie = checkCookie(COOKIE);
const redactor = new Redactor(
	[TOKEN, ...(cookie.ok ? cookie.secrets : [])],
	LTX_STUDIO_API.confidential,
);
const SECRETS = [TOKEN, PARTS.lt_id, PARTS.lt_token, PARTS.lt_refresh_token, PARTS.__stripe_mid];

/** The forms in which an API has been seen, or might be seen, to repeat what it was sent. */
const ECHOES: Record<string, (secret: string) => string> = {
	'as it is': (secret) => secret,
	'without quotes': (secret) => secret.replaceAll('"', ''),
	decoded: (secret) => decodeURIComponent(secret),
	encoded: encodeURIComponent,
	'in Base64': (secret) => Buffer.from(secret).toString('base64'),
	'in Base64, behind one byte': (secret) => Buffer.from(`x${secret}y`).toString('base64'),
	'in Base64 for URLs, behind two': (secret) => Buffer.from(`xy${secret}z`).toString('base64url'),
	'in hexadecimal digits': (secret) => Buffer.from(secret).toString('hex'),
	'cut in front': (secret) => secret.slice(7),
	'cut behind': (secret) => secret.slice(0, -7),
	'cut to the middle': (secret) => secret.slice(5, 23),
	'within the whole cookie, in Base64': () => Buffer.from(COOKIE).toString('base64'),
};

/** No more of a secret in a row than this may be left, in whatever notation. */
const RUN = 12;
const leaks = (text: string, echo: string) =>
	Array.from({ length: Math.max(0, echo.length - RUN + 1) }, (_, at) =>
		echo.slice(at, at + RUN),
	).filter((run) => text.includes(run));

describe.each(Object.entries(ECHOES))('a secret that comes back %s', (_, toEcho) => {
	it.each(SECRETS)('is hidden in errors and answers: %#', (secret) => {
		const echo = toEcho(secret);
		const detail = `The cookie ${echo} is not valid`;
		const source = JSON.stringify({ note: [detail], [echo]: { deep: echo } });
		const shown = [
			redactor.failure({ detail, effect: 'none', body: { detail } }),
			redactor.json(JSON.parse(source), source),
			redactor.json(JSON.parse(escaped(source)), escaped(source)),
		];
		expect(JSON.stringify(shown)).toContain('[hidden]');
		// What is left of the cookie around its secret parts is no secret.
		const own = toEcho === ECHOES['within the whole cookie, in Base64'] ? secretOf(secret) : echo;
		expect(shown.flatMap((one) => leaks(JSON.stringify(one), own))).toEqual([]);
	});
});

/** The same JSON with other spellings of its letters. */
const escaped = (json: string) =>
	json.replace(/[a-z]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The part of the whole cookie in Base64 that stands for one of its values, as far as it does not depend on what is around it. */
function secretOf(secret: string): string {
	const at = COOKIE.indexOf(secret);
	if (at === -1) return '';
	const whole = Buffer.from(COOKIE).toString('base64');
	return whole.slice(Math.ceil((at * 4) / 3) + 1, Math.floor(((at + secret.length) * 4) / 3) - 1);
}

describe('what is no secret', () => {
	it('stays: the e-mail address, short values, and everything else', () => {
		const source = JSON.stringify({
			email: 'name@example.com',
			lang: 'en-US',
			balance: { LTXStudio_token: 5940 },
			tokenExpireUTC: '2026-05-30T09:00:00Z',
			assetUrl: 'https://storage.example/a.mp4?X-Goog-Signature=0123456789abcdef0123456789abcdef',
		});
		expect(redactor.json(JSON.parse(source), source)).toEqual(JSON.parse(source));
	});

	it('is told as the same object where nothing was hidden', () => {
		const value = { email: 'name@example.com' };
		expect(redactor.json(value, JSON.stringify(value))).toBe(value);
	});
});

describe('what no answer should tell, whosever it is', () => {
	const other = new Redactor([TOKEN], LTX_STUDIO_API.confidential);

	it.each([
		{ cookie: 'a=b' },
		{ account: { lt_token: 'short' } },
		{ list: [{ 'Set-Cookie': 'a' }] },
		{ note: 'lt_id=a; lt_token=b; lt_refresh_token=c' },
		{ note: 'called by user:77-zyxwvutsrqponmlk' },
		{ token: 'user:77-zyxw' },
	])('is hidden: %j', (value) => {
		const source = JSON.stringify(value);
		const shown = JSON.stringify(other.json(value, source));
		expect(shown).toContain('[hidden]');
		expect(shown).not.toMatch(/a=b|short|"a"|lt_token=b|zyxw/);
	});
});

it('makes the reason of an error short and printable', () => {
	const { detail } = redactor.failure({ detail: `\u001b[31m${'x'.repeat(5000)}`, effect: 'none' });
	expect(detail).toMatch(/^\uFFFD\[31mx+…$/);
	expect(detail.length).toBeLessThan(1100);
});
