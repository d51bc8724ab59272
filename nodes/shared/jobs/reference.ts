import { createHash, createHmac, timingSafeEqual } from 'crypto';

/** The place in a workflow that a job was submitted from. */
export interface Origin {
	executionId: string;
	nodeId: string;
	/** How often the node has run before in this execution; a tool call adds its own nonce. */
	run: string;
	item: number;
}

export interface ReplyReference {
	executionId: string;
	/** A fingerprint of the node's ID. */
	node: string;
	run: string;
	item: number;
	/** The user's own `replyRef`; undefined when none was given. */
	userReference: string | undefined;
	signature: string;
}

const PREFIX = 'n8n';
/** 128 bits of HMAC-SHA256. */
const SIGNATURE_BYTES = 16;
const FIELD = /^[\w-]{1,40}$/;

/** The vendor gives no limit for LTX Studio; a sibling API has 1024. This leaves room for everything before it. */
export const MAX_USER_REFERENCE = 128;

/** Dots separate the fields. */
const encode = (text: string) => encodeURIComponent(text).replace(/\./g, '%2E');

const fingerprint = (text: string) =>
	createHash('sha256').update(text).digest('base64url').slice(0, 8).replace(/-/g, '_');

const sign = (payload: string, resumeUrl: string, token: string) =>
	createHmac('sha256', token)
		.update(JSON.stringify([payload, resumeUrl]))
		.digest()
		.subarray(0, SIGNATURE_BYTES)
		.toString('base64url');

/** The text that a signature covers: everything but the signature itself. */
const payloadOf = (fields: readonly string[], userReference: string | undefined) =>
	JSON.stringify([...fields, userReference ?? null]);

/**
 * Makes the reference that a submission carries. The same item of the same run always gets the same one, which is what
 * lets a job be found again instead of being paid twice.
 *
 * @param token the API token, the HMAC's key
 * @param resumeUrl an address that travels beside the reference and must not be changed on its way
 */
export function makeReplyReference(
	origin: Origin,
	token: string,
	userReference?: string,
	resumeUrl = '',
): string {
	const { executionId, nodeId, run, item } = origin;
	const own = userReference === '' ? undefined : userReference;
	const fields = [PREFIX, encode(executionId), fingerprint(nodeId), run, String(item)];
	const signature = sign(payloadOf(fields, own), resumeUrl, token);
	return [...fields, signature, ...(own === undefined ? [] : [own])].join('.');
}

/**
 * Reads a reference without believing it.
 *
 * @returns undefined for a reference that this package did not make
 */
export function readReplyReference(reference: unknown): ReplyReference | undefined {
	if (typeof reference !== 'string') return undefined;
	const [prefix, executionId, node, run, item, signature, ...own] = reference.split('.');
	if (prefix !== PREFIX || !executionId || !node || !run || !item || !signature) return undefined;
	if (![node, run, signature].every((field) => FIELD.test(field))) return undefined;
	if (!/^\d{1,7}$/.test(item) || !/^[\w%~!*'()-]{1,80}$/.test(executionId)) return undefined;
	return {
		executionId: decode(executionId),
		node,
		run,
		item: Number(item),
		userReference: own.length > 0 ? own.join('.') : undefined,
		signature,
	};
}

/**
 * Checks that a reference was made with this token, and that nothing in it or in the address beside it was altered.
 * Compares in constant time.
 *
 * @returns the reference if it is authentic, else undefined
 */
export function verifyReplyReference(
	reference: unknown,
	token: string,
	resumeUrl = '',
): ReplyReference | undefined {
	const parsed = readReplyReference(reference);
	if (!parsed || typeof reference !== 'string') return undefined;
	const fields = reference.split('.').slice(0, 5);
	const expected = sign(payloadOf(fields, parsed.userReference), resumeUrl, token);
	const given = Buffer.from(parsed.signature);
	const wanted = Buffer.from(expected);
	return given.length === wanted.length && timingSafeEqual(given, wanted) ? parsed : undefined;
}

/** @returns whether the reference was made by this node in this execution, whatever the run and item */
export function isFromExecution(reference: unknown, executionId: string, nodeId: string): boolean {
	const parsed = readReplyReference(reference);
	return parsed?.executionId === executionId && parsed.node === fingerprint(nodeId);
}

/** A pattern of all references that a run of a node has made in an execution. */
export function patternOfRun(reference: string): string {
	return [...reference.split('.').slice(0, 4), '*'].join('.');
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
