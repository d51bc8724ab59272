import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { makeReplyReference } from '../../../nodes/shared/jobs/reference';
import { startCallbackLab, until, type CallbackLab } from '../callbackLab';
import { jsonOf, UNKNOWN_JOB } from '../fixtures';

jest.setTimeout(60_000);

const MINUTE = 60_000;

/** Callbacks that come to a trigger, which hands them on to the execution that waits for them. */
describe('the trigger resumes executions', () => {
	let lab: CallbackLab;
	let url: string;

	beforeEach(async () => {
		lab = await startCallbackLab();
		({ url } = await lab.activate({ mode: 'resume' }));
	});

	afterEach(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	const generate = (count: number) => lab.generate(count, { waitMode: 'webhook', triggerUrl: url });

	/** The calls of executions that n8n has answered with an error. */
	const refusals = () =>
		lab.engine.logs.filter(({ message }) => message.includes('/webhook-waiting/'));

	it.each([1, 3, 50])('for %i items whose jobs finish in any order', async (count) => {
		lab.emulator.behaviour.jobDuration = ({ prompt }) =>
			10_000 + ((Number(prompt?.split(' ')[1]) * 7) % count) * 1_000;
		const run = await generate(count);
		const end = await lab.engine.whenOver(run);

		expect(run.status).toBe('waiting');
		expect(end.status).toBe('success');
		expect(jsonOf(end.items('Success')).map(({ jobId }) => jobId)).toEqual(
			lab.jobs().map(({ id }) => id),
		);
		expect(end.tasks('Success')).toHaveLength(1);
		// Nothing of the trigger's own workflow runs.
		expect(await lab.executions()).toHaveLength(1);
	});

	it('when a callback comes before the execution is stored', async () => {
		// The second submission takes until after the first job has ended.
		lab.emulator.faults.add({
			kind: 'delay',
			ms: 25_000,
			match: { method: 'POST', path: '/v1/ltxstudio/images/create', nth: 2 },
		});
		lab.emulator.behaviour.jobDuration = ({ prompt }) =>
			prompt === 'Picture 0' ? 5_000 : Infinity;
		const run = await lab.generate(2, {
			waitMode: 'webhook',
			triggerUrl: url,
			options: { concurrency: 1 },
		});
		const [early, late] = lab.jobs();
		expect(lab.emulator.callbacks).toMatchObject([{ jobId: early?.id, status: 200 }]);
		expect(run.status).toBe('waiting');
		await until(() => refusals().length > 0);

		lab.emulator.jobs.finish(late?.id ?? '');
		const end = await lab.engine.whenOver(run);
		expect(jsonOf(end.items('Success'))).toMatchObject([
			{ jobId: early?.id, status: 'completed' },
			{ jobId: late?.id, status: 'completed' },
		]);
	});

	it('answers at once, and goes on trying while n8n may still store the execution', async () => {
		lab.emulator.behaviour.jobDuration = Infinity;
		const cancel = new AbortController();
		const { executionId, finished } = await lab.start(1, {}, { cancelSignal: cancel.signal });
		await until(() => lab.jobs().length === 1);
		const resumeUrl = `${lab.engine.baseUrl}webhook-waiting/${executionId}`;
		const answer = await lab.call(addressOf(url, resumeUrl), bodyFor(lab, resumeUrl));
		const answeredAt = lab.clock.now();

		expect(answer).toEqual({ status: 200, body: { accepted: true } });
		await lab.logged(`was not taken by /webhook-waiting/${executionId}: n8n answered 409`);
		cancel.abort();
		await finished;
		const waited = lab.clock.now() - answeredAt;
		expect(waited).toBeGreaterThan(MINUTE - 10_000);
		expect(waited).toBeLessThanOrEqual(MINUTE);
		expect(refusals().length).toBeGreaterThan(10);
	});

	it('does not try again at an execution that does not exist', async () => {
		const resumeUrl = `${lab.engine.baseUrl}webhook-waiting/4711/ltx-studio`;
		const before = lab.clock.now();
		const answer = await lab.call(addressOf(url, resumeUrl), bodyFor(lab, resumeUrl));

		expect(answer.status).toBe(200);
		await lab.logged('No execution waits');
		expect(lab.clock.now()).toBe(before);
		expect(refusals()).toHaveLength(1);
	});

	it('does not try again what comes twice, or late', async () => {
		lab.emulator.faults.add({ kind: 'doubleCallback' });
		const run = await generate(1);
		const end = await lab.engine.whenOver(run);
		await lab.executions();
		const [job] = lab.jobs();
		if (!job) throw new Error('There is no job');
		const known = refusals().length;
		const report = await lab.report(job);
		await lab.call(String(report.replyUrl), report);
		await lab.executions();

		expect(end.tasks('Success')).toHaveLength(1);
		expect(refusals()).toHaveLength(known + 1);
		expect(lab.engine.stored(run.executionId).tasks('Success')).toHaveLength(1);
		expect(JSON.stringify(lab.engine.logs)).not.toContain('was not taken');
	});

	it('says nothing secret when it gives up', async () => {
		const resumeUrl = `${lab.engine.baseUrl}webhook-waiting/4711?signature=hush`;
		await lab.call(addressOf(url, resumeUrl), bodyFor(lab, resumeUrl));
		await lab.logged('No execution waits');

		const own = lab.engine.logs.filter(({ message }) => !message.startsWith('Error in handling'));
		expect(JSON.stringify(own)).not.toContain('hush');
		expect(JSON.stringify(own)).not.toContain(lab.emulator.token);
	});

	describe('and nothing else:', () => {
		let elsewhere: Server;
		let calls: string[];

		beforeEach(async () => {
			calls = [];
			elsewhere = createServer((request, response) => {
				calls.push(request.url ?? '');
				response.end('{}');
			});
			await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
		});

		afterEach(() => {
			elsewhere.close();
		});

		const portOf = () => (elsewhere.address() as AddressInfo).port;

		it.each<[string, number, (own: string) => string]>([
			['on another host', 403, () => `http://127.0.0.1:${portOf()}/webhook-waiting/1`],
			['by another scheme', 403, () => 'file:///etc/webhook-waiting/1'],
			['that is none', 403, () => 'not a URL'],
			['of another path', 403, (own) => `${own}rest/workflows`],
			['of a similar path', 403, (own) => `${own}webhook-waiting-room/1`],
			['out of the endpoint', 403, (own) => `${own}webhook-waiting/../rest/workflows`],
			['out of the endpoint, encoded', 403, (own) => `${own}webhook-waiting/%2e%2e/rest`],
			['below the execution', 403, (own) => `${own}webhook-waiting/1/other`],
			['of no execution', 403, (own) => `${own}webhook-waiting/`],
			['with a name in front', 403, (own) => own.replace('//', '//user@evil.example/')],
			['that is empty', 400, () => ''],
		])('refuses a URL %s with %i', async (_case, status, resumeUrlOf) => {
			const resumeUrl = resumeUrlOf(lab.engine.baseUrl);
			const answer = await lab.call(addressOf(url, resumeUrl), bodyFor(lab, resumeUrl));
			await lab.executions();

			expect(answer.status).toBe(status);
			expect(calls).toEqual([]);
			expect(refusals()).toEqual([]);
		});

		it('follows no redirect, and sends nothing of the credential', async () => {
			const resumeUrl = `http://127.0.0.1:${portOf()}/webhook-waiting/1`;
			const headers: unknown[] = [];
			elsewhere.removeAllListeners('request');
			elsewhere.on('request', (request, response) => {
				calls.push(request.url ?? '');
				headers.push(request.headers);
				response.writeHead(307, { location: `http://127.0.0.1:${portOf()}/away` }).end();
			});
			const { url: internal } = await lab.activate({
				mode: 'resume',
				options: { internalBaseUrl: `http://127.0.0.1:${portOf()}` },
			});
			await lab.call(addressOf(internal, resumeUrl), bodyFor(lab, resumeUrl));
			await lab.logged('n8n answered 307');

			expect(new Set(calls)).toEqual(new Set(['/webhook-waiting/1']));
			expect(JSON.stringify(headers)).not.toContain(lab.emulator.token);
		});
	});

	it.each<[string, number, (body: Record<string, unknown>) => object | string]>([
		[
			'for another execution',
			403,
			(body) => ({ ...body, replyRef: referenceFor(lab, 'http://x/') }),
		],
		['that has no reference', 403, (body) => ({ ...body, replyRef: undefined })],
		['that is no job', 400, () => ({ some: 'thing' })],
		['that is too large', 413, (body) => ({ ...body, padding: 'x'.repeat(70_000) })],
	])('refuses a callback %s with %i', async (_case, status, change) => {
		const run = await generate(1);
		const [job] = lab.jobs();
		const address = addressOf(url, `${lab.engine.baseUrl}webhook-waiting/${run.executionId}`);
		const body = { jobId: job?.id, status: {}, replyRef: job?.replyRef };

		expect((await lab.call(address, change(body))).status).toBe(status);
		expect((await lab.engine.whenOver(run)).tasks('Success')).toHaveLength(1);
	});

	it('lets the execution itself judge a callback after the token was changed while it slept', async () => {
		lab.emulator.behaviour.jobDuration = Infinity;
		const run = await generate(1);
		const [job] = lab.jobs();
		if (!job) throw new Error('There is no job');
		const { url: baseUrl } = lab.emulator;
		const token = 'user:1234-another-token-than-before';
		lab.emulator.token = token;
		lab.engine.setCredential('useapiApi', { token, baseUrl });
		lab.emulator.jobs.finish(job.id);

		expect((await lab.engine.whenOver(run)).tasks('Success')).toHaveLength(1);
		expect(lab.emulator.callbacks).toMatchObject([{ jobId: job.id, status: 200 }]);
	});

	it('hands on what nobody vouches for once, and only to the path of the node', async () => {
		lab.emulator.behaviour.jobDuration = Infinity;
		const run = await generate(1);
		const own = `${lab.engine.baseUrl}webhook-waiting/${run.executionId}`;
		const body = bodyFor(lab, 'http://somewhere.else/');
		const before = lab.clock.now();

		expect((await lab.call(addressOf(url, own), body)).status).toBe(403);
		expect((await lab.call(addressOf(url, `${own}9/ltx-studio`), body)).status).toBe(403);
		expect(refusals()).toHaveLength(1);
		expect((await lab.call(addressOf(url, `${own}/ltx-studio`), body)).status).toBe(403);
		expect(lab.clock.now()).toBe(before);
		expect(lab.engine.stored(run.executionId).status).toBe('waiting');
	});

	it('refuses a resume URL that was altered on its way', async () => {
		const first = await generate(1);
		const [job] = lab.jobs();
		const other = addressOf(url, `${lab.engine.baseUrl}webhook-waiting/${first.executionId}9`);
		const body = { jobId: job?.id, status: {}, replyRef: job?.replyRef };

		expect((await lab.call(other, body)).status).toBe(403);
	});

	it('finds this n8n behind a public address with a path, by its internal one', async () => {
		const { engine, server } = lab;
		({ url } = await lab.activate({ mode: 'resume', options: { internalBaseUrl: server.url } }));
		// The service reaches the trigger by what a proxy makes of the public address.
		engine.baseUrl = 'http://127.0.0.1:9/n8n/';
		const run = await generate(3);
		const end = await engine.whenOver(run);

		expect(lab.jobs()[0]?.replyUrl).toContain(
			encodeURIComponent(`http://127.0.0.1:9/n8n/webhook-waiting/${run.executionId}`),
		);
		expect(jsonOf(end.items('Success'))).toHaveLength(3);
	});
});

const addressOf = (url: string, resumeUrl: string) =>
	`${url}?resume=${encodeURIComponent(resumeUrl)}`;

const referenceFor = ({ emulator }: CallbackLab, resumeUrl: string) =>
	makeReplyReference(
		{
			executionId: '4711',
			nodeId: 'node',
			run: '0',
			item: 0,
			instanceId: 'n8n',
			workflowId: 'w',
			content: '',
		},
		emulator.token,
		undefined,
		resumeUrl,
	);

const bodyFor = (lab: CallbackLab, resumeUrl: string) => ({
	jobId: UNKNOWN_JOB,
	status: { type: 'completed' },
	replyRef: referenceFor(lab, resumeUrl),
});
