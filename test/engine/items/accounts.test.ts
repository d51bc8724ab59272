import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { addPicture, byId, forgetRequests, jsonOf, PHOTO, requestsOf } from '../fixtures';
import { shareLab, startLab, type Lab } from '../setup';

const ONE = 'one@example.com';
const TWO = 'two@example.com';
const THREE = 'three@example.com';

const CREATE: INodeParameters = { resource: 'image', operation: 'create', prompt: 'a fox' };
const LTX: INodeParameters = { resource: 'video', operation: 'createLtx', prompt: 'a fox' };
const UPLOAD: INodeParameters = { resource: 'asset', operation: 'upload' };

describe('the automatic account', () => {
	let lab: Lab;

	beforeAll(async () => {
		lab = await startLab({ accounts: [] });
	});

	beforeEach(() => {
		forgetRequests(lab);
		lab.emulator.ledger.entries.length = 0;
	});

	afterEach(async () => {
		for (const { email } of lab.emulator.accounts.all) lab.emulator.accounts.remove(email);
		lab.emulator.behaviour.requireEmail = false;
		expect(lab.violations).toEqual([]);
		await lab.clock.advance(60 * 60 * 1000);
	});

	afterAll(async () => {
		await lab.close();
	});

	/** Configures accounts with so many free slots. */
	const configure = (free: Record<string, number>) => {
		for (const [email, maxJobs] of Object.entries(free)) {
			lab.emulator.accounts.add({ email, maxJobs });
		}
	};

	const run = async (parameters: INodeParameters, items: IDataObject[] = [{}]) =>
		await lab.engine.runNode({
			parameters,
			items: items.map((json) => ({ json, binary: { data: PHOTO } })),
		});

	const chosen = () =>
		requestsOf(lab, 'POST').map(
			({ body, query }) => (body as IDataObject | undefined)?.email ?? query.email,
		);

	it('is the only one, which is always named', async () => {
		configure({ [ONE]: 5 });
		lab.emulator.behaviour.requireEmail = true;
		expect((await run(CREATE)).error).toBeUndefined();
		expect((await run(UPLOAD)).error).toBeUndefined();
		expect(chosen()).toEqual([ONE, ONE]);
	});

	it('is the one with the most free slots', async () => {
		configure({ [ONE]: 4, [TWO]: 6, [THREE]: 5 });
		lab.emulator.occupy(TWO, 5, { durationMs: 10 * 60 * 1000 });
		lab.emulator.behaviour.requireEmail = true;
		expect((await run(CREATE)).items()[0]?.json.email).toBe(THREE);
		expect((await run(UPLOAD)).items()[0]?.json.email).toBe(THREE);
		expect(chosen()).toEqual([THREE, THREE]);
	});

	it('is another one as soon as that has more free slots', async () => {
		configure({ [ONE]: 3, [TWO]: 1, [THREE]: 2 });
		const { error } = await run({ ...CREATE, waitMode: 'none' }, [{}, {}, {}, {}, {}, {}]);
		expect(error).toBeUndefined();
		const counts = [ONE, TWO, THREE].map(
			(email) => chosen().filter((other) => other === email).length,
		);
		expect(counts).toEqual([3, 1, 2]);
	});

	it('is the one of the asset, which an item from an upload carries, for each its own', async () => {
		configure({ [ONE]: 9, [TWO]: 5 });
		const emails = [TWO, ONE];
		const uploaded = await run(
			{ ...UPLOAD, email: byId('={{ $json.email }}') },
			emails.map((email) => ({ email })),
		);
		forgetRequests(lab);
		const made = await run(
			LTX,
			uploaded.items().map(({ json }) => json),
		);
		expect(made.error).toBeUndefined();
		expect(made.items().map(({ json }) => json.email)).toEqual(emails);
		expect(chosen().sort()).toEqual([ONE, TWO]);
	});

	it('is the same for all uploads of a run, so that they can be used together', async () => {
		configure({ [ONE]: 2, [TWO]: 2 });
		await run(UPLOAD, [{}, {}, {}, {}]);
		expect(new Set(chosen()).size).toBe(1);
		expect(requestsOf(lab, 'GET')).toHaveLength(1);
	});

	it('is the one of the job that is to be upscaled', async () => {
		configure({ [ONE]: 9, [TWO]: 2 });
		const made = await run({ ...CREATE, email: byId(TWO) });
		forgetRequests(lab);
		const upscaled = await run(
			{ resource: 'image', operation: 'upscale' },
			made.items().map(({ json }) => json),
		);
		expect(upscaled.error).toBeUndefined();
		expect(chosen()).toEqual([TWO]);
	});

	it('may not be another than that of the job', async () => {
		configure({ [ONE]: 9, [TWO]: 2 });
		const made = await run({ ...CREATE, email: byId(TWO) });
		forgetRequests(lab);
		const { error } = await run(
			{ resource: 'image', operation: 'upscale', email: byId(ONE) },
			made.items().map(({ json }) => json),
		);
		expect(error?.description).toBe(
			`Item 1 of 1: "Account" is "${ONE}". It must be ${TWO}, the account that the job belongs to. Nothing was sent.`,
		);
		expect(lab.emulator.requests).toEqual([]);
	});

	it('is not guessed where an asset could belong to several', async () => {
		configure({ [ONE]: 9, [TWO]: 5 });
		const startAssetId = byId(addPicture(lab, { email: TWO }));
		const { error } = await run({ ...LTX, startAssetId });
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: 'The account that owns the assets is not known',
			context: { itemIndex: 0 },
			description: `Item 1: Choose it in the Account field, or pass on the item of the upload, which carries it. Configured: ${ONE}, ${TWO}. Nothing was submitted for this item.`,
		});
		expect(requestsOf(lab, 'POST')).toEqual([]);

		const chosenByHand = await run({ ...LTX, startAssetId, email: byId(TWO) });
		expect(chosenByHand.error).toBeUndefined();
	});

	it('is not taken from an item whose asset is not the one that is named', async () => {
		configure({ [ONE]: 9, [TWO]: 5 });
		const other = addPicture(lab, { email: ONE });
		const startAssetId = byId(addPicture(lab, { email: TWO }));
		const { error } = await run({ ...LTX, startAssetId }, [{ fileId: other, email: ONE }]);
		expect(error?.message).toBe('The account that owns the assets is not known');
		expect(requestsOf(lab, 'POST')).toEqual([]);
	});

	it('is missing where something is listed that belongs to one of several', async () => {
		configure({ [ONE]: 9, [TWO]: 5 });
		const { error } = await run({ resource: 'asset', operation: 'getAll' });
		expect(error).toMatchObject({
			message: '"Account" is missing',
			description: `Item 1 of 1: several accounts are configured. "Account" must be one of ${ONE}, ${TWO}.`,
		});
	});

	it.each([
		['a generation', CREATE],
		['an upload', UPLOAD],
		['a list', { resource: 'asset', operation: 'getAll' }],
	])('is asked for before %s where there is none', async (_, parameters) => {
		const { error } = await run(parameters);
		expect(error?.message).toBe('No LTX Studio account is configured');
		expect(error?.description).toContain('Account > Create or Update');
		expect(requestsOf(lab, 'POST')).toEqual([]);
	});

	it('that was chosen but is not configured is an error before anything is spent', async () => {
		configure({ [ONE]: 9, [TWO]: 5 });
		const ended = await lab.engine.runNode({
			parameters: { ...CREATE, email: byId('={{ $json.email }}') },
			items: [ONE, 'nobody@example.com', TWO].map((email) => ({ json: { email } })),
		});
		expect(ended.error).toMatchObject({
			name: 'NodeOperationError',
			message: 'The account "nobody@example.com" is not configured',
			description: `Item 2: Choose one of these in the Account field: ${ONE}, ${TWO}. Nothing was submitted for this item.`,
		});
		expect(requestsOf(lab, 'POST')).toEqual([]);
		expect(lab.emulator.ledger.entries).toEqual([]);
	});

	it('is another one when the first has no credits or no session', async () => {
		configure({ [ONE]: 9, [TWO]: 8, [THREE]: 5 });
		lab.emulator.accounts.edit(ONE, { credits: 0 });
		lab.emulator.accounts.edit(TWO, { dead: true });
		const ended = await run(CREATE);
		expect(ended.error).toBeUndefined();
		expect(ended.items()[0]?.json.email).toBe(THREE);
		expect(chosen()).toEqual([ONE, TWO, THREE]);
		expect(lab.emulator.ledger.charges).toHaveLength(1);
	});
});

describe('an answer about accounts', () => {
	let lab: Lab;

	shareLab(async () => (lab = await startLab()));

	const PATH = /^\/v1\/ltxstudio\/accounts/;
	const GET: INodeParameters = { operation: 'get', email: byId(ONE) };
	const LIST: INodeParameters = { operation: 'getAll' };
	const WRITE: INodeParameters = {
		operation: 'create',
		cookieSource: 'parameter',
		cookie: '={{ "lt_id=3f9c0d7e51; lt_token=c2VjcmV0; lt_refresh_token=r3fr3sh" }}',
		maxJobs: 5,
	};

	const answer = (body: unknown) => {
		lab.emulator.faults.add({ kind: 'status', status: 200, body, match: { path: PATH } });
	};

	it.each<[unknown, string, INodeParameters]>([
		[null, 'Get', GET],
		[[1], 'Get', GET],
		['x', 'Get', GET],
		[{ error: 'x' }, 'Get Many', LIST],
		[{ error: null }, 'Get Many', LIST],
		[{ [ONE]: 'x' }, 'Get Many', LIST],
		[['x'], 'Get Many', LIST],
		['x', 'Get Many', LIST],
		[null, 'Create or Update', WRITE],
		[[], 'Create or Update', WRITE],
	])('that is %j is not readable: %s', async (body, _, parameters) => {
		answer(body);
		const run = await lab.engine.runNode({ parameters: { resource: 'account', ...parameters } });
		expect(run.error).toMatchObject({
			name: 'NodeApiError',
			message: `${new URL(lab.emulator.url).host} sent no readable JSON`,
		});
	});

	it.each([{ error: 'x' }, { [ONE]: 1 }, 'x'])(
		'that is %j is not readable in the list of a form either',
		async (body) => {
			answer(body);
			const form = { type: 'ltxStudio', parameters: {} };
			await expect(lab.engine.listSearch('getAccounts', form)).rejects.toThrow(
				'sent no readable JSON',
			);
		},
	);

	it('lists what has no more than its name, or a date that is none', async () => {
		answer({ [ONE]: null, [TWO]: { refreshTokenExpireUTC: 1 } });
		const { results } = await lab.engine.listSearch('getAccounts', {
			type: 'ltxStudio',
			parameters: {},
		});
		expect(results).toEqual([ONE, TWO].map((value) => ({ name: value, value })));
		const run = await lab.engine.runNode({ parameters: { resource: 'account', ...LIST } });
		expect(jsonOf(run.items()).map(({ email }) => email)).toEqual([ONE, TWO]);
	});
});
