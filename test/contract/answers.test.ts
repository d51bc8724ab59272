import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

import type { Emulator, Exchange } from '../emulator';
import { startEmulator, VirtualClock } from '../emulator';
import { brokenBodies, IMAGE } from './bodies';
import type { Call } from './client';
import { createClient } from './client';
import { createContract } from './contract';
import { operations } from './document';
import { callEverything, scenarioOptions, upload } from './scenario';

const contract = createContract();
const clock = new VirtualClock();
const exchanges: Exchange[] = [];

const callbacks: unknown[] = [];
const received = new EventEmitter();
const receiver = createServer((request, response) => {
	void json(request).then((body) => {
		response.end();
		callbacks.push(body);
		received.emit('callback');
	});
});

async function startScenarioEmulator(): Promise<{ emulator: Emulator; call: Call }> {
	const emulator = await startEmulator({
		...scenarioOptions,
		clock,
		onExchange: (exchange) => exchanges.push(exchange),
	});
	return { emulator, call: createClient(emulator) };
}

beforeAll(async () => {
	receiver.listen(0, '127.0.0.1');
	await once(receiver, 'listening');
	const { port } = receiver.address() as AddressInfo;
	const { emulator, call } = await startScenarioEmulator();
	const replyUrl = `http://127.0.0.1:${port}/?of=contract`;
	const expected = await callEverything({ emulator, call, clock, replyUrl });
	while (callbacks.length < expected) await once(received, 'callback');
	await emulator.close();
});

afterAll(() => {
	receiver.close();
});

test('every answer keeps the contract, and no request that breaks it is accepted', () => {
	const problems = exchanges.flatMap((exchange) => contract.check(exchange, { request: 'any' }));
	expect(problems).toEqual([]);
	expect(contract.coverage.operations.missing).toEqual([]);
});

test('every documented answer is given', () => {
	const { answers } = contract.coverage;
	process.stdout.write(`documented answers that the emulator gives: ${answers.toString()}\n`);
	expect(answers.missing).toEqual([]);
});

test('every parameter is taken', () => {
	const { parameters } = contract.coverage;
	process.stdout.write(`parameters that the emulator takes: ${parameters.toString()}\n`);
	expect(parameters.missing).toEqual([]);
});

test('every body is taken both as JSON and as form data', () => {
	const taken = new Set(
		exchanges
			.filter(({ response }) => response.status === 200)
			.map(({ request }) => `${request.path} ${request.contentType ?? ''}`),
	);
	const objects = operations.filter(({ body = {} }) => 'multipart/form-data' in body);
	expect(objects.length).toBeGreaterThan(0);
	for (const { path } of objects) {
		expect(taken).toContain(`${path} application/json`);
		expect(taken).toContain(`${path} multipart/form-data`);
	}
});

test('jobs are shown in every state', () => {
	const states = exchanges
		.filter(({ request }) => request.path.startsWith('/v1/ltxstudio/assets/email'))
		.flatMap(({ response }) => (response.body as { status?: { type: string } }).status ?? [])
		.map(({ type }) => type);
	expect([...new Set(states)].sort()).toEqual(['active', 'completed', 'failed']);
});

test('callbacks keep the contract', () => {
	expect(callbacks.length).toBeGreaterThan(0);
	expect(callbacks.flatMap((body) => contract.checkCallback(body))).toEqual([]);
});

describe('bodies that break the contract are refused', () => {
	let emulator: Emulator;
	let call: Call;

	beforeAll(async () => {
		({ emulator, call } = await startScenarioEmulator());
	});

	afterAll(async () => {
		await emulator.close();
	});

	test.each(brokenBodies)('$path: $problem', async ({ path, body }) => {
		const type = path === 'videos/ltx-create' ? 'image' : 'reference-image';
		// The asset has to be there: that it is not would be a reason to refuse by itself.
		const assetId = await upload(call, type);
		const json = JSON.parse(JSON.stringify(body).replaceAll(IMAGE, assetId)) as object;
		const { status } = await call('POST', `/v1/ltxstudio/${path}`, { json });
		expect(status).toBe(400);
	});
});
