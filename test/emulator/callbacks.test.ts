import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { JobView } from '.';
import { createContract } from '../contract/contract';
import { START, until, useEmulator } from './harness';

const harness = useEmulator();
const { call } = harness;
const contract = createContract();

interface Received {
	url: string | undefined;
	body: JobView;
	/** When it came, on the emulator's clock. */
	time: number;
}

let received: Received[] = [];
let answers: number[] = [];
let replyUrl = '';

const receiver = createServer((request, response) => {
	void json(request).then((body) => {
		received.push({ url: request.url, body: body as JobView, time: harness.clock.now() });
		response.statusCode = answers.shift() ?? 200;
		response.end();
	});
});

beforeAll(async () => {
	await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
	replyUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?from=a%20b&n=1`;
});

beforeEach(() => {
	received = [];
	answers = [];
});

afterEach(() => {
	expect(received.flatMap(({ body }) => contract.checkCallback(body))).toEqual([]);
});

afterAll(async () => {
	receiver.closeAllConnections();
	await new Promise((resolve) => receiver.close(resolve));
});

/** Moves the clock and waits until so many callbacks were answered. */
async function advance(ms: number, deliveries: number): Promise<void> {
	await harness.clock.advance(ms);
	await until(
		() =>
			harness.emulator.callbacks.filter(({ status, error }) => status ?? error).length >=
			deliveries,
	);
}

const receivedIds = () => received.map(({ body }) => body.jobId);

describe('a callback', () => {
	it('tells what the job tells, at the URL as it was given', async () => {
		const jobId = await harness.createImage({ replyUrl, replyRef: 'mine' });
		await advance(8_000, 1);
		const { body } = await call('GET', `/assets/${jobId}`);
		expect(received).toEqual([{ url: '/hook?from=a%20b&n=1', body, time: START + 8_000 }]);
		expect(body).toMatchObject({ status: { type: 'completed' }, replyRef: 'mine', replyUrl });
		expect(harness.emulator.callbacks).toEqual([
			{ time: START + 8_000, jobId, url: replyUrl, status: 200 },
		]);
	});

	it('tells of failures', async () => {
		await harness.createImage({ replyUrl, prompt: '[fail: no]' });
		await advance(8_000, 1);
		expect(received[0]?.body.status).toMatchObject({ type: 'failed', message: 'no' });
	});

	it('comes before the URL when that is late', async () => {
		harness.emulator.behaviour.assetUrlDelay = 1_000;
		await harness.createImage({ replyUrl });
		await advance(8_000, 1);
		expect(received[0]?.body.status).toEqual({ type: 'completed', progress: 100 });
	});

	it('goes to the account-wide URL unless the call has its own', async () => {
		await call('POST', '/v2/account', { json: { replyUrl: `${replyUrl}&default` } });
		await harness.createImage();
		await harness.createImage({ replyUrl });
		await advance(8_000, 2);
		expect(received.map(({ url }) => url?.endsWith('&default')).sort()).toEqual([false, true]);
	});

	it('is not sent again by itself', async () => {
		answers = [500];
		await harness.createImage({ replyUrl });
		await advance(8_000, 1);
		await harness.clock.advance(3_600_000);
		expect(harness.emulator.callbacks).toMatchObject([{ status: 500 }]);
	});

	it('can be sent again until it is taken', async () => {
		harness.emulator.behaviour.callbackRetries = 5;
		answers = [500, 404, 200];
		await harness.createImage({ replyUrl });
		for (const attempt of [1, 2, 3]) {
			await advance(attempt === 1 ? 8_000 : 5_000, attempt);
		}
		await harness.clock.advance(3_600_000);
		expect(harness.emulator.callbacks.map(({ status }) => status)).toEqual([500, 404, 200]);
	});

	it('that nobody takes is noted', async () => {
		await harness.createImage({ replyUrl: 'http://127.0.0.1:9/' });
		await advance(8_000, 1);
		expect(harness.emulator.callbacks).toEqual([
			expect.objectContaining({ error: expect.stringContaining('ECONNREFUSED') as string }),
		]);
	});
});

describe('faults of callbacks', () => {
	it('lose one', async () => {
		harness.emulator.faults.add({ kind: 'dropCallback', match: { times: 1 } });
		const lost = await harness.createImage({ replyUrl });
		const sent = await harness.createImage({ replyUrl });
		await advance(8_000, 2);
		expect(receivedIds()).toEqual([sent]);
		expect(harness.emulator.callbacks[0]).toMatchObject({ jobId: lost, error: 'lost by a fault' });
	});

	it('send one twice', async () => {
		harness.emulator.faults.add({ kind: 'doubleCallback' });
		const jobId = await harness.createImage({ replyUrl });
		await advance(8_000, 2);
		expect(receivedIds()).toEqual([jobId, jobId]);
		expect(received[0]?.body).toEqual(received[1]?.body);
	});

	it('send one later', async () => {
		harness.emulator.faults.add({ kind: 'delayCallback', ms: 60_000 });
		await harness.createImage({ replyUrl });
		await harness.clock.advance(67_999);
		expect(harness.emulator.callbacks).toEqual([]);
		await advance(1, 1);
		expect(received).toMatchObject([{ time: START + 68_000 }]);
	});

	it('send one after the next', async () => {
		harness.emulator.faults.add({ kind: 'reorderCallback', match: { times: 1 } });
		const first = await harness.createImage({ replyUrl });
		await harness.clock.advance(1_000);
		const second = await harness.createImage({ replyUrl });
		await advance(8_000, 2);
		expect(receivedIds()).toEqual([second, first]);
	});

	it('send one that is to come after the next even if there is no next', async () => {
		harness.emulator.faults.add({ kind: 'reorderCallback' });
		await harness.createImage({ replyUrl });
		await advance(38_000, 1);
		expect(received).toMatchObject([{ time: START + 38_000 }]);
	});

	it('send one before the job can be read as finished', async () => {
		harness.emulator.faults.add({ kind: 'earlyCallback', ms: 2_000 });
		const jobId = await harness.createImage({ replyUrl });
		await advance(8_000, 1);
		expect(received[0]?.body.status.type).toBe('completed');
		const now = await call<JobView>('GET', `/assets/${jobId}`);
		expect(now.body.status).toEqual({ type: 'active', progress: 99 });
		expect((await call<unknown[]>('GET', '/scheduler')).body).toHaveLength(1);

		await harness.clock.advance(2_000);
		const later = await call<JobView>('GET', `/assets/${jobId}`);
		expect(later.body.status.artifact?.asset).toEqual(received[0]?.body.status.artifact?.asset);
		expect(harness.emulator.callbacks).toHaveLength(1);
	});

	it('are chosen by the URL, and at random', async () => {
		harness.emulator.faults.add({ kind: 'dropCallback', match: { path: /\/other$/ } });
		const targets: unknown[] = [];
		harness.emulator.faults.random((target) => {
			targets.push(target);
			return target.kind === 'callback' ? { kind: 'doubleCallback' } : undefined;
		});
		const other = new URL('/other?a=1', replyUrl).href;
		const jobId = await harness.createImage({ replyUrl });
		await harness.createImage({ replyUrl: other });
		await advance(8_000, 3);
		expect(receivedIds()).toEqual([jobId, jobId]);
		expect(targets).toContainEqual({
			kind: 'callback',
			method: 'POST',
			path: replyUrl.replace(/\?.*/, ''),
		});
	});
});
