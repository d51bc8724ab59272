import { createContract } from '../contract/contract';
import type { Emulator, EmulatorOptions, Exchange } from '.';
import { startEmulator, VirtualClock } from '.';

export const START = Date.UTC(2026, 0, 1);
export const EMAIL = 'creator@example.com';

/** Answered by the real service and told of in passing, but on no page of its reference. */
const BESIDE_THE_CONTRACT = /^\/v1\/(luma\/accounts|ltxstudio\/images\/flux-(create|edit))$/;

/** What a request brings along; of the bodies at most one. */
export interface CallOptions {
	json?: unknown;
	/** Sent as form data. */
	form?: Record<string, string>;
	file?: { bytes: Buffer; type?: string };
	headers?: Record<string, string>;
	/** In place of the valid one; null sends none. */
	token?: string | null;
}

export interface Answer<T> {
	status: number;
	headers: Headers;
	body: T;
}

/** Calls an endpoint. `T` is what the answer's body is taken for: the contract holds it to that. */

export type Call = <T = unknown>(
	method: string,
	path: string,
	options?: CallOptions,
) => Promise<Answer<T>>;

/** An emulator on a clock that stands still, for each test of a file. */
export interface Harness {
	emulator: Emulator;
	clock: VirtualClock;
	exchanges: Exchange[];
	/** Calls an endpoint; `path` is what comes after `/v1/ltxstudio` unless it has a version. */
	call: Call;
	/** Uploads a tiny picture and returns its `fileId`. */
	upload: (type?: 'image' | 'reference-image', email?: string) => Promise<string>;
	/** Submits an image job and returns its id. */
	createImage: (parameters?: object) => Promise<string>;
}

/**
 * Starts an emulator before each test and stops it afterwards, when every answer must have kept the
 * contract and every call that broke it must have been refused.
 */
export function useEmulator(options: EmulatorOptions = {}): Harness {
	const contract = createContract();
	const harness = {} as Harness;

	beforeEach(async () => {
		harness.clock = new VirtualClock(START);
		harness.exchanges = [];
		harness.emulator = await startEmulator({
			clock: harness.clock,
			onExchange: (exchange) => harness.exchanges.push(exchange),
			...options,
		});
	});

	afterEach(async () => {
		await harness.emulator.close();
		const problems = harness.exchanges
			.filter(({ request, response }) => {
				return response.status !== 0 && !BESIDE_THE_CONTRACT.test(request.path);
			})
			.flatMap((exchange) => contract.check(exchange, { request: 'any' }));
		expect(problems).toEqual([]);
	});

	const call: Call = async (method, path, callOptions = {}) => {
		const { emulator } = harness;
		const { token = emulator.token, headers = {} } = callOptions;
		const { body, type } = encode(callOptions);
		const isWhole = /^\/(v[12]|_emulator|storage)\b/.test(path);
		const response = await fetch(emulator.url + (isWhole ? path : `/v1/ltxstudio${path}`), {
			method,
			headers: {
				...(token !== null && { authorization: `Bearer ${token}` }),
				...(type !== undefined && { 'content-type': type }),
				...headers,
			},
			...(body !== undefined && { body }),
		});
		return {
			status: response.status,
			headers: response.headers,
			// Whatever the caller takes it for.
			body: parse(await response.text()) as never,
		};
	};
	harness.call = call;

	harness.upload = async (type = 'image', email) => {
		const account = email === undefined ? '' : `&email=${encodeURIComponent(email)}`;
		const file = { bytes: Buffer.from('tiny'), type: 'image/png' };
		const { body } = await call<{ asset: { fileId: string } }>(
			'POST',
			`/assets/?type=${type}${account}`,
			{ file },
		);
		return body.asset.fileId;
	};

	harness.createImage = async (parameters = {}) => {
		const json = { prompt: 'a fox', ...parameters };
		const { status, body } = await call<{ jobId: string }>('POST', '/images/create', {
			json,
		});
		expect({ status, body }).toMatchObject({
			status: 200,
			body: { jobId: expect.any(String) as string },
		});
		return body.jobId;
	};
	return harness;
}

function encode({ json, form, file }: CallOptions): Encoded {
	if (json !== undefined) return { body: JSON.stringify(json), type: 'application/json' };
	if (file)
		return {
			body: new Uint8Array(file.bytes),
			...(file.type !== undefined && { type: file.type }),
		};
	if (!form) return {};
	const data = new FormData();
	for (const [name, value] of Object.entries(form)) data.append(name, value);
	return { body: data };
}

function parse(text: string): unknown {
	if (text === '') return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

interface Encoded {
	body?: string | Uint8Array<ArrayBuffer> | FormData;
	type?: string;
}

/** Longer than anything here takes; a test that waits in vain fails by it and does not spin on. */
const HANG_MS = 4_000;

/** Lets the requests of this process go on until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
	const deadline = Date.now() + HANG_MS;
	while (!condition()) {
		if (Date.now() > deadline) throw new Error(`Never came true: ${condition.toString()}`);
		await new Promise((resolve) => setImmediate(resolve));
	}
}
