import type { INodeParameters } from 'n8n-workflow';

import { byId, EMAIL, everythingOf, PHOTO, requestsOf, UNKNOWN_JOB } from '../fixtures';
import type { EngineRun } from '../harness/run';
import { shareLab, startLab, type Lab } from '../setup';

const LIST: INodeParameters = { resource: 'scheduler', operation: 'getAll' };
const CREATE: INodeParameters = { resource: 'image', operation: 'create', prompt: 'a fox' };

const WAIT_A_WHILE = 'Wait a while and run the workflow again. Jobs that were submitted go on.';
const RETIRED = {
	message: 'This endpoint no longer exists',
	description: expect.stringMatching(/retired.*Base URL in the useapi\.net credential/) as string,
};

interface Row {
	status: number;
	/** What the API says. */
	says: string;
	message: string;
	description: string | RegExp;
	/** Whether asking again may help. */
	isRetried?: boolean;
}

/** Answers that are the same wherever they come from. */
const ROWS: Row[] = [
	{
		status: 400,
		says: 'limit must be positive',
		message: 'The request was rejected: limit must be positive',
		description: 'Correct the field that the message names, then run the node again.',
	},
	{
		status: 401,
		says: 'Unauthorized',
		message: 'The API token was not accepted',
		description: /paste the whole API token\. If it does not start with "user:"/,
	},
	{
		status: 402,
		says: 'Subscription required',
		message: 'The useapi.net subscription is not active',
		description: /^Renew the subscription/,
	},
	{
		status: 402,
		says: 'Insufficient credits',
		message: 'The account has not enough credits',
		description: /Top up the account.*Insufficient credits/,
	},
	{
		status: 403,
		says: 'Not for you',
		message: '403: Not for you',
		description: /^Check the Base URL/,
	},
	{
		status: 404,
		says: 'Nothing here',
		message: 'Not found: Nothing here',
		description: 'Check the ID or address that you gave.',
	},
	{
		status: 412,
		says: 'Credits are short',
		message: 'The account lacks the credits for this generation',
		description: /Top up the account.*Credits are short/,
	},
	{
		status: 422,
		says: 'Violence',
		message: 'The content was refused by moderation: Violence',
		description: /^Change the prompt or the picture/,
	},
	{
		status: 429,
		says: 'No free slot',
		message: 'All slots are busy: No free slot',
		description: /^Wait until running jobs finish/,
		isRetried: true,
	},
	{
		status: 500,
		says: 'Render farm on fire',
		message: 'The service failed to do this: Render farm on fire',
		description: WAIT_A_WHILE,
		isRetried: true,
	},
	...[502, 503, 504].map((status) => ({
		status,
		says: 'Upstream is gone',
		message: `is unavailable (${status}): Upstream is gone`,
		description: WAIT_A_WHILE,
		isRetried: true,
	})),
	{
		status: 522,
		says: 'Timed out',
		message: 'The gateway could not reach the API in time (522)',
		description: WAIT_A_WHILE,
		isRetried: true,
	},
	{
		status: 596,
		says: 'Session expired',
		message: "The account's session is dead: Session expired",
		description: /Trying again does not help.*Account > Create or Update/,
	},
];

describe('what the API answers', () => {
	let lab: Lab;
	const runs: EngineRun[] = [];

	shareLab(async () => (lab = await startLab()));

	afterAll(() => {
		for (const run of runs) expect(everythingOf(run)).not.toContain(lab.emulator.token);
		expect(JSON.stringify(lab.engine.logs)).not.toContain(lab.emulator.token);
	});

	const run = async (parameters: INodeParameters) => {
		const ended = await lab.engine.runNode({
			parameters,
			items: [{ binary: { data: PHOTO } }],
		});
		runs.push(ended);
		return ended;
	};

	it.each(ROWS)('$status "$says" is explained', async (row) => {
		const { status, says, isRetried = false } = row;
		lab.emulator.faults.add({ kind: 'status', status, body: { error: says, code: status } });
		const { error } = await run(LIST);

		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: String(status) });
		expect(error?.message).toContain(row.message);
		expect(error?.description).toEqual(
			typeof row.description === 'string'
				? row.description
				: expect.stringMatching(row.description),
		);
		const tries = requestsOf(lab, 'GET').length;
		if (isRetried) expect(tries).toBeGreaterThan(5);
		else expect(tries).toBe(1);
	});

	it.each(ROWS.filter(({ isRetried }) => !isRetried))(
		'$status "$says" ends a submission at once, and nothing is paid',
		async ({ status, says, message }) => {
			lab.emulator.faults.add({
				kind: 'status',
				status,
				body: { error: says, code: status },
				match: { method: 'POST' },
			});
			const { error } = await run(CREATE);

			expect(error).toMatchObject({ name: 'NodeApiError', httpCode: String(status) });
			expect(error?.message).toContain(message);
			expect(error?.description).toMatch(/^Item 1: .*Nothing was submitted/);
			expect(requestsOf(lab, 'POST')).toHaveLength(1);
			expect(lab.emulator.ledger.entries).toEqual([]);
		},
	);

	it('401 and 402 are those of the API itself', async () => {
		const { token, url, behaviour } = lab.emulator;
		lab.engine.setCredential('useapiApi', { token: token.replace('user:', ''), baseUrl: url });
		const wrongToken = await run(LIST);
		lab.engine.setCredential('useapiApi', { token, baseUrl: url });
		behaviour.subscription = false;
		const unpaid = await run(LIST);
		behaviour.subscription = true;

		expect(wrongToken.error?.message).toBe('The API token was not accepted');
		expect(everythingOf(wrongToken)).not.toContain(token.replace('user:', ''));
		expect(unpaid.error?.message).toBe('The useapi.net subscription is not active');
	});

	it.each([404, 410] as const)('%i of a retired API is explained everywhere', async (retired) => {
		lab.emulator.behaviour.retired = retired;
		const operations: INodeParameters[] = [
			LIST,
			CREATE,
			{ resource: 'account', operation: 'getAll' },
			{ resource: 'account', operation: 'get', email: byId(EMAIL) },
			{ resource: 'scheduler', operation: 'getJob', jobId: byId(UNKNOWN_JOB) },
			{ resource: 'scheduler', operation: 'cancel', jobId: byId(UNKNOWN_JOB) },
			{ resource: 'asset', operation: 'getAll', email: byId(EMAIL) },
			{ resource: 'asset', operation: 'upload', email: byId(EMAIL) },
		];
		for (const parameters of operations) {
			const { error } = await run(parameters);
			expect(error).toMatchObject({
				message: RETIRED.message,
				description: RETIRED.description,
				httpCode: String(retired),
			});
		}
		lab.emulator.behaviour.retired = false;
	});

	const unknown = 'nobody@example.com';
	const notConfigured = `The account "${unknown}" is not configured`;
	const meanings: Array<[string, INodeParameters, string, string]> = [
		[
			'an account to get',
			{ resource: 'account', operation: 'get', email: byId(unknown) },
			notConfigured,
			'Account > Get Many',
		],
		[
			'an account to delete',
			{ resource: 'account', operation: 'delete', email: byId(unknown) },
			notConfigured,
			'Account > Get Many',
		],
		[
			'an account to upload to',
			{ resource: 'asset', operation: 'upload', email: byId(unknown) },
			notConfigured,
			'Account > Get Many',
		],
		[
			'an account to list',
			{ resource: 'asset', operation: 'getAll', email: byId(unknown) },
			notConfigured,
			'Account > Get Many',
		],
		['an account to create with', { ...CREATE, email: byId(unknown) }, notConfigured, EMAIL],
		[
			'a job',
			{ resource: 'scheduler', operation: 'getJob', jobId: byId(UNKNOWN_JOB) },
			`The job is not known: ${UNKNOWN_JOB}`,
			'It has expired, was cancelled',
		],
		[
			'a job to cancel',
			{ resource: 'scheduler', operation: 'cancel', jobId: byId(UNKNOWN_JOB) },
			'The job is not running',
			UNKNOWN_JOB,
		],
		[
			'a job to wait for',
			{ resource: 'scheduler', operation: 'waitForJob', jobId: byId(UNKNOWN_JOB) },
			'The job is no longer known to the API',
			UNKNOWN_JOB,
		],
	];

	it.each(meanings)('404 of %s says what is not there', async (_, parameters, message, next) => {
		const { error } = await run(parameters);
		expect(error?.message).toBe(message);
		expect(error?.description).toContain(next);
		expect(lab.emulator.ledger.entries).toEqual([]);
	});

	it('hides secrets that the API repeats', async () => {
		const { token } = lab.emulator;
		const body = { error: `lt_token=hush and ${token} do not match` };
		lab.emulator.faults.add({ kind: 'status', status: 400, body });
		const ended = await run({
			resource: 'account',
			operation: 'create',
			cookieSource: 'parameter',
			cookie: 'lt_id=me; lt_token=hush; lt_refresh_token=whisper',
		});
		expect(ended.error?.message).toBe(
			'The request was rejected: [hidden] and [hidden] do not match',
		);
	});
});
