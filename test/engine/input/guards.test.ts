import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { ltx, ltxStudio, operationsOf, type CataloguedNode } from '../../../build/catalogue';
import { Ltx } from '../../../nodes/Ltx/Ltx.node';
import { LtxStudio } from '../../../nodes/LtxStudio/LtxStudio.node';
import { dollars } from '../../../nodes/shared/jobs/price';
import { accountsOf } from '../batch/batchLab';
import { startCallbackLab, type CallbackLab } from '../callbackLab';
import { addPicture, byId, EMAIL, jsonOf, pairsOf, requestsOf } from '../fixtures';
import { byUri } from '../ltx/ltxLab';
import { startLab, type Lab } from '../setup';

jest.setTimeout(60_000);

const LIST = "the vendor's price list of October 2025 for its Standard plan";
const UNLISTED = { model: 'nano-banana', priceUsd: null, credits: null };
const CONTINUES = { onError: 'continueRegularOutput' } as const;
const [FIRST = '', SECOND = ''] = accountsOf(1, 1).map(({ email }) => email);

interface Walked {
	type: 'ltx' | 'ltxStudio';
	path: string;
	model: string | undefined;
}

/** Every model of every generation of a node; one that has no choice of models, once. */
const walk = (type: Walked['type'], node: CataloguedNode): Walked[] =>
	operationsOf(node)
		.filter(({ facts }) => 'firstLook' in facts)
		.flatMap(({ path, facts }) => {
			const models = facts.description
				.filter(({ name }) => name === 'model')
				.flatMap(({ options = [] }) => options)
				.flatMap((option) => ('value' in option ? [String(option.value)] : []));
			return (models.length === 0 ? [undefined] : models).map((model) => ({ type, path, model }));
		});

const WALK = [...walk('ltxStudio', ltxStudio), ...walk('ltx', ltx)];

describe('every model of every generation', () => {
	let lab: Lab;
	let needs: Record<string, INodeParameters>;

	beforeAll(async () => {
		lab = await startLab({
			accounts: [{ email: EMAIL, credits: 1_000_000 }],
			ltx: { credits: 1_000_000, concurrency: 100 },
			engine: { nodes: { ltxStudio: new LtxStudio(), ltx: new Ltx() } },
		});
		const made = await lab.engine.runNode({
			type: 'ltxStudio',
			parameters: { resource: 'image', operation: 'create', prompt: 'a picture' },
		});
		const picture = (type?: 'reference-image') => byId(addPicture(lab, type && { type }));
		const video_uri = byUri('https://example.com/clip.mp4');
		needs = {
			'image/edit': { referenceAssetId: picture('reference-image') },
			'image/upscale': { jobId: byId(made.items()[0]?.json.jobId as string) },
			'video/createLtx': { startAssetId: picture() },
			'video/createVeo': { startAssetId: picture('reference-image') },
			'video/imageToVideo': { image_uri: byUri('https://example.com/photo.jpg') },
			'video/audioToVideo': { audio_uri: byUri('https://example.com/speech.mp3') },
			'video/retake': { video_uri },
			'video/extend': { video_uri, options: { context: 2 } },
			'video/reframe': { video_uri },
			'video/toHdr': { video_uri },
		};
	});

	afterAll(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const charged = () => [
		...lab.emulator.ledger.charges.map(({ credits }) => ({ credits })),
		...lab.emulator.ltx.ledger.charges.map(({ credits }) => ({ priceUsd: dollars(credits) })),
	];

	const run = async ({ type, path, model }: Walked, own: IDataObject, rest = {}) => {
		const [resource = '', operation = ''] = path.split('/');
		const { options, ...required } = needs[path] ?? {};
		lab.emulator.requests.length = 0;
		lab.emulator.ledger.entries.length = 0;
		lab.emulator.ltx.ledger.entries.length = 0;
		return await lab.engine.runNode({
			type,
			parameters: {
				...{ resource, operation, prompt: 'a lighthouse', ...required },
				...(model === undefined ? {} : { model }),
				waitMode: 'none',
				options: { ...(options as INodeParameters), ...own } as INodeParameters,
			},
			items: [{ json: { row: 1 } }, { json: { row: 2 } }],
			...rest,
		});
	};

	it.each(WALK)('$type, $path, $model: above the limit, nothing leaves n8n', async (walked) => {
		const stopped = await run(walked, { spendingLimit: 0.001 });
		expect(stopped.error?.message).toContain('Spending Limit');
		expect(lab.emulator.requests).toEqual([]);
		const goesOn = { onError: 'continueRegularOutput' };
		const continued = await run(walked, { spendingLimit: 0.001 }, goesOn);
		const error = expect.stringContaining('Spending Limit') as string;
		expect(jsonOf(continued.items())).toMatchObject([{ error }, { error }]);
		expect(lab.emulator.requests).toEqual([]);
	});

	it.each(WALK)('$type, $path, $model: a check submits nothing, and is right', async (walked) => {
		const checked = await run(walked, { dryRun: true });
		expect(checked.error).toBeUndefined();
		expect(requestsOf(lab, 'POST')).toEqual([]);
		expect(pairsOf(checked.items())).toEqual([{ item: 0 }, { item: 1 }]);
		const [told = {}] = jsonOf(checked.items());
		const account = walked.type === 'ltx' ? null : EMAIL;
		expect(told).toMatchObject({ valid: true, model: walked.model ?? null, account });
		const ran = await run(walked, {});
		expect(ran.error).toBeUndefined();
		const unit = walked.type === 'ltx' ? 'priceUsd' : 'credits';
		const price: unknown = told[unit];
		// What the list does not say is charged all the same.
		if (price !== null) expect(charged()).toEqual([{ [unit]: price }, { [unit]: price }]);
		expect(charged()).toHaveLength(2);
		const output = jsonOf(ran.items())[0] ?? {};
		expect([output.priceUsd ?? null, output.credits ?? null]).toEqual([
			told.priceUsd,
			told.credits,
		]);
	});
});

describe('guards of a run', () => {
	let lab: CallbackLab;

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const open = async (accounts: Parameters<typeof startCallbackLab>[0] = {}) => {
		lab = await startCallbackLab({ node: new LtxStudio(), ...accounts });
	};

	const charges = () => lab.emulator.ledger.charges.length;
	const hint = (run: Awaited<ReturnType<CallbackLab['generate']>>) => run.hints()[0]?.message;

	it('a limit is exact, up to what binary fractions leave, and the lowest of all items holds', async () => {
		await open();
		const spendingLimit = '={{ $json.number === 1 ? 0.1 + 0.2 - 0.27 : 0.05 }}';
		const run = await lab.generate(2, { options: { spendingLimit } });
		expect(run.error).toBeUndefined();
		const dearer = await lab.generate(3, { options: { spendingLimit } });
		expect(dearer.error?.message).toBe(
			'The run would cost $0.045, and its Spending Limit is $0.03',
		);
		expect(dearer.error?.description).toBe(
			`3 items: 3 × $0.015 (flux), by ${LIST}. What an earlier try has paid for counts. Raise the limit, or give the node fewer items. Nothing was submitted.`,
		);
		expect(charges()).toBe(2);
	});

	it('says which models have no list price', async () => {
		await open();
		const run = await lab.generate(3, {
			model: '={{ $json.number === 1 ? "nano-banana" : "flux" }}',
			options: { spendingLimit: 50 },
		});
		expect(run.error?.message).toBe(
			'The Spending Limit of $50.00 cannot be kept: what some items cost is not known',
		);
		expect(run.error?.description).toBe(
			`1 of 3 items (nano-banana) cannot be priced: it is not in ${LIST}. Choose a model that has a price, or remove the option. Nothing was submitted.`,
		);
	});

	it('lets another try end what the first one has paid for', async () => {
		await open();
		let posts = 0;
		lab.emulator.faults.random(({ method }) =>
			method === 'POST' && ++posts === 2 ? { kind: 'status', status: 400 } : undefined,
		);
		const run = await lab.generate(
			2,
			{ options: { spendingLimit: 0.03, concurrency: 1 } },
			{ retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
		);
		expect(run.error).toBeUndefined();
		expect([posts, charges()]).toEqual([3, 2]);
	});

	it('sends nothing again that would go beyond the limit', async () => {
		await open();
		lab.emulator.faults.add({ kind: 'resetBefore', match: { method: 'POST', times: 1 } });
		const options = { onUncertain: 'resubmit', spendingLimit: 0.015 };
		const run = await lab.generate(1, { options });
		expect(run.error?.message).toContain('may have been submitted');
		lab.emulator.faults.add({ kind: 'resetBefore', match: { method: 'POST', times: 1 } });
		const roomy = await lab.generate(1, { options: { ...options, spendingLimit: 0.03 } });
		expect(roomy.error).toBeUndefined();
	});

	it('one item that is not to be submitted again keeps all from it', async () => {
		await open();
		lab.emulator.faults.add({ kind: 'resetBefore', match: { method: 'POST', times: 2 } });
		const onUncertain = '={{ $itemIndex === 1 ? "fail" : "resubmit" }}';
		const run = await lab.generate(2, { options: { onUncertain } });
		expect(run.error?.message).toContain('may have been submitted');
		expect(lab.emulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
	});

	it('one item that is only to be checked keeps all from being submitted', async () => {
		await open();
		const run = await lab.generate(2, { options: { dryRun: '={{ $json.number === 1 }}' } });
		expect(jsonOf(run.items())).toMatchObject([{ valid: true }, { valid: true }]);
		expect(charges()).toBe(0);
	});

	it.each([
		['dryRun', '={{ $json.check }}', '"Check Only" is missing'],
		['spendingLimit', '={{ $json.budget }}', '"Spending Limit (USD)" is missing'],
	])('%s is not taken for off where its expression finds nothing', async (name, value, error) => {
		await open();
		const run = await lab.generate(2, { options: { [name]: value } }, CONTINUES);
		expect(jsonOf(run.items())[0]?.error ?? run.error?.message).toContain(error);
		expect(charges()).toBe(0);
	});

	it.each([
		['dryRun', '={{ $json.number === 1 }}'],
		['spendingLimit', '={{ $json.number === 1 ? 0.001 : 5 }}'],
	])('%s of an item that is wrong holds for the others, too', async (name, value) => {
		await open();
		const prompt = '={{ $json.number === 1 ? "" : "A fox" }}';
		await lab.generate(2, { prompt, options: { [name]: value } }, CONTINUES);
		expect(charges()).toBe(0);
	});

	it('a check tells what is wrong with each item, and what the others come to', async () => {
		await open({
			accounts: [
				{ email: FIRST, maxJobs: 5, credits: 12_000 },
				{ email: SECOND, dead: true },
			],
		});
		const account = `={{ [undefined, "${SECOND}", "nobody@example.com"][$json.number] }}`;
		const run = await lab.generate(5, {
			model: '={{ ["flux", "flux", "flux", "no model", "nano-banana"][$json.number] }}',
			options: { dryRun: true, keepInputFields: true, email: byId(account) },
		});
		expect(run.error).toBeUndefined();
		const flux = { model: 'flux', priceUsd: 0.015, credits: 12 };
		const text = (part: string) => expect.stringContaining(part) as string;
		expect(jsonOf(run.items())).toEqual([
			{ number: 0, valid: true, problem: null, ...flux, account: null },
			{ number: 1, valid: false, problem: text('session is dead'), ...flux, account: SECOND },
			{
				number: 2,
				valid: false,
				problem: text('not configured'),
				...flux,
				account: 'nobody@example.com',
			},
			{
				number: 3,
				valid: false,
				problem: text('Item 4 of 5: "Model" is "no model"'),
				model: null,
				priceUsd: null,
				credits: null,
				account: null,
			},
			{ number: 4, valid: true, problem: null, ...UNLISTED, account: null },
		]);
		expect(hint(run)).toBe(
			`5 items: 2 valid, 3 not. Cost: about $0.015, 12 credits by ${LIST}, and 1 of unknown price; 12,000 are there. 25 of 25 slots are free. Nothing was submitted: turn "Check Only" off to run it.`,
		);
	});

	it('a check keeps no problem of a check before, and no field where the form does not say so', async () => {
		await open();
		const [mended, wrong] = jsonOf(
			(
				await lab.generate(
					2,
					{ options: { dryRun: true, keepInputFields: '={{ $json.keep }}' } },
					{
						items: [
							{ json: { row: 1, keep: true, problem: 'too long' } },
							{ json: { row: 2, keep: 'perhaps' } },
						],
					},
				)
			).items(),
		);
		expect(mended).toMatchObject({ row: 1, valid: true, problem: null });
		expect(wrong).toMatchObject({
			valid: false,
			problem: expect.stringContaining('"Keep Input Fields" is "perhaps"') as string,
		});
		expect(wrong).not.toHaveProperty('row');
	});

	it('a check says before the run which items the credits do not reach, and is right', async () => {
		await open({ accounts: [{ email: EMAIL, credits: 30 }] });
		const options = { concurrency: 1 };
		const checked = await lab.generate(3, { options: { ...options, dryRun: true } });
		const items = jsonOf(checked.items());
		expect(items.map(({ valid }) => valid)).toEqual([true, true, false]);
		expect(items[2]?.problem).toBe(
			`The credits do not reach as far as this item. Item 3: 6 credits are left on ${EMAIL} by then. Buy some, or give the node fewer items.`,
		);
		expect(hint(checked)).toContain(
			`Cost: about $0.045, 36 credits by ${LIST}; only 30 are there.`,
		);
		const ran = await lab.generate(3, { options }, { onError: 'continueRegularOutput' });
		expect(jsonOf(ran.items()).map(({ error }) => error === undefined)).toEqual([
			true,
			true,
			false,
		]);
		expect(charges()).toBe(2);
	});

	it('a check says why a run as a whole would not begin', async () => {
		await open();
		const problem = async (options: IDataObject, more = {}, rest = {}) => {
			const parameters = { options: { dryRun: true, ...options } as INodeParameters, ...more };
			const [json] = jsonOf((await lab.generate(1, parameters, rest)).items());
			expect(json).toMatchObject({ valid: false, priceUsd: 0.015 });
			return json?.problem;
		};
		expect(await problem({ spendingLimit: 0.01 })).toContain('The run would cost $0.015');
		const asleep = { waitMode: 'webhook' };
		expect(await problem({}, asleep, { mode: 'integrated' })).toContain('cannot sleep');
		lab.emulator.faults.add({ kind: 'status', status: 401, match: { method: 'GET' } });
		expect(await problem({})).toContain('was not accepted');
		expect(charges()).toBe(0);
	});
});
