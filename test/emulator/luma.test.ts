import { useEmulator } from './harness';

const EMAIL = 'director@example.com';
const DEAD_EMAIL = 'dead@example.com';

const harness = useEmulator({
	lumaAccounts: [{ email: EMAIL }, { email: DEAD_EMAIL, dead: true }],
});
const { call } = harness;

const upload = async (email: string, content: string | Buffer, type?: string) =>
	await call<{ assetRef: string; upload: { id: string; media: { url: string } } }>(
		'POST',
		`/v1/luma/assets/${encodeURIComponent(email)}`,
		{ file: { bytes: Buffer.from(content), ...(type !== undefined && { type }) } },
	);

describe('POST luma/assets/email', () => {
	it.each(['image/jpeg', 'image/png', 'image/webp'])('takes %s', async (type) => {
		const { status, body } = await upload(EMAIL, 'a picture', type);
		expect([status, body]).toEqual([
			200,
			{
				assetRef: `u1234-email:${EMAIL}-image:${body.upload.id}`,
				email: EMAIL,
				upload: {
					id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
					media: { url: expect.stringContaining(body.upload.id) as string },
				},
			},
		]);
		const stored = await fetch(body.upload.media.url);
		expect([stored.headers.get('content-type'), await stored.text()]).toEqual([type, 'a picture']);
	});

	it('takes 20 MB and no more', async () => {
		const most = Buffer.alloc(20 * 1024 * 1024);
		expect((await upload(EMAIL, most, 'image/png')).status).toBe(200);
		const { status, body } = await upload(EMAIL, Buffer.concat([most, Buffer.of(0)]), 'image/png');
		expect([status, body]).toEqual([400, { error: 'File is larger than 20 MB' }]);
	});

	it.each([
		[
			'another type',
			EMAIL,
			'x',
			'image/bmp',
			400,
			'Content-Type (image/bmp) not supported. Valid: image/jpeg, image/png, image/webp',
		],
		['an empty file', EMAIL, '', 'image/png', 400, 'Content is empty'],
		[
			'an unknown account',
			'nobody@example.com',
			'x',
			'image/png',
			404,
			'Unable to find configuration for email nobody@example.com',
		],
		[
			'an account whose session is gone',
			DEAD_EMAIL,
			'x',
			'image/png',
			596,
			'Luma account has an error. Please check your account configuration via ' +
				'GET /v1/luma/accounts or re-add the account via POST /v1/luma/accounts',
		],
	])('refuses %s', async (_name, email, content, type, expected, error) => {
		const { status, body } = await upload(email, content, type);
		expect([status, body]).toEqual([expected, { error }]);
	});

	it('refuses a file without a type', async () => {
		const { status, body } = await upload(EMAIL, 'x');
		expect(status).toBe(400);
		expect(body).toEqual({ error: expect.stringContaining('Content-Type ()') as string });
	});

	it('refuses a wrong token', async () => {
		const file = { bytes: Buffer.from('x'), type: 'image/png' };
		const { status, body } = await call('POST', `/v1/luma/assets/${EMAIL}`, { file, token: 'x' });
		expect([status, body]).toEqual([401, { error: 'Unauthorized' }]);
	});

	it('stays when the LTX Studio API is retired', async () => {
		harness.emulator.behaviour.retired = 410;
		expect((await upload(EMAIL, 'x', 'image/png')).status).toBe(200);
	});
});

describe('GET luma/accounts', () => {
	it('tells all accounts by their e-mail addresses', async () => {
		const { status, body } = await call('GET', '/v1/luma/accounts');
		expect([status, body]).toEqual([
			200,
			{
				[EMAIL]: { email: EMAIL },
				[DEAD_EMAIL]: { email: DEAD_EMAIL, error: expect.any(String) as string },
			},
		]);
	});
});
