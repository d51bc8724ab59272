import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Fault } from '.';
import { EMAIL, START, until, useEmulator } from './harness';

const harness = useEmulator();
const { call } = harness;

const CREATE = '/v1/ltxstudio/images/create';
const create = async () =>
	await call<{ jobId?: string }>('POST', CREATE, { json: { prompt: 'a fox', replyRef: 'mine' } });
const charges = () => harness.emulator.ledger.charges.length;
const last = () => harness.exchanges.at(-1);

const connectionReset = expect.objectContaining({
	cause: expect.objectContaining({
		code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) as string,
	}) as Error,
}) as Error;

describe('a fault of a request', () => {
	it('resets the connection before anything was done', async () => {
		harness.emulator.faults.add({ kind: 'resetBefore' });
		await expect(create()).rejects.toEqual(connectionReset);
		await until(() => harness.emulator.activity.open === 0);
		expect(charges()).toBe(0);
		expect(last()).toMatchObject({ fault: true, response: { status: 0 } });
		expect(harness.emulator.requests).toMatchObject([
			{ status: 0, body: { prompt: 'a fox', replyRef: 'mine' } },
		]);
	});

	it('resets the connection after the work was done', async () => {
		harness.emulator.faults.add({ kind: 'resetAfter' });
		await expect(create()).rejects.toEqual(connectionReset);
		expect(harness.emulator.ledger.charges).toMatchObject([{ replyRef: 'mine' }]);
		expect(last()).toMatchObject({ fault: true, response: { status: 0 } });
		expect(harness.emulator.requests).toMatchObject([{ status: 0 }]);
	});

	describe('that makes a network error', () => {
		const post = async () => {
			const request = httpRequest(harness.emulator.url + CREATE, {
				method: 'POST',
				headers: {
					authorization: `Bearer ${harness.emulator.token}`,
					'content-type': 'application/json',
				},
			});
			request.end('{"prompt":"a fox"}');
			await once(request, 'response');
		};

		it.each([
			['connect', 0, 0],
			['read', 1, 1],
		] as const)('does so in a %s of this process', async (phase, charged, logged) => {
			const code = 'EHOSTUNREACH';
			harness.emulator.faults.add({ kind: 'networkError', phase, code });
			await expect(post()).rejects.toMatchObject({ code, syscall: phase });
			await until(() => harness.emulator.activity.open === 0);
			expect(charges()).toBe(charged);
			expect(harness.emulator.requests).toHaveLength(logged);
			expect(harness.exchanges).toHaveLength(logged);
		});

		it('resets the connections of others', async () => {
			harness.emulator.faults.add({ kind: 'networkError', phase: 'read', code: 'EHOSTUNREACH' });
			await expect(create()).rejects.toEqual(connectionReset);
			expect(charges()).toBe(1);
		});
	});

	it('resets an upload that is under way', async () => {
		harness.emulator.faults.add({ kind: 'resetBefore' });
		const file = { bytes: Buffer.alloc(4 * 1024 * 1024), type: 'video/mp4' };
		await expect(call('POST', '/assets/', { file })).rejects.toThrow('fetch failed');
		expect(harness.emulator.uploads).toEqual([]);
	});

	it.each([429, 500, 502, 503, 504, 522, 596])('answers %d and does nothing', async (status) => {
		harness.emulator.faults.add({ kind: 'status', status });
		const answer = await create();
		expect(answer).toMatchObject({
			status,
			body: { error: `Fault with status ${status}`, code: status },
		});
		expect(charges()).toBe(0);
		expect(last()).toMatchObject({ fault: true, response: { status } });
	});

	it('answers with a status although the work was done', async () => {
		harness.emulator.faults.add({ kind: 'status', status: 504, afterWork: true });
		expect((await create()).status).toBe(504);
		expect(charges()).toBe(1);
	});

	it('answers with a body and headers of its own', async () => {
		const body = { error: 'slow down', code: 429 };
		const headers = { 'retry-after': '7' };
		harness.emulator.faults.add({ kind: 'status', status: 429, body, headers });
		const answer = await create();
		expect(answer).toMatchObject({ status: 429, body });
		expect(answer.headers.get('retry-after')).toBe('7');
	});

	it.each([
		['a gateway', { kind: 'status', status: 502, html: true }, 502, 0],
		[
			'a gateway that was too late',
			{ kind: 'status', status: 502, html: true, afterWork: true },
			502,
			1,
		],
		['a page in place of JSON', { kind: 'html200' }, 200, 0],
		['a page in place of JSON, too late', { kind: 'html200', afterWork: true }, 200, 1],
	] satisfies Array<[string, Fault, number, number]>)(
		'answers as %s',
		async (_name, fault, status, charged) => {
			harness.emulator.faults.add(fault);
			const answer = await create();
			expect(answer.status).toBe(status);
			expect(answer.headers.get('content-type')).toContain('text/html');
			expect(answer.body).toMatch(/^<!DOCTYPE html>/);
			expect(charges()).toBe(charged);
		},
	);

	it('answers an empty success with a page', async () => {
		harness.emulator.faults.add({ kind: 'status', status: 502, html: true, afterWork: true });
		const answer = await call('DELETE', `/accounts/${EMAIL}`);
		expect([answer.status, harness.emulator.accounts.all]).toEqual([502, []]);
	});

	it.each([400, 403, 404])('answers as a proxy that says %d', async (status) => {
		harness.emulator.faults.add({ kind: 'status', status, html: true });
		const answer = await create();
		expect([answer.status, charges()]).toEqual([status, 0]);
		expect(answer.body).toMatch(/<h1>(Bad Request|Forbidden|Not Found)<\/h1>/);
	});

	it.each([{}, null, 'text', 42, []])(
		'answers with %p, although the work was done',
		async (body) => {
			harness.emulator.faults.add({ kind: 'status', status: 200, body, afterWork: true });
			expect(await create()).toMatchObject({ status: 200, body });
			expect(charges()).toBe(1);
		},
	);

	it('answers with a shape that is not quite right', async () => {
		const { faults } = harness.emulator;
		const [first] = [await harness.createImage(), await harness.createImage()];
		await harness.clock.advance(8_000);
		faults.add({
			kind: 'edit',
			match: { path: '/v1/ltxstudio/assets/' },
			edits: [
				{ path: 'meta' },
				{ path: 'items.*.id', value: 7 },
				{ path: 'items.1', value: null },
				{ path: 'nowhere.to.be.found', value: 7 },
			],
		});
		const signedAsset = expect.any(Object) as object;
		expect((await call('GET', '/assets/')).body).toEqual({
			items: [expect.objectContaining({ id: 7, signedAsset }), null],
		});
		faults.add({ kind: 'edit', edits: [{ path: '', value: [] }] });
		expect((await call('GET', `/assets/${first}`)).body).toEqual([]);

		faults.clear();
		faults.add({ kind: 'edit', edits: [{ path: 'jobId' }] });
		expect(Object.keys((await create()).body)).toEqual(['generationId']);
		expect(charges()).toBe(3);
		expect(last()?.fault).toBe(true);
	});

	it('leaves errors as they are when it reshapes answers', async () => {
		harness.emulator.faults.add({ kind: 'edit', edits: [{ path: 'error' }] });
		expect((await call('GET', '/assets/none')).body).toMatchObject({ code: 400 });
		expect((await call('GET', '/assets/none')).body).toHaveProperty('error');
	});

	it('leaves out fields at random, but no entries', async () => {
		harness.emulator.behaviour.sparse = 0.5;
		harness.emulator.occupy(EMAIL, 20);
		const { body } = await call<object[]>('GET', '/scheduler');
		const fields = body.flatMap(Object.keys);
		expect(body).toHaveLength(20);
		expect(fields.length).toBeGreaterThan(20);
		expect(fields.length).toBeLessThan(60);
		harness.emulator.behaviour.sparse = 1;
		expect((await call('GET', '/accounts')).body).toEqual({ [EMAIL]: {} });
		expect(last()?.fault).toBe(true);
	});

	it('cuts the answer off half-way', async () => {
		harness.emulator.faults.add({ kind: 'truncate' });
		const { status, headers, body } = await create();
		expect(status).toBe(200);
		expect(headers.get('content-type')).toContain('application/json');
		expect(body).toMatch(/^\{"jobId":"email:[^}]*$/);
		expect(charges()).toBe(1);
	});

	it('redirects', async () => {
		harness.emulator.faults.add({ kind: 'redirect', location: 'http://10.0.0.1/' });
		const response = await fetch(harness.emulator.url + CREATE, { redirect: 'manual' });
		expect([response.status, response.headers.get('location')]).toEqual([302, 'http://10.0.0.1/']);
	});

	describe('that delays', () => {
		it.each([
			[false, 0],
			[true, 1],
		])('does so on the clock, after the work: %p', async (afterWork, charged) => {
			harness.emulator.faults.add({ kind: 'delay', ms: 30_000, afterWork });
			const answer = create();
			await until(() => harness.emulator.activity.held === 1);
			await harness.clock.advance(29_999);
			expect(harness.emulator.activity).toMatchObject({ open: 1, held: 1 });
			expect(charges()).toBe(charged);
			await harness.clock.advance(1);
			expect((await answer).status).toBe(200);
			expect(charges()).toBe(1);
			expect(harness.emulator.activity.held).toBe(0);
		});

		it.each([
			[false, 0],
			[true, 1],
		])('ends when the client gives up, after the work: %p', async (afterWork, charged) => {
			harness.emulator.faults.add({ kind: 'delay', ms: 30_000, afterWork });
			const abort = new AbortController();
			const answer = fetch(harness.emulator.url + CREATE, {
				method: 'POST',
				headers: {
					authorization: `Bearer ${harness.emulator.token}`,
					'content-type': 'application/json',
				},
				body: '{"prompt":"a fox"}',
				signal: abort.signal,
			});
			await until(() => harness.emulator.activity.held === 1);
			abort.abort();
			await expect(answer).rejects.toThrow('aborted');
			await until(() => harness.emulator.activity.open === 0);
			await harness.clock.advance(60_000);
			expect([charges(), harness.emulator.activity.held]).toEqual([charged, 0]);
			expect(harness.emulator.requests.at(-1)?.status).toBe(0);
		});

		it('does so for every request by an option', async () => {
			harness.emulator.behaviour.latency = 150;
			const answer = call('GET', '/scheduler');
			await until(() => harness.emulator.activity.held === 1);
			await harness.clock.advance(150);
			expect((await answer).status).toBe(200);
			expect(last()?.fault).toBe(false);
		});
	});

	it('can come on top of another', async () => {
		harness.emulator.faults.add({ kind: 'delay', ms: 1_000 });
		harness.emulator.faults.add({ kind: 'resetAfter' });
		const answer = create();
		await until(() => harness.emulator.activity.held === 1);
		await harness.clock.advance(1_000);
		await expect(answer).rejects.toEqual(connectionReset);
		expect(charges()).toBe(1);
	});
});

describe('the choice of faults', () => {
	const statuses = async (path: string, count: number, method = 'GET') => {
		const found: number[] = [];
		for (let request = 0; request < count; request++) {
			found.push(
				(await call(method, path, method === 'GET' ? {} : { json: { prompt: 'x' } })).status,
			);
		}
		return found;
	};

	it.each([
		['all', {}, [503, 503, 503, 503]],
		['the first', { times: 1 }, [503, 200, 200, 200]],
		['the third', { nth: 3 }, [200, 200, 503, 200]],
		['two from the second on', { nth: 2, times: 2 }, [200, 503, 503, 200]],
	])('meets %s', async (_name, match, expected) => {
		harness.emulator.faults.add({ kind: 'status', status: 503, match });
		expect(await statuses('/scheduler', 4)).toEqual(expected);
	});

	it('goes by method and path, with and without a slash at its end', async () => {
		const path = '/v1/ltxstudio/assets';
		harness.emulator.faults.add({ kind: 'status', status: 503, match: { method: 'get', path } });
		expect(await statuses('/assets/', 1)).toEqual([503]);
		expect(await statuses('/assets', 1)).toEqual([503]);
		expect(await statuses('/assets/?limit=1', 1)).toEqual([503]);
		expect(await statuses('/scheduler', 1)).toEqual([200]);
		await harness.upload();
	});

	it('goes by a pattern', async () => {
		const path = /\/scheduler\/available$/;
		harness.emulator.faults.add({ kind: 'status', status: 503, match: { path } });
		expect(await statuses('/scheduler', 1)).toEqual([200]);
		expect(await statuses('/scheduler/available', 1)).toEqual([503]);
	});

	it('can be left to a function', async () => {
		const targets: unknown[] = [];
		harness.emulator.faults.random((target) => {
			targets.push(target);
			return targets.length === 2 ? [{ kind: 'status', status: 500 }] : undefined;
		});
		expect(await statuses('/scheduler', 3)).toEqual([200, 500, 200]);
		expect(targets[0]).toEqual({ kind: 'request', method: 'GET', path: '/v1/ltxstudio/scheduler' });
	});

	it('ends when a fault is taken back, or all are', async () => {
		const remove = harness.emulator.faults.add({ kind: 'status', status: 503 });
		remove();
		expect(await statuses('/scheduler', 1)).toEqual([200]);
		harness.emulator.faults.add({ kind: 'status', status: 503 });
		harness.emulator.faults.random(() => ({ kind: 'resetBefore' }));
		harness.emulator.faults.clear();
		expect(await statuses('/scheduler', 1)).toEqual([200]);
		expect(harness.clock.now()).toBe(START);
	});
});
