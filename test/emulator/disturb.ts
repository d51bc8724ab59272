import { STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NetworkPhase } from './clientErrors';
import type { Emulator } from './emulator';
import type { RequestFault } from './faults';
import { edit, thinOut } from './reshape';

const gatewayPage = (title = 'Welcome') => `<!DOCTYPE html>
<html><head><title>${title}</title></head>
<body><center><h1>${title}</h1></center><hr><center>gateway</center></body></html>
`;

/** Carries out the faults that come before the work. False when the answer is already out. */
export async function disturbBefore(
	emulator: Emulator,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<boolean> {
	const { activity, behaviour } = emulator;
	const { faults } = request.emulation;
	const delay = delayOf(faults, false) + behaviour.latency;
	if (delay > 0 && !(await activity.hold(reply.raw, delay))) {
		reply.hijack();
		return false;
	}
	if (breaks(emulator, request, reply, 'resetBefore', 'connect')) {
		reply.hijack();
		return false;
	}
	const replacement = faults.map(replacementOf).find((found) => found && !found.afterWork);
	if (!replacement) return true;
	await reply.code(replacement.status).headers(replacement.headers).send(replacement.body);
	return false;
}

/** Carries out the faults that come after the work. Returns what is sent in place of the answer. */
export async function disturbAfter(
	emulator: Emulator,
	request: FastifyRequest,
	reply: FastifyReply,
	payload: unknown,
): Promise<unknown> {
	const { faults } = request.emulation;
	const delay = delayOf(faults, true);
	if (delay > 0) await emulator.activity.hold(reply.raw, delay);
	if (breaks(emulator, request, reply, 'resetAfter', 'read')) return payload;
	const replacement = faults.map(replacementOf).find((found) => found?.afterWork);
	if (replacement) {
		if (payload instanceof Readable) payload.destroy();
		reply.removeHeader('content-length');
		void reply.code(replacement.status).headers(replacement.headers);
		return replacement.body;
	}
	if (typeof payload !== 'string') return payload;
	const reshaped = reshape(emulator, request, reply, payload);
	const isCutOff = faults.some(({ kind }) => kind === 'truncate');
	if (isCutOff || reshaped !== payload) reply.removeHeader('content-length');
	return isCutOff ? reshaped.slice(0, Math.floor(reshaped.length / 2)) : reshaped;
}

/** Gives the JSON of a success another shape, by faults and by behaviour. */
function reshape(
	{ behaviour: { sparse }, sparsity }: Emulator,
	{ emulation }: FastifyRequest,
	reply: FastifyReply,
	payload: string,
): string {
	const edits = emulation.faults.flatMap((fault) => (fault.kind === 'edit' ? fault.edits : []));
	const isJson = String(reply.getHeader('content-type')).startsWith('application/json');
	const isMeant = isJson && reply.statusCode < 300 && (edits.length > 0 || sparse > 0);
	if (!isMeant) return payload;
	const json = edit(JSON.parse(payload), edits);
	const isThinned = thinOut(json, sparse, sparsity) > 0;
	emulation.isOdd ||= isThinned;
	return edits.length > 0 || isThinned ? JSON.stringify(json) : payload;
}

const delayOf = (faults: readonly RequestFault[], afterWork: boolean) =>
	faults.reduce(
		(sum, fault) =>
			sum + (fault.kind === 'delay' && (fault.afterWork ?? false) === afterWork ? fault.ms : 0),
		0,
	);

/** Cuts the connection where a fault asks for it. */
function breaks(
	{ clientErrors }: Emulator,
	{ emulation, raw }: FastifyRequest,
	reply: FastifyReply,
	reset: 'resetBefore' | 'resetAfter',
	phase: NetworkPhase,
): boolean {
	const fault = emulation.faults.find(
		(met) => met.kind === reset || (met.kind === 'networkError' && met.phase === phase),
	);
	if (!fault) return false;
	emulation.isCut = true;
	const isBroken =
		fault.kind === 'networkError' && clientErrors.break(raw.socket, fault.code, phase);
	if (!isBroken) reply.raw.socket?.resetAndDestroy();
	return true;
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
				body: gatewayPage(),
				afterWork: fault.afterWork ?? false,
			};
		case 'redirect':
			return { status: 302, headers: { location: fault.location }, body: '', afterWork: false };
		case 'status': {
			const { status, html = false, headers, afterWork = false } = fault;
			const body =
				'body' in fault ? fault.body : { error: `Fault with status ${status}`, code: status };
			return {
				status,
				headers: { ...(html ? HTML : JSON_TYPE), ...headers },
				body: html ? gatewayPage(STATUS_CODES[status]) : JSON.stringify(body),
				afterWork,
			};
		}
		default:
			return undefined;
	}
}
