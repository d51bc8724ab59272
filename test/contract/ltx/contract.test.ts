import type { Emulator, Exchange } from '../../emulator';
import { startEmulator, VirtualClock } from '../../emulator';
import type { Call } from '../client';
import { createClient } from '../client';
import { createContract } from '../contract';
import { ltx } from '../document';
import { problemsOfJson } from '../schemas';
import { brokenBodies, goodBodies } from './bodies';
import { callEverything } from './scenario';

const contract = createContract(ltx);
const clock = new VirtualClock();
const exchanges: Exchange[] = [];
let emulator: Emulator;
let call: Call;

beforeAll(async () => {
	emulator = await startEmulator({
		clock,
		onExchange: (exchange) => exchanges.push(exchange),
	});
	call = createClient(emulator, emulator.ltx.behaviour.apiKey);
	await callEverything({ emulator, call, clock });
});

afterAll(async () => {
	await emulator.close();
});

test('every answer keeps the contract, and no request that breaks it is accepted', () => {
	const problems = exchanges.flatMap((exchange) => contract.check(exchange, { request: 'any' }));
	expect(problems).toEqual([]);
	expect(contract.coverage.operations.missing).toEqual([]);
});

test('every documented answer is given, and every parameter is taken', () => {
	const { answers, parameters } = contract.coverage;
	process.stdout.write(
		`LTX: documented answers that the emulator gives: ${answers.toString()}\n` +
			`LTX: parameters that the emulator takes: ${parameters.toString()}\n`,
	);
	expect(answers.missing).toEqual([]);
	expect(parameters.missing).toEqual([]);
});

const bodyOf = (path: string) =>
	ltx.operations.find((operation) => operation.path === `/v2/${path}`)?.body?.['application/json'];

test.each(goodBodies)('$path: $body keeps the contract', ({ path, body }) => {
	expect(problemsOfJson(bodyOf(path) ?? {}, body)).toEqual([]);
});

test.each(brokenBodies)('$path: $problem, and the emulator refuses it', async (broken) => {
	const { path, problem } = broken;
	const body = JSON.parse(JSON.stringify(broken.body)) as object;
	expect(problemsOfJson(bodyOf(path) ?? {}, body)).toContainEqual(expect.stringContaining(problem));
	expect((await call('POST', `/v2/${path}`, { json: body })).status).toBe(400);
});
