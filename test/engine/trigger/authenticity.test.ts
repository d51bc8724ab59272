import { makeReplyReference } from '../../../nodes/shared/jobs/reference';
import type { Job } from '../../emulator';
import { startCallbackLab, until, type CallbackBody, type CallbackLab } from '../callbackLab';
import { jsonOf, UNKNOWN_JOB } from '../fixtures';

jest.setTimeout(60_000);

const SECRET = 'open sesame & more';

/** Everybody who knows the URL can call it: what is believed, and what is not. */
describe('the trigger believes nothing unread', () => {
	let lab: CallbackLab;
	let job: Job;
	let report: CallbackBody;

	beforeEach(async () => {
		lab = await startCallbackLab();
		await lab.generate(1, { waitMode: 'none' });
		[job] = lab.jobs() as [Job];
		await until(() => job.state === 'completed');
		report = await lab.report(job);
	});

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const started = async () => (await lab.executions(1)).flatMap((run) => jsonOf(run.items('Next')));

	const readings = () =>
		lab.emulator.requests.filter(({ path }) => path.includes('/assets/')).length;

	it('starts with a job that it can read, although its callback brings no reference', async () => {
		const { url } = await lab.activate();
		const body = { ...report, replyRef: undefined };

		expect(await lab.call(url, body)).toEqual({ status: 200, body: { accepted: true } });
		expect(await started()).toEqual([expect.objectContaining({ jobId: job.id })]);
	});

	it('puts out what the API says, not what the callback says', async () => {
		const { url } = await lab.activate();
		await lab.call(url, {
			...report,
			status: { type: 'failed', message: 'Send money', artifact: { assetUrl: 'https://evil' } },
		});

		expect(await started()).toEqual([
			expect.objectContaining({
				status: 'completed',
				assetUrl: expect.stringContaining(lab.emulator.url) as string,
			}),
		]);
	});

	it.each<[string, number, (body: CallbackBody) => object | string]>([
		['is no JSON', 422, () => '{"jobId":'],
		['is text', 400, () => '"a text"'],
		['is empty', 400, () => ({})],
		['has no status', 400, ({ jobId }) => ({ jobId })],
		['has no job ID', 400, ({ status }) => ({ status })],
		['has another ID', 400, (body) => ({ ...body, jobId: '../accounts' })],
		['is too large', 413, (body) => ({ ...body, padding: 'x'.repeat(70_000) })],
		['has an altered signature', 403, (body) => ({ ...body, replyRef: altered(body.replyRef, 7) })],
		['has an altered execution', 403, (body) => ({ ...body, replyRef: altered(body.replyRef, 2) })],
		[
			'has more behind its reference',
			403,
			(body) => ({ ...body, replyRef: `${String(body.replyRef)}.x` }),
		],
		[
			'is signed with another token',
			403,
			(body) => ({
				...body,
				replyRef: makeReplyReference(
					{
						executionId: '1',
						nodeId: 'node',
						run: '0',
						item: 0,
						instanceId: 'n8n',
						workflowId: 'w',
						content: '',
					},
					'user:9999-anotherToken',
				),
			}),
		],
	])('refuses a callback that %s with %i', async (_case, status, change) => {
		const { url } = await lab.activate();
		const before = readings();

		expect((await lab.call(url, change(report))).status).toBe(status);
		expect(await started()).toEqual([]);
		expect(readings()).toBe(before);
	});

	it('refuses a body that is too large although it does not say so', async () => {
		const { url } = await lab.activate();
		const body = JSON.stringify({ ...report, padding: 'x'.repeat(70_000) });
		const streamed: RequestInit & { duplex: 'half' } = {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: new Blob([body]).stream(),
			duplex: 'half',
		};
		const response = await fetch(url, streamed);

		expect(response.status).toBe(413);
		expect(await started()).toEqual([]);
	});

	it.each<[string, () => Promise<object>, string]>([
		[
			'an authentic reference beside the ID of another job',
			async () => {
				await lab.generate(1, { waitMode: 'none' });
				const [, other] = lab.jobs();
				return { ...report, jobId: other?.id ?? '' };
			},
			'it was submitted with another reference',
		],
		[
			'a job that the API does not know',
			() => Promise.resolve({ jobId: UNKNOWN_JOB, status: { type: 'completed' } }),
			'The job is not known',
		],
		[
			'a job that still runs',
			async () => {
				lab.emulator.behaviour.jobDuration = Infinity;
				await lab.generate(1, { waitMode: 'none' });
				const [, running] = lab.jobs();
				return { jobId: running?.id ?? '', status: { type: 'completed' } };
			},
			'it has not finished',
		],
	])('starts nothing for %s', async (_case, makeBody, reason) => {
		const { url } = await lab.activate();
		const body = await makeBody();
		const known = lab.engine.executionIds().length;

		expect((await lab.call(url, body)).status).toBe(200);
		await lab.logged(reason);
		expect(await lab.executions(known)).toEqual([]);
	});

	describe('with a secret', () => {
		const withSecret = (url: string, secret: string) =>
			`${url}?secret=${encodeURIComponent(secret)}`;

		it.each([
			['the secret', SECRET, 200, 1],
			['another one', `${SECRET}!`, 403, 0],
			['a part of it', SECRET.slice(1), 403, 0],
			['none', undefined, 403, 0],
		])('takes callbacks of other programs by %s', async (_case, secret, status, starts) => {
			const { url } = await lab.activate({ options: { secret: SECRET } });
			const body = { ...report, replyRef: undefined };
			const address = secret === undefined ? url : withSecret(url, secret);

			expect((await lab.call(address, body)).status).toBe(status);
			expect(await started()).toHaveLength(starts);
		});

		it('does not ask for it when the reference is authentic', async () => {
			const { url } = await lab.activate({ options: { secret: SECRET } });

			expect((await lab.call(url, report)).status).toBe(200);
			expect(await started()).toHaveLength(1);
		});

		it('never tells it, nor the token', async () => {
			const { url } = await lab.activate({ options: { secret: SECRET } });
			await lab.call(withSecret(url, 'wrong'), { jobId: UNKNOWN_JOB, status: {} });
			await lab.call(withSecret(url, SECRET), { jobId: UNKNOWN_JOB, status: {} });
			await lab.logged('does not start the workflow');

			const logs = JSON.stringify(lab.engine.logs);
			expect(logs).not.toContain(SECRET);
			expect(logs).not.toContain(lab.emulator.token);
		});
	});

	describe('even when it does not read the job again', () => {
		const trusting = { verify: false };

		it('starts with what an authentic callback says, without a call', async () => {
			const { url } = await lab.activate({ options: trusting });
			const before = readings();

			expect((await lab.call(url, report)).status).toBe(200);
			expect(await started()).toEqual([
				expect.objectContaining({ jobId: job.id, status: 'completed' }),
			]);
			expect(readings()).toBe(before);
		});

		it('refuses a callback that anybody could have sent', async () => {
			const { url } = await lab.activate({ options: trusting });
			const body = { ...report, replyRef: undefined };

			expect((await lab.call(url, body)).status).toBe(403);
			expect(await started()).toEqual([]);
		});

		it('starts nothing while there is no URL', async () => {
			const { url } = await lab.activate({ options: trusting });

			expect((await lab.call(url, { ...report, status: { type: 'completed' } })).status).toBe(200);
			await lab.logged('it has not finished');
			expect(await started()).toEqual([]);
		});
	});

	it('starts nothing when the credential is of no use', async () => {
		const { url } = await lab.activate();
		lab.engine.setCredential('useapiApi', { token: lab.emulator.token, baseUrl: 'nowhere' });

		expect((await lab.call(url, report)).status).toBe(503);
		expect(await started()).toEqual([]);
	});
});

/** A reference with the last character of one field changed. */
function altered(reference: unknown, field: number): string {
	const fields = String(reference).split('.');
	const text = fields[field] ?? '';
	fields[field] = `${text.slice(0, -1)}${text.endsWith('A') ? 'Q' : 'A'}`;
	return fields.join('.');
}
