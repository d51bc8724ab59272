import type { INodeParameters } from 'n8n-workflow';

import type { RequestFault } from '../../emulator';
import { byId, EMAIL, everythingOf, forgetRequests, requestsOf } from '../fixtures';
import { startLab, type Lab } from '../setup';

const LIST: INodeParameters = { resource: 'scheduler', operation: 'getAll' };
const CREATE: INodeParameters = { resource: 'image', operation: 'create', prompt: 'a fox' };
const CREATE_PATH = '/v1/ltxstudio/images/create';
const SECOND = 1000;

describe('faults on the way', () => {
	let lab: Lab;

	beforeAll(async () => {
		lab = await startLab();
	});

	beforeEach(() => {
		forgetRequests(lab);
		lab.emulator.ledger.entries.length = 0;
	});

	afterEach(() => {
		lab.emulator.faults.clear();
		expect(lab.violations).toEqual([]);
	});

	afterAll(async () => {
		await lab.close();
	});

	/** Milliseconds between each request and the one before it. */
	const gaps = () => {
		const times = lab.emulator.requests.map(({ time }) => time);
		return times.slice(1).map((time, index) => time - (times[index] ?? 0));
	};

	const passing: Array<[string, RequestFault]> = [
		['a reset', { kind: 'resetBefore' }],
		['a reset after the work', { kind: 'resetAfter' }],
		['429', { kind: 'status', status: 429 }],
		['500', { kind: 'status', status: 500 }],
		['503 as a page', { kind: 'status', status: 503, html: true }],
		['a page in place of JSON', { kind: 'html200' }],
		['JSON that is cut off', { kind: 'truncate' }],
		["a page with 404 that is not the API's", { kind: 'status', status: 404, html: true }],
		["a proxy's 403", { kind: 'status', status: 403, html: true }],
	];

	describe('reading', () => {
		it.each(passing)('goes on after %s', async (_, fault) => {
			lab.emulator.faults.add({ ...fault, match: { times: 2 } });
			const run = await lab.engine.runNode({
				parameters: { resource: 'account', operation: 'getAll' },
			});
			expect(run.error).toBeUndefined();
			expect(run.items()[0]?.json.email).toBe(EMAIL);
			expect(lab.emulator.requests).toHaveLength(3);
			const [first = 0, second = 0] = gaps();
			expect(first).toBeGreaterThanOrEqual(250);
			expect(first).toBeLessThanOrEqual(500);
			expect(second).toBeGreaterThanOrEqual(500);
			expect(second).toBeLessThanOrEqual(1000);
		});

		it.each(['seconds', 'date'])('waits as long as Retry-After asks, in %s', async (form) => {
			const wait = 17 * SECOND;
			const retryAfter = form === 'seconds' ? '17' : new Date(lab.clock.now() + wait).toUTCString();
			lab.emulator.faults.add({
				kind: 'status',
				status: 429,
				headers: { 'retry-after': retryAfter },
				match: { nth: 1 },
			});
			const run = await lab.engine.runNode({ parameters: LIST });
			expect(run.error).toBeUndefined();
			const [gap = 0] = gaps();
			// A date knows no milliseconds.
			expect(gap).toBeGreaterThan(wait - SECOND);
			expect(gap).toBeLessThan(wait + SECOND);
		});

		it('does not wait longer than a call may take in all', async () => {
			lab.emulator.faults.add({
				kind: 'status',
				status: 503,
				headers: { 'retry-after': '3600' },
			});
			const before = lab.clock.now();
			const run = await lab.engine.runNode({ parameters: LIST });
			expect(run.error?.message).toContain('unavailable (503)');
			expect(lab.emulator.requests).toHaveLength(1);
			expect(lab.clock.now() - before).toBeLessThan(SECOND);
		});

		it('gives up within a minute, trying less and less often', async () => {
			lab.emulator.faults.add({ kind: 'resetBefore' });
			const before = lab.clock.now();
			const run = await lab.engine.runNode({ parameters: LIST });
			expect(run.error?.message).toMatch(/^127\.0\.0\.1:\d+ closed the connection$/);
			expect(lab.clock.now() - before).toBeLessThanOrEqual(60 * SECOND);
			expect(lab.emulator.requests.length).toBeGreaterThan(6);
			expect(lab.emulator.requests.length).toBeLessThan(20);
			expect(Math.max(...gaps())).toBeLessThanOrEqual(10 * SECOND);
		});

		it.each([
			['200', { kind: 'html200' }],
			['404', { kind: 'status', status: 404, html: true }],
		] as Array<[string, RequestFault]>)(
			'gives up on a wrong address, which answers a page with %s, within 5 s',
			async (_, fault) => {
				lab.emulator.faults.add(fault);
				const before = lab.clock.now();
				const run = await lab.engine.runNode({ parameters: LIST });
				expect(run.error?.message).toContain('a web page instead of JSON');
				expect(run.error?.description).toContain('Check the Base URL');
				expect(lab.clock.now() - before).toBeLessThanOrEqual(5 * SECOND);
				expect(lab.emulator.requests.length).toBeGreaterThan(2);
			},
		);

		it("does not try again what is the API's own answer", async () => {
			lab.emulator.faults.add({ kind: 'status', status: 404 });
			const run = await lab.engine.runNode({ parameters: LIST });
			expect(run.status).toBe('error');
			expect(lab.emulator.requests).toHaveLength(1);
		});

		it.each([
			['a page with 200', { kind: 'html200' }, 'a web page instead of JSON'],
			[
				'a page with 502',
				{ kind: 'status', status: 502, html: true },
				'a web page instead of JSON',
			],
			['cut-off JSON', { kind: 'truncate' }, 'no readable JSON'],
		] as Array<[string, RequestFault, string]>)('never quotes %s', async (_, fault, message) => {
			lab.emulator.faults.add(fault);
			const run = await lab.engine.runNode({
				parameters: { resource: 'account', operation: 'getAll' },
			});
			expect(run.error?.message).toContain(message);
			for (const quote of ['<h1>', 'Bad gateway', 'DOCTYPE', '…secured…']) {
				expect(everythingOf(run)).not.toContain(quote);
			}
		});
	});

	describe('deleting', () => {
		it('counts as done when only the answer was lost', async () => {
			const email = 'leaving@example.com';
			lab.emulator.accounts.add({ email });
			lab.emulator.faults.add({ kind: 'resetAfter', match: { nth: 1 } });
			const run = await lab.engine.runNode({
				parameters: { resource: 'account', operation: 'delete', email: byId(email) },
			});
			expect(run.items()[0]?.json).toEqual({ deleted: true, email });
			expect(lab.emulator.requests.map(({ status }) => status)).toEqual([0, 404]);
		});

		it('of a job counts as done too', async () => {
			const made = await lab.engine.runNode({ parameters: { ...CREATE, waitMode: 'none' } });
			const jobId = made.items()[0]?.json.jobId as string;
			lab.emulator.faults.add({
				kind: 'status',
				status: 504,
				afterWork: true,
				match: { method: 'DELETE', nth: 1 },
			});
			const run = await lab.engine.runNode({
				parameters: { resource: 'scheduler', operation: 'cancel', jobId: byId(jobId) },
			});
			expect(run.items()[0]?.json).toEqual({ cancelled: true, jobId });
		});

		it('does not count as done when a page says 404 the second time', async () => {
			const email = 'staying@example.com';
			lab.emulator.accounts.add({ email });
			lab.emulator.faults.add({ kind: 'status', status: 503, match: { nth: 1 } });
			lab.emulator.faults.add({ kind: 'status', status: 404, html: true });
			const run = await lab.engine.runNode({
				parameters: { resource: 'account', operation: 'delete', email: byId(email) },
			});
			expect(run.status).toBe('error');
			expect(lab.emulator.accounts.get(email)).toBeDefined();
		});

		it.each([undefined, 429])('of what was never there is an error, after %p', async (status) => {
			if (status) lab.emulator.faults.add({ kind: 'status', status, match: { nth: 1 } });
			const run = await lab.engine.runNode({
				parameters: { resource: 'account', operation: 'delete', email: byId('a@example.com') },
			});
			expect(run.error?.message).toBe('The account "a@example.com" is not configured');
		});

		it('does not count as done when the API is gone the second time', async () => {
			lab.emulator.faults.add({ kind: 'status', status: 503, match: { nth: 1 } });
			const body = { error: 'Endpoint not found' };
			lab.emulator.faults.add({ kind: 'status', status: 404, body });
			const run = await lab.engine.runNode({
				parameters: { resource: 'account', operation: 'delete', email: byId('a@example.com') },
			});
			expect(run.status).toBe('error');
		});
	});

	describe('creating', () => {
		const lostAnswers: Array<[string, RequestFault]> = [
			['the connection is reset', { kind: 'resetAfter' }],
			['the gateway times out', { kind: 'status', status: 504, afterWork: true }],
			['a page comes with 502', { kind: 'status', status: 502, html: true, afterWork: true }],
			['a page comes with 200', { kind: 'html200', afterWork: true }],
			['the answer is cut off', { kind: 'truncate' }],
		];

		it.each(lostAnswers)('finds its job again when %s after the work', async (_, fault) => {
			lab.emulator.faults.add({ ...fault, match: { path: CREATE_PATH } });
			const run = await lab.engine.runNode({ parameters: CREATE });
			expect(run.error).toBeUndefined();
			expect(run.items()[0]?.json).toMatchObject({ status: 'completed' });
			expect(requestsOf(lab, 'POST')).toHaveLength(1);
			expect(lab.emulator.ledger.charges).toHaveLength(1);
		});

		const lostRequests: Array<[string, RequestFault]> = [
			['the connection is reset', { kind: 'resetBefore' }],
			['503 comes', { kind: 'status', status: 503 }],
			['522 comes as a page', { kind: 'status', status: 522, html: true }],
		];

		it.each(lostRequests)('is not repeated when %s before the work', async (_, fault) => {
			lab.emulator.faults.add({ ...fault, match: { path: CREATE_PATH } });
			const run = await lab.engine.runNode({ parameters: CREATE });
			expect(run.error).toMatchObject({
				name: 'NodeApiError',
				message: 'The generation may have been submitted, but its job was not found',
				context: { itemIndex: 0 },
			});
			const [reference = '', ...others] = requestsOf(lab, 'POST').map(
				({ body }) => (body as { replyRef: string }).replyRef,
			);
			expect(reference).toMatch(/^n8n2\.[\w-]+\.\d+\.[\w.-]+$/);
			expect(run.error?.description).toContain(`Its reply reference is ${reference}.`);
			expect(others).toEqual([]);
			expect(lab.emulator.ledger.charges).toEqual([]);
		});

		it.each(lostRequests)('is repeated once when asked for, when %s', async (_, fault) => {
			lab.emulator.faults.add({ ...fault, match: { path: CREATE_PATH, nth: 1 } });
			const run = await lab.engine.runNode({
				parameters: { ...CREATE, options: { onUncertain: 'resubmit' } },
			});
			expect(run.items()[0]?.json.status).toBe('completed');
			expect(requestsOf(lab, 'POST')).toHaveLength(2);
			expect(lab.emulator.ledger.charges).toHaveLength(1);
		});
	});
});
