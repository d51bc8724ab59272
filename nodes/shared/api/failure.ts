import type { IDataObject, NodeOperationError } from 'n8n-workflow';

import { isRecord, isText, textOf } from '../values';

/** Why a call did not give the answer that it should. */
export interface Failure {
	/** HTTP status, if there was an answer. */
	status?: number;
	/** Network error code, if there was none. */
	code?: string;
	/** The host that has failed, where it is not the API's own. */
	host?: string;
	/** The vendor's own words, or the reason, without secrets. */
	detail: string;
	/** Whether the call may have taken effect all the same. */
	effect: 'none' | 'unknown';
	/** How long the API asks to wait, in milliseconds. */
	retryAfter?: number;
	/** The answer was not what the API sends: a gateway's page, or JSON that was cut off. */
	unreadable?: boolean;
	/** The answer has not the shape of the API's own errors, and so is from a gateway, or from quite another server. */
	foreign?: boolean;
	/** The JSON of an answer that is not a success, for a service to read. It is never shown as it is. */
	body?: unknown;
}

export type Answer<Body> =
	| { ok: true; body: Body }
	/** With words of its own where the file to send could not be opened. */
	| { ok: false; failure: Failure; error?: NodeOperationError };

/** Stands for a network code when not the API failed but what was to be sent to it. */
export const BROKEN_SOURCE = 'BROKEN_SOURCE';

/** The same, where the file is not fit to be sent. */
export const UNFIT_SOURCE = 'UNFIT_SOURCE';

/** The same, where n8n's own protection of private networks has forbidden the call. */
export const FORBIDDEN_ADDRESS = 'FORBIDDEN_ADDRESS';

/** The same, where the answer took longer, as a whole, than a call may take. */
export const TIME_LIMIT = 'TIME_LIMIT';

/** The same, where the answer is larger than any that is read. */
export const SIZE_LIMIT = 'SIZE_LIMIT';

/** The same, where the request cannot be sent at all: a path or a header that is none. */
export const UNFIT_REQUEST = 'UNFIT_REQUEST';

/** The same, where n8n could not read the credential: what it says comes from its database, and not from the network. */
export const UNREAD_CREDENTIAL = 'UNREAD_CREDENTIAL';

/** The connection was never made, so nothing can have been submitted. */
const NEVER_SENT = new Set([
	FORBIDDEN_ADDRESS,
	UNFIT_REQUEST,
	UNREAD_CREDENTIAL,
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'ERR_INVALID_CHAR',
	'ERR_INVALID_URL',
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'ERR_TLS_CERT_ALTNAME_INVALID',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** These come from connecting, and from reading or writing later on, when the request may have arrived. */
const NEVER_SENT_IF_CONNECTING = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

const CONNECTING = new Set(['connect', 'getaddrinfo']);

/** @returns whether there was no connection */
export const isUnreached = ({ status, effect }: Partial<Failure>): boolean =>
	status === undefined && effect === 'none';

/** @returns whether a secure connection did not come about */
export const isInsecure = (code: string): boolean =>
	/CERT|TLS|SSL|EPROTO|LEAF_SIGNATURE/.test(code);

/** 596 is the API's own answer about a dead session: it did nothing. */
export const SESSION_DEAD = 596;

/**
 * Describes a call that ended without an answer.
 *
 * @param syscall what the operating system was doing, if it is known
 */
export function networkFailure(
	code: string | undefined,
	detail: string,
	syscall?: string,
): Failure {
	return {
		...(code ? { code } : {}),
		detail,
		effect: code && isNeverSent(code, syscall) ? 'none' : 'unknown',
	};
}

const isNeverSent = (code: string, syscall: string | undefined) =>
	syscall === undefined
		? NEVER_SENT.has(code)
		: CONNECTING.has(syscall) && (NEVER_SENT.has(code) || NEVER_SENT_IF_CONNECTING.has(code));

/**
 * Describes what an HTTP helper of n8n threw. n8n wraps the client's error, more than once in some versions: the code is on
 * one of the causes, or, where n8n has dropped those, in the place of the HTTP status.
 */
export function toThrownFailure(thrown: unknown): Failure {
	let code: string | undefined;
	let message = '';
	let syscall: string | undefined;
	for (let error = thrown; error instanceof Error; error = error.cause) {
		message ||= messageOf(error);
		syscall = syscallOf(error) ?? syscall;
		const found = codeOf(error);
		if (found === undefined) continue;
		code = found;
		message = messageOf(error);
	}
	return networkFailure(code, message || 'the request failed', syscall);
}

/** Node.js says it beside the code and, where n8n has kept no more than that, at the beginning of the message. */
function syscallOf(error: Error & { syscall?: unknown; errors?: unknown }): string | undefined {
	if (typeof error.syscall === 'string') return error.syscall;
	const [, stated] = /^(connect|read|write|getaddrinfo) E[A-Z_]+/.exec(messageOf(error)) ?? [];
	if (stated !== undefined) return stated;
	// A host with several addresses: all of them were tried, and the request went to none if none was connected.
	const tries: unknown[] = Array.isArray(error.errors) ? error.errors : [];
	const syscalls = tries.map((one) => (one instanceof Error ? syscallOf(one) : undefined));
	return syscalls.find((one) => one === undefined || !CONNECTING.has(one)) ?? syscalls[0];
}

function codeOf(error: Error & { code?: unknown; httpCode?: unknown }): string | undefined {
	if (error.name.startsWith('SsrfBlocked')) return FORBIDDEN_ADDRESS;
	const found = [error.code, error.httpCode].find(
		(value) => typeof value === 'string' && /^[A-Z]/.test(value),
	);
	return typeof found === 'string' ? found : undefined;
}

/** n8n puts words of its own in place of the message, and keeps the original beside them. */
function messageOf({ message, messages }: Error & { messages?: unknown }): string {
	const original: unknown = Array.isArray(messages) ? messages[0] : undefined;
	return typeof original === 'string' && original !== '' ? original : message;
}

/**
 * Describes an answer that is not a success.
 *
 * @param now milliseconds since the epoch, for a `Retry-After` that is a date
 */
export function statusFailure(
	status: number,
	body: unknown,
	headers: IDataObject,
	now: number,
): Failure {
	const retryAfter = parseRetryAfter(headers['retry-after'], now);
	const isOwn = isOwnAnswer(body);
	return {
		status,
		detail: detailOf(body, headers),
		effect: mayHaveTakenEffect(status, isOwn) ? 'unknown' : 'none',
		...(isOwn ? {} : { foreign: true }),
		...(isRecord(body) ? { body } : {}),
		...(retryAfter === undefined ? {} : { retryAfter }),
	};
}

/**
 * Whether a call may have taken effect all the same. Whoever says that there was no room for it (429) has not let it in; who says
 * that it took too long (408) may have.
 */
const mayHaveTakenEffect = (status: number, isOwn: boolean) =>
	isOwn ? (status >= 500 && status !== SESSION_DEAD) || status === 408 : status !== 429;

/** Describes a success whose body is not JSON. */
export function unreadableFailure(status: number, headers: IDataObject): Failure {
	return { status, detail: describeBody(headers), effect: 'unknown', unreadable: true };
}

/** @returns whether the vendor has taken the endpoint away, as opposed to not finding what was asked for */
export const isRetired = ({ status, detail }: Failure): boolean =>
	status === 410 || (status === 404 && /endpoint not found/i.test(detail));

/** @returns whether the API itself says that it does not have what was asked for */
export const isNotThere = (failure: Failure): boolean =>
	failure.status === 404 && !failure.foreign && !isRetired(failure);

const NO_JSON = 'no readable JSON';
const WEB_PAGE = 'a web page instead of JSON, probably from a gateway or proxy';

/** @returns whether an answer was a web page */
export const isPage = ({ detail }: Failure): boolean => detail === WEB_PAGE;

/** @returns whether an answer came with neither JSON nor a page, as the vendor's own pages have it of some errors */
export const isBare = ({ detail }: Failure): boolean => detail === NO_JSON;

/**
 * @returns whether a list of accounts says that none is configured yet: in words, or as the vendor's page has it, without JSON. A
 * web page of a gateway does not say so.
 */
export const isNotConfigured = (failure: Failure): boolean =>
	failure.status === 404 &&
	!isRetired(failure) &&
	(/configur/i.test(failure.detail) || failure.detail === NO_JSON);

/** @param value seconds or an HTTP date */
export function parseRetryAfter(value: unknown, now: number): number | undefined {
	if (typeof value !== 'string' && typeof value !== 'number') return undefined;
	const seconds = Number(value);
	const wait = Number.isFinite(seconds) ? seconds * 1000 : new Date(value).getTime() - now;
	return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

function detailOf(body: unknown, headers: IDataObject): string {
	if (!isRecord(body)) return describeBody(headers, body);
	const { error, message } = body;
	const inner = isRecord(error) ? error.message : undefined;
	return textOf(error) ?? textOf(inner) ?? textOf(message) ?? 'no reason given';
}

/**
 * The APIs say what an error is, or say so of their answer, where others have a bare message, or one among other things. A failed
 * job may come with the status of an error, too.
 */
const isOwnAnswer = (body: unknown) =>
	isRecord(body) && (isText(body.error) || body.type === 'error' || isText(body.jobId));

/** A gateway's page is named, never quoted. */
function describeBody(headers: IDataObject, body?: unknown): string {
	const type = headers['content-type'];
	const isPage = typeof body === 'string' && body.trimStart().startsWith('<');
	return isPage || (typeof type === 'string' && type.includes('html')) ? WEB_PAGE : NO_JSON;
}
