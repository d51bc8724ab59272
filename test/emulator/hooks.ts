import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Emulator } from './emulator';
import type { Exchange } from './exchange';
import type { RequestFault } from './faults';
import type { LoggedRequest } from './requestLog';
import { remember, withoutToken } from './requestLog';

declare module 'fastify' {
	interface FastifyRequest {
		/** What the emulator keeps with a request. */
		emulation: Emulation;
	}
}

/** What the emulator keeps with a request. */
export interface Emulation {
	readonly entry: LoggedRequest;
	readonly faults: readonly RequestFault[];
	/** True once `onExchange` was told. */
	isReported: boolean;
	/** True once the connection was cut in place of an answer. */
	isCut: boolean;
}

const GATEWAY_PAGE = `<!DOCTYPE html>
<html><head><title>Bad gateway</title></head>
<body><center><h1>Bad gateway</h1></center><hr><center>gateway</center></body></html>
`;

const API_PATH = /^\/v[12]\//;
const CONTROL_PATH = /^\/(_emulator\/.*)?$/;

/** Logging, faults and the report of exchanges: what happens around every request. */
export function addHooks(server: FastifyInstance, emulator: Emulator): void {
	const { activity, behaviour, clock, faults, options, requests } = emulator;
	server.decorateRequest('emulation');

	server.addHook('onRequest', (request, reply, done) => {
		const { method, headers, raw } = request;
		const path = pathOf(raw.url ?? '/');
		const isControl = CONTROL_PATH.test(path);
		const entry: LoggedRequest = {
			time: clock.now(),
			method,
			path,
			query: request.query as Record<string, unknown>,
			headers: withoutToken(headers),
			body: undefined,
			bytes: Number(headers['content-length'] ?? 0),
			status: undefined,
		};
		request.emulation = {
			entry,
			faults: isControl ? [] : faults.forRequest(method, path),
			isReported: isControl,
			isCut: false,
		};
		if (!isControl) {
			activity.track(reply.raw);
			remember(requests, entry);
		}
		reply.raw.once('close', () => {
			request.emulation.isCut ||= entry.status === undefined;
			report(request, reply, undefined);
		});
		done();
	});

	server.addHook('preHandler', (request, reply, done) => {
		const { entry, faults: met } = request.emulation;
		entry.body = request.body;
		const isFaultless = met.length === 0 && behaviour.latency === 0;
		if (isFaultless || CONTROL_PATH.test(entry.path)) {
			done();
			return;
		}
		void disturbBefore(emulator, request, reply).then((goesOn) => {
			if (goesOn) done();
		});
	});

	server.addHook('onSend', (request, reply, payload, done) => {
		if (request.emulation.faults.length === 0) {
			report(request, reply, payload);
			done(null, payload);
			return;
		}
		void disturbAfter(emulator, request, reply, payload).then((disturbed) => {
			report(request, reply, disturbed);
			done(null, disturbed);
		});
	});

	function report(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
		const { emulation } = request;
		const { entry, isCut } = emulation;
		entry.status ??= isCut ? 0 : reply.statusCode;
		if (emulation.isReported) return;
		emulation.isReported = true;
		if (!options.onExchange || !API_PATH.test(entry.path)) return;
		options.onExchange(exchangeOf(request, reply, isCut ? undefined : payload));
	}
}

const pathOf = (url: string) => url.split('?', 1)[0] ?? url;

/** Carries out the faults that come before the work. False when the answer is already out. */
async function disturbBefore(
	{ activity, behaviour }: Emulator,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<boolean> {
	const { faults } = request.emulation;
	const delay = delayOf(faults, false) + behaviour.latency;
	if (delay > 0 && !(await activity.hold(reply.raw, delay))) {
		reply.hijack();
		return false;
	}
	if (faults.some(({ kind }) => kind === 'resetBefore')) {
		reply.hijack();
		reset(request, reply);
		return false;
	}
	const replacement = faults.map(replacementOf).find((found) => found && !found.afterWork);
	if (!replacement) return true;
	await reply.code(replacement.status).headers(replacement.headers).send(replacement.body);
	return false;
}

/** Carries out the faults that come after the work. Returns what is sent in place of the answer. */
async function disturbAfter(
	{ activity }: Emulator,
	request: FastifyRequest,
	reply: FastifyReply,
	payload: unknown,
): Promise<unknown> {
	const { faults } = request.emulation;
	const delay = delayOf(faults, true);
	if (delay > 0) await activity.hold(reply.raw, delay);
	if (faults.some(({ kind }) => kind === 'resetAfter')) {
		reset(request, reply);
		return payload;
	}
	const replacement = faults.map(replacementOf).find((found) => found?.afterWork);
	if (replacement) {
		if (payload instanceof Readable) payload.destroy();
		reply.removeHeader('content-length');
		void reply.code(replacement.status).headers(replacement.headers);
		return replacement.body;
	}
	if (faults.some(({ kind }) => kind === 'truncate') && typeof payload === 'string') {
		reply.removeHeader('content-length');
		return payload.slice(0, Math.floor(payload.length / 2));
	}
	return payload;
}

const delayOf = (faults: readonly RequestFault[], afterWork: boolean) =>
	faults.reduce(
		(sum, fault) =>
			sum + (fault.kind === 'delay' && (fault.afterWork ?? false) === afterWork ? fault.ms : 0),
		0,
	);

function reset(request: FastifyRequest, reply: FastifyReply): void {
	request.emulation.isCut = true;
	reply.raw.socket?.resetAndDestroy();
}

interface Replacement {
	status: number;
	headers: Record<string, string>;
	body: string;
	afterWork: boolean;
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** The answer that a fault puts in place of the API's own. */
function replacementOf(fault: RequestFault): Replacement | undefined {
	switch (fault.kind) {
		case 'html200':
			return {
				status: 200,
				headers: HTML,
				body: GATEWAY_PAGE,
				afterWork: fault.afterWork ?? false,
			};
		case 'redirect':
			return { status: 302, headers: { location: fault.location }, body: '', afterWork: false };
		case 'status': {
			const { status, html = false, headers, afterWork = false } = fault;
			const body = fault.body ?? { error: `Fault with status ${status}`, code: status };
			return {
				status,
				headers: { ...(html ? HTML : JSON_TYPE), ...headers },
				body: html ? GATEWAY_PAGE : JSON.stringify(body),
				afterWork,
			};
		}
		default:
			return undefined;
	}
}

function exchangeOf(request: FastifyRequest, reply: FastifyReply, payload: unknown): Exchange {
	const { entry, faults } = request.emulation;
	const contentType = request.headers['content-type']?.split(';', 1)[0]?.trim();
	return {
		request: {
			method: entry.method,
			path: entry.path,
			query: entry.query as Record<string, string | string[]>,
			headers: flatten(request.headers),
			...(request.body !== undefined && { body: request.body }),
			...(contentType && { contentType }),
		},
		response: {
			status: entry.status ?? 0,
			headers: flatten(reply.getHeaders()),
			...(typeof payload === 'string' && payload !== '' && { body: parse(reply, payload) }),
		},
		fault: faults.length > 0,
	};
}

function parse(reply: FastifyReply, payload: string): unknown {
	const type = String(reply.getHeader('content-type'));
	if (!type.startsWith('application/json')) return payload;
	try {
		return JSON.parse(payload) as unknown;
	} catch {
		return payload;
	}
}

function flatten(headers: Record<string, unknown>): Record<string, string> {
	const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
	return Object.fromEntries(
		entries.map(([name, value]) => [
			name,
			Array.isArray(value) ? value.join(', ') : String(value as string | number),
		]),
	);
}
