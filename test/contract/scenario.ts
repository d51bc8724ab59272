import type { Emulator, VirtualClock } from '../emulator';
import { autoAdvance } from '../emulator';
import { COOKIE } from './bodies';
import type { Call } from './client';
import { operations } from './document';

const LTX_STUDIO = '/v1/ltxstudio';
const EMAIL = 'creator@example.com';
const LUMA_EMAIL = 'director@example.com';
const DEAD_LUMA_EMAIL = 'dead@example.com';
const UNKNOWN_EMAIL = 'nobody@example.com';
const UNKNOWN_JOB = `email:${EMAIL}-job:7a34b821-9fd0-205e-d21b-4abc6f7839e7-type:image`;
const JOB_DURATION_MS = 10_000;
const CREDITS = 1_000_000;

/** No real picture, and nobody looks. */
const PNG = { bytes: Buffer.from('PNG'), type: 'image/png' };

/** What the scenario needs an emulator to start with. */
export const scenarioOptions = {
	jobDuration: JOB_DURATION_MS,
	accounts: [{ email: EMAIL, credits: CREDITS }],
	lumaAccounts: [{ email: LUMA_EMAIL }, { email: DEAD_LUMA_EMAIL, dead: true }],
};

interface Scenario {
	emulator: Emulator;
	call: Call;
	clock: VirtualClock;
	/** Where callbacks go. */
	replyUrl: string;
}

/** @returns the asset ID of a new upload */
export async function upload(call: Call, type: 'image' | 'reference-image'): Promise<string> {
	const path = `${LTX_STUDIO}/assets/?email=${EMAIL}&type=${type}`;
	const { body } = await call('POST', path, { file: PNG });
	return (body as { asset: { fileId: string } }).asset.fileId;
}

/** @returns the job ID */
async function createImage(call: Call, json: object): Promise<string> {
	const { body } = await call('POST', `${LTX_STUDIO}/images/create`, { json });
	return (body as { jobId: string }).jobId;
}

/**
 * Calls every endpoint with every parameter, and in every way that it has an answer for.
 *
 * @returns how many callbacks that leads to
 */
export async function callEverything(scenario: Scenario): Promise<number> {
	await everythingWithoutToken(scenario);
	await assets(scenario);
	const callbacks = (await generations(scenario)) + (await jobs(scenario));
	await accounts(scenario);
	await retired(scenario);
	await beside(scenario);
	return callbacks;
}

async function everythingWithoutToken({ call }: Scenario): Promise<void> {
	for (const { method, path } of operations) {
		const address = path.replace('{email}', EMAIL).replace('{jobId}', UNKNOWN_JOB);
		await call(method, address, { token: 'user:1-wrong' });
	}
}

async function assets({ call }: Scenario): Promise<void> {
	await call('POST', `${LTX_STUDIO}/assets/`, { file: { ...PNG, bytes: Buffer.alloc(0) } });
	await upload(call, 'image');
	await call('GET', `${LTX_STUDIO}/assets/?email=${EMAIL}&page=1&limit=5&filter=images`);
	await call('GET', `${LTX_STUDIO}/assets/?limit=0`);
}

/** Submits each kind of generation: as JSON, as form data that waits for the result, and in vain. */
async function generations(scenario: Scenario): Promise<number> {
	const { emulator, call } = scenario;
	const examples = await generationExamples(scenario);
	for (const { path, body } of examples) {
		const { pollForResult, ...atOnce } = body;
		await call('POST', path, { json: atOnce });
		await withTimeGoingBy(scenario, call('POST', path, { form: { ...body, pollForResult } }));
		await call('POST', path, { json: {} });
		emulator.accounts.edit(EMAIL, { credits: 0 });
		await call('POST', path, { json: atOnce });
		emulator.accounts.edit(EMAIL, { credits: CREDITS });
	}
	return examples.length * 2;
}

interface Example {
	path: string;
	body: Readonly<Record<string, unknown>>;
}

/** The contract's examples, about things that are there. */
async function generationExamples({ call, clock, replyUrl }: Scenario): Promise<Example[]> {
	const source = await createImage(call, { prompt: 'A picture to enlarge' });
	await clock.advance(JOB_DURATION_MS);
	const actual = {
		'asset:frame-type:image/png': await upload(call, 'image'),
		'asset:reference-type:image/png': await upload(call, 'reference-image'),
		[UNKNOWN_JOB]: source,
		'https://example.com/callback': replyUrl,
	};
	return operations.flatMap(({ path, example }) => {
		if (!example) return [];
		const text = Object.entries(actual).reduce(
			(body, [placeholder, value]) => body.replaceAll(placeholder, value),
			JSON.stringify(example),
		);
		return [{ path, body: JSON.parse(text) as Example['body'] }];
	});
}

async function withTimeGoingBy(
	{ clock, emulator }: Scenario,
	answer: Promise<unknown>,
): Promise<void> {
	const driver = autoAdvance(clock, { activity: emulator.activity });
	await answer;
	driver.stop();
}

/** Looks at jobs while they run, and when they have completed, failed, or never were there. */
async function jobs({ call, clock, replyUrl }: Scenario): Promise<number> {
	const good = await createImage(call, { prompt: 'A lake' });
	const bad = await createImage(call, { prompt: '[fail: too blue]', replyUrl });
	const cancelled = encodeURIComponent(await createImage(call, { prompt: 'A second thought' }));
	await call('GET', `${LTX_STUDIO}/assets/${good}`);
	await call('GET', `${LTX_STUDIO}/scheduler`);
	await call('GET', `${LTX_STUDIO}/scheduler/available`);
	await call('DELETE', `${LTX_STUDIO}/scheduler/${cancelled}`);
	await call('DELETE', `${LTX_STUDIO}/scheduler/${cancelled}`);
	await clock.advance(JOB_DURATION_MS);
	await call('GET', `${LTX_STUDIO}/assets/${good}`);
	await call('GET', `${LTX_STUDIO}/assets/${bad}`);
	await call('GET', `${LTX_STUDIO}/assets/${UNKNOWN_JOB}`);
	await call('GET', `${LTX_STUDIO}/assets/no-job`);
	return 1;
}

async function accounts({ emulator, call }: Scenario): Promise<void> {
	const path = `${LTX_STUDIO}/accounts`;
	await call('POST', path, { json: { cookie: COOKIE, maxJobs: 5 } });
	await call('POST', path, { form: { cookie: COOKIE, maxJobs: 6 } });
	await call('POST', path, { json: { cookie: 'lt_id=user123' } });
	emulator.behaviour.subscription = false;
	await call('POST', path, { json: { cookie: COOKIE } });
	await call('GET', path);
	emulator.behaviour.subscription = true;
	await call('GET', `${path}/${EMAIL}`);
	await call('GET', `${path}/${UNKNOWN_EMAIL}`);
	await call('DELETE', `${path}/${UNKNOWN_EMAIL}`);
	const { body } = await call('GET', path);
	for (const email of Object.keys(body as object)) await call('DELETE', `${path}/${email}`);
	await call('GET', path);
}

async function retired({ emulator, call }: Scenario): Promise<void> {
	for (const status of [404, 410] as const) {
		emulator.behaviour.retired = status;
		await call('GET', `${LTX_STUDIO}/accounts`);
		await call('DELETE', `${LTX_STUDIO}/scheduler/${UNKNOWN_JOB}`);
	}
	emulator.behaviour.retired = false;
}

async function beside({ call }: Scenario): Promise<void> {
	await call('GET', '/v2/account');
	await call('POST', '/v2/account', { json: { replyUrl: 'https://example.com/callback' } });
	await call('POST', '/v2/account', { json: { replyUrl: null } });
	await call('GET', '/v1/luma/accounts');
	await call('POST', `/v1/luma/assets/${LUMA_EMAIL}`, { file: PNG });
	await call('POST', `/v1/luma/assets/${LUMA_EMAIL}`, { file: { ...PNG, type: 'image/bmp' } });
	await call('POST', `/v1/luma/assets/${UNKNOWN_EMAIL}`, { file: PNG });
	await call('POST', `/v1/luma/assets/${DEAD_LUMA_EMAIL}`, { file: PNG });
}
