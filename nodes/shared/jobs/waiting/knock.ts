import type { IExecuteFunctions, IN8nHttpFullResponse, IWebhookFunctions } from 'n8n-workflow';

import { Gate } from '../../n8n/concurrency';
import { toThrownFailure } from '../../api/failure';
import { isRecord, originOf } from '../../values';

/** What n8n says of a call to a stored execution's own URL. */
export type Reception =
	/** The node has taken it. */
	| { kind: 'taken' }
	/** n8n does not know the way there yet, as when it has just been started: the same call may be taken soon. */
	| { kind: 'early'; reason: string }
	/** The execution runs: it is not stored yet, or goes on already. */
	| { kind: 'running'; reason: string }
	/** The execution is over, or waits elsewhere. */
	| { kind: 'over'; reason: string }
	/** n8n has no such execution: it was deleted, or this is another n8n. */
	| { kind: 'unknown'; reason: string }
	/** n8n, or something before it, did not answer; `isSilent`: the call was taken, but not answered in time. */
	| { kind: 'unreachable'; reason: string; isSilent?: boolean };

/** @returns whether there is nothing more to ring for at an execution that was stored */
export const isInVain = ({ kind }: Reception): boolean =>
	kind === 'over' || kind === 'running' || kind === 'unknown';

/** What a ring carries: no callback of a service has such a body. */
export interface Ring {
	ring: string;
	/** Whether who rings can't look at the jobs, so that whoever hears it has to. */
	isBlind?: boolean;
	/** Whether nothing is to be done but to answer: who rings wants to know whether the execution is still stored. */
	isProbe?: boolean;
}

/** Whoever can send a request. */
export type Caller = Pick<IExecuteFunctions | IWebhookFunctions, 'helpers'>;

const CALL_TIMEOUT_MS = 30_000;
const PROBE_TIMEOUT_MS = 2_000;

/** A process rings so often at a time: what is late already must not keep n8n from the callbacks that come in. */
const RINGS_AT_ONCE = 5;

/** By the n8n that is rung at: one that does not answer holds up no other. */
const gates = new Map<string, Gate>();

/** Where a stored execution is called. */
export interface Address {
	/** Where this n8n reaches it. */
	url: string;
	/**
	 * Whether it may wait in a Wait or Form node later: before 2.41, n8n leaves a call unanswered for good if the execution waits
	 * elsewhere, and such a node comes behind that.
	 */
	mayFallSilent: boolean;
}

/** Rings at a stored execution, once it is its turn. It never throws. */
export async function ring(context: Caller, address: Address, body: Ring): Promise<Reception> {
	const { url } = address;
	const place = originOf(url);
	const gate = gates.get(place) ?? new Gate(RINGS_AT_ONCE);
	gates.set(place, gate);
	return await gate.pass(async () => await knockPatiently(context, address, body));
}

/**
 * Asks n8n whether an execution is still stored: it may have gone on since n8n has read it. Somebody waits for the answer, so that
 * it is waited for long only where silence may be one. It never throws.
 *
 * @returns false where that is not known
 */
export async function hasGoneOn(
	context: Caller,
	address: Address,
	reference: string,
): Promise<boolean> {
	const body: Ring = { ring: reference, isProbe: true };
	const first = await knock(context, address.url, body, PROBE_TIMEOUT_MS);
	const { kind } =
		isSilent(first) && address.mayFallSilent ? await knockPatiently(context, address, body) : first;
	return kind === 'over' || kind === 'running';
}

/** Calls, and understands silence where that may have a meaning. */
export async function knockPatiently(
	context: Caller,
	{ url, mayFallSilent }: Address,
	body: Ring,
): Promise<Reception> {
	const reception = await knock(context, url, body);
	const isElsewhere = mayFallSilent && isSilent(reception) && (await answersOthers(context, url));
	return isElsewhere
		? { kind: 'over', reason: 'n8n answers other calls, and not this one' }
		: reception;
}

const isSilent = (reception: Reception): boolean =>
	reception.kind === 'unreachable' && reception.isSilent === true;

/** Whether n8n is there. */
async function answersOthers(context: Caller, url: string): Promise<boolean> {
	const { kind } = await knock(context, urlOfNone(url), {}, PROBE_TIMEOUT_MS);
	return kind === 'unknown';
}

/** The same path for an execution that there never is. */
function urlOfNone(url: string): string {
	const none = new URL(url);
	const path = none.pathname.split('/');
	none.pathname = [...path.slice(0, -2), '0', ...path.slice(-1)].join('/');
	return none.href;
}

/** Calls a stored execution at its own URL. It never throws. */
export async function knock(
	{ helpers }: Caller,
	url: string,
	body: object,
	timeout = CALL_TIMEOUT_MS,
): Promise<Reception> {
	try {
		const response = (await helpers.httpRequest({
			method: 'POST',
			url,
			body: { ...body },
			json: true,
			timeout,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		})) as Partial<IN8nHttpFullResponse>;
		const { statusCode = 0, body: answer, headers } = response;
		return leadsToForm(url, headers?.location)
			? { kind: 'over', reason: 'n8n waits for a form' }
			: toReception(statusCode, answer);
	} catch (error) {
		const { code, detail } = toThrownFailure(error);
		const isTimeUp = code !== undefined && TIMED_OUT.has(code);
		return { kind: 'unreachable', reason: detail, ...(isTimeUp && { isSilent: true }) };
	}
}

/** As axios says that an answer did not come in time. */
const TIMED_OUT = new Set(['ECONNABORTED', 'ETIMEDOUT']);

/** Since 2.41, n8n leads whoever calls an execution that waits in a form there: to the same execution, at another endpoint. */
function leadsToForm(url: string, location: unknown): boolean {
	if (typeof location !== 'string' || !URL.canParse(location, url)) return false;
	const [from, to] = [new URL(url), new URL(location, url)].map(({ pathname }) =>
		pathname.split('/'),
	);
	const isSameExecution = from?.slice(-2).join('/') === to?.slice(-2).join('/');
	return isSameExecution && from?.at(-3) !== to?.at(-3);
}

/**
 * n8n answers 409 while an execution runs and once it is over, and 404 for one that it does not know, or that waits elsewhere.
 * What neither n8n nor this node says, such as the page of a proxy, says nothing of the execution.
 */
function toReception(status: number, answer: unknown): Reception {
	if (status >= 200 && status < 300) return { kind: 'taken' };
	const { message, error, accepted } = isRecord(answer) ? answer : {};
	const reason = `n8n answered ${status}`;
	const says = (words: RegExp) => typeof message === 'string' && words.test(message);
	if (status === 409) return { kind: says(/has finished/) ? 'over' : 'running', reason };
	if (status === 404 && says(/does not contain/)) return { kind: 'over', reason };
	if (status === 404) return { kind: says(/does not exist/) ? 'unknown' : 'early', reason };
	if (error === 'Invalid token' && status < 500) return { kind: 'unknown', reason };
	return { kind: accepted === false && status < 500 ? 'over' : 'unreachable', reason };
}
