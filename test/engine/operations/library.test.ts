import {
	addPicture,
	byId,
	EMAIL,
	forgetRequests,
	jsonOf,
	pairsOf,
	parametersNotSent,
	PHOTO,
	requestsOf,
	runThree,
} from '../fixtures';
import { startLab, type Lab } from '../setup';

const OTHER = 'other@example.com';
const THREE = [0, 1, 2];
const PAIRS = THREE.map((item) => ({ item }));

const START = '2026-03-01T09:00:00.000Z';

const cookieOf = (name: string) =>
	`lt_id=${name}; lt_token=token-of-${name}; lt_refresh_token=refresh-of-${name}; _ga=1`;

describe('accounts and assets', () => {
	let lab: Lab;

	beforeAll(async () => {
		lab = await startLab({
			accounts: [{ email: EMAIL, maxJobs: 9 }, { email: OTHER }],
			engine: { credentials: { ltxStudioSessionApi: { cookie: cookieOf('stored') } } },
		});
		const { token, url } = lab.emulator;
		lab.engine.setCredential('useapiApi', { token, baseUrl: url });
	});

	beforeEach(() => {
		forgetRequests(lab);
	});

	afterEach(() => {
		expect(lab.violations).toEqual([]);
	});

	afterAll(async () => {
		await lab.close();
	});

	const simpleAccount = {
		maxJobs: 20,
		credits: null,
		updatedAt: START,
		sessionEndsAt: null,
		tokenExpiresAt: '2026-03-31T09:00:00.000Z',
	};

	describe('accounts', () => {
		it('creates one for the cookie of each item', async () => {
			const names = ['a@example.com', 'b@example.com', 'c@example.com'];
			const items = await runThree(
				lab,
				'account',
				'create',
				{ cookieSource: 'parameter', cookie: '={{ $json.cookie }}', maxJobs: '={{ $json.jobs }}' },
				names.map((name, index) => ({ cookie: `Cookie: ${cookieOf(name)}`, jobs: index + 1 })),
			);

			const sent = requestsOf(lab, 'POST').map(({ path, body }) => ({ path, body }));
			expect(sent).toHaveLength(names.length);
			expect(sent).toEqual(
				expect.arrayContaining(
					names.map((name, index) => ({
						path: '/v1/ltxstudio/accounts',
						body: { cookie: cookieOf(name), maxJobs: index + 1 },
					})),
				),
			);
			expect(pairsOf(items)).toEqual(PAIRS);
			expect(jsonOf(items)).toEqual(
				names.map((email, index) => ({
					...simpleAccount,
					email,
					maxJobs: index + 1,
					sessionEndsAt: '2026-05-30T09:00:00.000Z',
					refreshTokenExpiresAt: '2026-05-30T09:00:00.000Z',
				})),
			);
			for (const name of names) lab.emulator.accounts.remove(name);
		});

		it.each([
			['as it was, where the API would set it back', true, undefined, 60],
			['as it was, where the API leaves it', false, undefined, 60],
			['as the form says', true, 5, 5],
		])('renews one with its maximum of jobs %s', async (_how, resetsMaxJobs, maxJobs, most) => {
			const email = 'stored@example.com';
			lab.emulator.accounts.add({ email, maxJobs: 60 });
			lab.emulator.behaviour.resetsMaxJobs = resetsMaxJobs;
			const run = await lab.engine.runNode({
				parameters: { resource: 'account', operation: 'create', ...(maxJobs && { maxJobs }) },
			});
			lab.emulator.behaviour.resetsMaxJobs = false;
			const account = lab.emulator.accounts.require(email);
			expect([account.maxJobs, jsonOf(run.items())[0]?.maxJobs]).toEqual([most, most]);
			lab.emulator.accounts.remove(email);
		});

		it('says what was set back where it could not be set again', async () => {
			const email = 'stored@example.com';
			lab.emulator.accounts.add({ email, maxJobs: 60 });
			lab.emulator.behaviour.resetsMaxJobs = true;
			const match = { method: 'POST', nth: 2 };
			lab.emulator.faults.add({ kind: 'status', status: 401, body: { error: 'no' }, match });
			const run = await lab.engine.runNode({
				parameters: { resource: 'account', operation: 'create' },
			});
			lab.emulator.behaviour.resetsMaxJobs = false;
			lab.emulator.faults.clear();
			expect(run.error?.description).toContain('from 60 to 20');
			lab.emulator.accounts.remove(email);
		});

		it('creates one from the credential, and hides what the API hides', async () => {
			const run = await lab.engine.runNode({
				parameters: { resource: 'account', operation: 'create', simplify: false },
			});
			expect(requestsOf(lab, 'POST')[0]?.body).toEqual({ cookie: cookieOf('stored') });
			expect(jsonOf(run.items())).toEqual([
				expect.objectContaining({
					email: 'stored@example.com',
					cookie: { lt_id: '[hidden]', lt_token: '[hidden]', lt_refresh_token: '[hidden]' },
					refreshTokenExpireUTC: '2026-05-30T09:00:00.000Z',
				}),
			]);
			lab.emulator.accounts.remove('stored@example.com');
		});

		it('gets one with its balance', async () => {
			const parameters = { email: byId('={{ $json.of }}') };
			const items = await runThree(lab, 'account', 'get', parameters, [
				{ of: EMAIL },
				{ of: OTHER },
				{ of: EMAIL },
			]);
			expect(pairsOf(items)).toEqual(PAIRS);
			expect(jsonOf(items).map(({ email, maxJobs, credits }) => [email, maxJobs, credits])).toEqual(
				[
					[EMAIL, 9, 28_000],
					[OTHER, 20, 28_000],
					[EMAIL, 9, 28_000],
				],
			);
			const [raw] = await runThree(lab, 'account', 'get', { email: byId(EMAIL), simplify: false });
			expect(raw?.json).toMatchObject({ balance: { LTXStudio_token: 28_000 }, maxJobs: 9 });
		});

		it('lists all, one item each for every incoming one', async () => {
			const items = await runThree(lab, 'account', 'getAll');
			expect(pairsOf(items)).toEqual(THREE.flatMap((item) => [{ item }, { item }]));
			expect(jsonOf(items).slice(0, 2)).toEqual([
				{ ...simpleAccount, email: EMAIL, maxJobs: 9 },
				{ ...simpleAccount, email: OTHER },
			]);
			const [raw] = await runThree(lab, 'account', 'getAll', { simplify: false });
			expect(raw?.json).toMatchObject({ email: EMAIL, updatedUTC: START });
		});

		it('lists an account whose session is dead without taking the item for a failed one', async () => {
			lab.emulator.accounts.edit(OTHER, { dead: true });
			const items = await runThree(lab, 'account', 'getAll', { simplify: false });
			lab.emulator.accounts.edit(OTHER, { dead: false });
			expect(items[1]?.json).toMatchObject({
				email: OTHER,
				accountError: 'The session is no longer valid',
			});
			expect(items[1]?.json).not.toHaveProperty('error');
		});

		it('deletes one', async () => {
			const emails = ['x@example.com', 'y@example.com', 'z@example.com'];
			for (const email of emails) lab.emulator.accounts.add({ email });
			const items = await runThree(
				lab,
				'account',
				'delete',
				{ email: byId('={{ $json.of }}') },
				emails.map((of) => ({ of })),
			);
			expect(jsonOf(items)).toEqual(emails.map((email) => ({ deleted: true, email })));
			expect(pairsOf(items)).toEqual(PAIRS);
			expect(lab.emulator.accounts.all.map(({ email }) => email)).toEqual([EMAIL, OTHER]);
		});
	});

	describe('assets', () => {
		it('uploads the file of each item, for what it is meant', async () => {
			const items = await runThree(
				lab,
				'asset',
				'upload',
				{ type: '={{ $json.use }}', email: byId(OTHER), options: { concurrency: 1 } },
				[{ use: 'image' }, { use: 'reference-image' }, { use: 'image' }],
			);
			expect(requestsOf(lab, 'POST').map(({ query }) => query)).toEqual([
				{ email: OTHER, type: 'image' },
				{ email: OTHER, type: 'reference-image' },
				{ email: OTHER, type: 'image' },
			]);
			expect(pairsOf(items)).toEqual(PAIRS);
			expect(jsonOf(items)).toEqual(
				['image', 'reference-image', 'image'].map((type) => ({
					fileId: expect.stringMatching(/^asset:.*-type:image\/png$/) as string,
					assetUrl: expect.stringContaining('/storage/artifacts/user-uploads/') as string,
					mimeType: 'image/png',
					expiresAt: '2026-03-01T10:00:00.000Z',
					type,
					email: OTHER,
				})),
			);
			const [raw] = await runThree(lab, 'asset', 'upload', { email: byId(OTHER), simplify: false });
			expect(raw?.json).toMatchObject({
				email: OTHER,
				asset: { type: 'image', mimeType: 'image/png' },
			});
		});

		it.each([
			[{ error: 'The file is broken' }, 'the API says The file is broken'],
			[{ message: 'Try later', statusCode: 413 }, 'the API says Try later'],
			[{ assetUrl: 'https://example.com/a.png' }, 'gave no asset ID'],
		])('takes %j with status 200 for an upload that has failed', async (body, says) => {
			const match = { method: 'POST', path: '/v1/ltxstudio/assets/', times: 1 };
			lab.emulator.faults.add({ kind: 'status', status: 200, body, match });
			const run = await lab.engine.runNode({
				parameters: { resource: 'asset', operation: 'upload', email: byId(EMAIL) },
				items: [{ json: {}, binary: { data: PHOTO } }],
			});
			expect(run.error?.message).toBe('LTX Studio has not taken the file');
			expect(run.error?.description).toContain(
				`Item 1 of 1: ${says.replace('gave', 'the API says nothing, and gave')}`,
			);
		});

		it('lists pages until there are as many as asked for', async () => {
			const email = 'library@example.com';
			lab.emulator.accounts.add({ email });
			const fileIds = Array.from({ length: 230 }, () => addPicture(lab, { email })).reverse();

			const parameters = { email: byId(email), filter: 'images' };
			const some = await runThree(lab, 'asset', 'getAll', { ...parameters, limit: 120 });
			expect(some).toHaveLength(360);
			expect(some.slice(0, 120).map(({ json }) => json.fileId)).toEqual(fileIds.slice(0, 120));
			expect(pairsOf(some)).toEqual(
				THREE.flatMap((item) => Array.from({ length: 120 }, () => ({ item }))),
			);

			forgetRequests(lab);
			const all = await lab.engine.runNode({
				parameters: { resource: 'asset', operation: 'getAll', ...parameters, returnAll: true },
			});
			expect(all.items().map(({ json }) => json.fileId)).toEqual(fileIds);
			expect(requestsOf(lab, 'GET').map(({ query }) => query)).toEqual(
				['1', '2', '3'].map((page) => ({ email, page, limit: '100', filter: 'images' })),
			);
			lab.emulator.accounts.remove(email);
		});

		it('lists them simplified, raw, and by type', async () => {
			const fileId = addPicture(lab);
			const one = { email: byId(EMAIL), limit: 1 };
			const [simple] = await runThree(lab, 'asset', 'getAll', one);
			const signed = expect.stringContaining('/storage/') as string;
			expect(simple?.json).toEqual({
				id: expect.any(String) as string,
				jobId: null,
				assetUrl: signed,
				fileId,
				mimeType: 'image/png',
				expiresAt: '2026-03-01T10:00:00.000Z',
				thumbnailUrl: signed,
				email: EMAIL,
			});
			const [raw] = await runThree(lab, 'asset', 'getAll', { ...one, simplify: false });
			expect(raw?.json).toMatchObject({ email: EMAIL, signedAsset: { asset: { fileId } } });
			expect(await runThree(lab, 'asset', 'getAll', { ...one, filter: 'audio' })).toEqual([]);
		});
	});

	it('has sent every parameter of the endpoints', () => {
		expect(parametersNotSent(lab, /accounts|assets\/$/)).toEqual([]);
	});
});
