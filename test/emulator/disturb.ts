import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Emulator } from './emulator';
import type { RequestFault } from './faults';

const GATEWAY_PAGE = `<!DOCTYPE html>
<html><head><title>Bad gateway</title></head>
<body><center><h1>Bad gateway</h1></center><hr><center>gateway</center></body></html>
`;

/** Carries out the faults that come before the work. False when the answer is already out. */
export async function disturbBefore(
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
export async function disturbAfter(
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
