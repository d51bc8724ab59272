import { byId, everythingOf } from '../fixtures';
import { CONTENT, DEAD_EMAIL, pictureItem, startLumaLab, type LumaLab } from './lumaLab';

const PICTURE = pictureItem('image/png');

describe('Luma upload that fails', () => {
	let lab: LumaLab;

	beforeAll(async () => {
		lab = await startLumaLab();
	});

	beforeEach(() => {
		lab.emulator.requests.length = 0;
	});

	afterEach(() => {
		lab.emulator.faults.clear();
		expect(lab.violations).toEqual([]);
	});

	afterAll(async () => {
		await lab.close();
	});

	it('400: tells the reason and what is taken', async () => {
		const body = { error: 'Content is empty' };
		lab.emulator.faults.add({ kind: 'status', status: 400, body });
		const run = await lab.upload([PICTURE]);

		expect(run.error).toMatchObject({
			message: 'Luma did not take the picture: Content is empty',
			description: 'Give a JPEG, PNG or WebP picture of up to 20 MB that is not empty.',
			httpCode: '400',
		});
		expect(lab.requests()).toHaveLength(1);
	});

	it('401: tells what is usually wrong with the token, and not the token', async () => {
		const { token, url: baseUrl } = lab.emulator;
		const wrong = `${token}-mistyped`;
		lab.engine.setCredential('useapiApi', { token: wrong, baseUrl });
		const run = await lab.upload([PICTURE]);
		lab.engine.setCredential('useapiApi', { token, baseUrl });

		expect(run.error).toMatchObject({
			message: 'The API token was not accepted',
			description: expect.stringContaining('not start with "user:"') as string,
			httpCode: '401',
		});
		expect(everythingOf(run)).not.toContain(wrong);
	});

	it('404 of an endpoint that is gone: does not speak of another API', async () => {
		const body = { error: 'Endpoint not found' };
		lab.emulator.faults.add({ kind: 'status', status: 404, body });
		const run = await lab.upload([PICTURE]);

		expect(run.error?.message).toBe('This endpoint no longer exists');
		expect(run.error?.description).toContain('useapi.net has retired some of its APIs.');
		expect(everythingOf(run)).not.toContain('LTX');
	});

	it('404: names the account and where the right ones are', async () => {
		const run = await lab.upload([PICTURE], { email: byId('nobody@example.com') });

		expect(run.error).toMatchObject({
			message: 'The Luma account "nobody@example.com" is not configured',
			description: expect.stringContaining('Check the Account field') as string,
			httpCode: '404',
		});
	});

	it('596: names the account and how to bring it back, and does not try again', async () => {
		const run = await lab.upload([PICTURE], { email: byId(DEAD_EMAIL) });

		expect(run.error).toMatchObject({
			message: `The session of the Luma account "${DEAD_EMAIL}" is dead`,
			description: expect.stringContaining('Add the account again') as string,
			httpCode: '596',
		});
		expect(lab.requests()).toHaveLength(1);
	});

	it('tries again where that may help, with the whole file', async () => {
		lab.emulator.faults.add({ kind: 'status', status: 503, match: { nth: 1 } });
		lab.emulator.faults.add({ kind: 'resetBefore', match: { nth: 2 } });
		const run = await lab.upload([PICTURE]);

		expect(run.error).toBeUndefined();
		expect(lab.requests().map(({ status }) => status)).toEqual([503, 0, 200]);
		expect(lab.requests().at(-1)?.bytes).toBe(CONTENT['image/png'].length);
	});

	it('a success without a reference is none', async () => {
		const body = { error: 'Try later' };
		lab.emulator.faults.add({ kind: 'status', status: 200, body });
		const run = await lab.upload([PICTURE]);

		expect(run.error).toMatchObject({
			message: 'Luma has not taken the picture',
			description: expect.stringContaining('the API says Try later') as string,
		});
		lab.violations.length = 0;
	});

	it.each([
		[
			'no account',
			{ email: byId('={{ $json.account }}') },
			'"Account" is missing',
			'the email address of an account',
		],
		[
			'no address',
			{ email: byId('={{ "luma" }}') },
			'"Account" is not valid',
			'"Account" is "luma"',
		],
		[
			'no such file',
			{ binaryPropertyName: 'photo' },
			'"Input Data Field Name" is not valid',
			'must be data',
		],
		[
			'no name of a file',
			{ binaryPropertyName: '={{ $json.nothing }}' },
			'"Input Data Field Name" is missing',
			'.*found nothing',
		],
		[
			'no URL',
			{ source: 'url', url: 'photo.png' },
			'"File URL" is not valid',
			'http:// or https://',
		],
		['another source', { source: 'disk' }, '"Source" is not valid', 'one of binary, url'],
		['concurrency', { options: { concurrency: 51 } }, '"Concurrency" is not valid', 'from 1 to 50'],
	])('sends nothing with bad input: %s', async (_name, parameters, message, description) => {
		const run = await lab.upload([PICTURE], parameters);

		expect(run.error).toMatchObject({
			message,
			description: expect.stringMatching(
				new RegExp(`^Item 1 of 1: .*${description.replaceAll('/', '\\/')}`),
			) as string,
		});
		expect(lab.requests()).toEqual([]);
	});

	it('checks all items before it sends the first', async () => {
		const run = await lab.upload([PICTURE, PICTURE, { json: { without: 'a file' } }]);

		expect(run.error).toMatchObject({
			message: '"Input Data Field Name" is not valid',
			description: expect.stringContaining('Item 3 of 3:') as string,
		});
		expect(lab.requests()).toEqual([]);
	});
});
