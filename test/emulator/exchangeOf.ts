import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Exchange } from './exchange';

/** @param payload what is sent as the answer's body */
export function exchangeOf(
	request: FastifyRequest,
	reply: FastifyReply,
	payload: unknown,
): Exchange {
	const { entry, faults, isOdd } = request.emulation;
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
		fault: isOdd || faults.some(({ kind }) => kind !== 'delay'),
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
