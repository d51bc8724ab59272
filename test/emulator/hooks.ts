import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { disturbAfter, disturbBefore } from './disturb';
import type { Emulator } from './emulator';
import { exchangeOf } from './exchangeOf';
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
	/** True for an answer that no page of the API tells of. */
	isOdd: boolean;
}

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
		const met = isControl ? [] : faults.forRequest(method, path);
		request.emulation = {
			entry,
			faults: met,
			isReported: isControl || met.some(neverArrives),
			isCut: false,
			isOdd: false,
		};
		if (!isControl) activity.track(reply.raw);
		if (!request.emulation.isReported) remember(requests, entry);
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
		const { entry, faults: met } = request.emulation;
		const isSparse = behaviour.sparse > 0 && API_PATH.test(entry.path);
		if (met.length === 0 && !isSparse) {
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

/** What the client could not connect for is nothing that came here. */
const neverArrives = (fault: RequestFault) =>
	fault.kind === 'networkError' && fault.phase === 'connect';

const pathOf = (url: string) => url.split('?', 1)[0] ?? url;
