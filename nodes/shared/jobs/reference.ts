import { createHash, createHmac, timingSafeEqual } from 'crypto';

import { decoded } from '../api/text';

/** The run of a node that jobs are submitted from. */
export interface RunOrigin {
	/** The n8n that the workflow lives on. */
	instanceId: string;
	/** Undefined for a workflow that was never saved. */
	workflowId: string | undefined;
	executionId: string;
	nodeId: string;
	/** How often the node has run before in this execution; a tool call adds a nonce of its own. */
	run: string;
}

/** The place in a workflow that a job was submitted from. */
export interface Origin extends RunOrigin {
	item: number;
	/** What is asked for, as text: the request without what differs from try to try. */
	content: string;
}

/** What a reference says of where a job comes from, and of what was asked for. */
export interface Place {
	/** A fingerprint of n8n and workflow; undefined in references of version 0.1.0. */
	scope: string | undefined;
	executionId: string;
	/** A fingerprint of the node's ID. */
	node: string;
	run: string;
	item: number;
	/** A fingerprint of what was asked for; undefined in references of version 0.1.0. */
	digest: string | undefined;
}

export interface ReplyReference extends Place {
	/** The user's own `replyRef`; undefined when none was given. */
	userReference: string | undefined;
	/** Undefined where the API has cut the reference. */
	signature: string | undefined;
}

const PREFIX = 'n8n2';
const OLD_PREFIX = 'n8n';
/** 128 bits of HMAC-SHA256. */
const SIGNATURE_BYTES = 16;
/** In characters of six bits each. */
const SIGNATURE_LENGTH = 22;
/** Behind the prefix. */
const FIELDS_TO_ITEM = 5;
const FINGERPRINT_LENGTH = 8;
const FIELD = /^[\w-]{1,40}$/;
const ITEM = /^\d{1,7}$/;
const EXECUTION_ID = /^[\w%~!*'()-]{1,80}$/;
/** No reference of this package is as long; what is longer is not looked at. */
const LONGEST = 1024;

/** Vendors give no limit, or 1024. This leaves room for everything before it. */
export const MAX_USER_REFERENCE = 128;

/** Dots separate the fields. */
const encode = (text: string) => encodeURIComponent(text).replace(/\./g, '%2E');

const fingerprint = (text: string) =>
	createHash('sha256')
		.update(text)
		.digest('base64url')
		.slice(0, FINGERPRINT_LENGTH)
		.replace(/-/g, '_');

const sign = (payload: string, resumeUrl: string, token: string) =>
	createHmac('sha256', token)
		.update(JSON.stringify([payload, resumeUrl]))
		.digest()
		.subarray(0, SIGNATURE_BYTES)
		.toString('base64url');

/** The text that a signature covers: everything but the signature itself. */
const payloadOf = (fields: readonly string[], userReference: string | undefined) =>
	JSON.stringify([...fields, userReference ?? null]);

/** The fields that say where a job comes from, in their order. */
const fieldsOf = (origin: Origin): string[] => [
	PREFIX,
	scopeOf(origin),
	encode(origin.executionId),
	fingerprint(origin.nodeId),
	origin.run,
	String(origin.item),
	fingerprint(origin.content),
];

/** @returns what all references of a workflow have in common */
export const scopeOf = ({
	instanceId,
	workflowId,
}: Pick<RunOrigin, 'instanceId' | 'workflowId'>): string =>
	fingerprint(JSON.stringify([instanceId, workflowId]));

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
	const own = userReference === '' ? undefined : userReference;
	const fields = fieldsOf(origin);
	const signature = sign(payloadOf(fields, own), resumeUrl, token);
	return [...fields, signature, ...(own === undefined ? [] : [own])].join('.');
}

/**
 * Reads a reference without believing it, also one that the API has cut, if it still has the dot behind the item.
 *
 * @returns undefined for a reference that this package did not make
 */
export function readReplyReference(reference: unknown): ReplyReference | undefined {
	if (typeof reference !== 'string' || reference.length > LONGEST) return undefined;
	const [prefix, ...fields] = reference.split('.');
	// Cut within the number of the item, it would tell another one.
	if (prefix === PREFIX) return fields.length > FIELDS_TO_ITEM ? readFields(fields) : undefined;
	if (prefix !== OLD_PREFIX) return undefined;
	const [executionId, node, run, item, signature, ...own] = fields;
	return signature === undefined || signature === ''
		? undefined
		: readFields(['', executionId, node, run, item, '', signature, ...own]);
}

/** @returns whether a reference claims to be one of this package's, be it right or not: it is no user's own */
export const claimsToBeOurs = (reference: unknown): boolean =>
	readReplyReference(reference) !== undefined ||
	(typeof reference === 'string' && reference.startsWith(`${PREFIX}.`));

function readFields(fields: ReadonlyArray<string | undefined>): ReplyReference | undefined {
	const [scope, executionId, node, run, item, digest, signature, ...own] = fields;
	if (!executionId || !node || !run || !item) return undefined;
	const given = [scope, node, run, digest, signature].filter((field) => field !== undefined);
	if (!given.every((field) => field === '' || FIELD.test(field))) return undefined;
	if (!ITEM.test(item) || !EXECUTION_ID.test(executionId)) return undefined;
	return {
		scope: whole(scope, FINGERPRINT_LENGTH),
		executionId: decoded(executionId),
		node,
		run,
		item: Number(item),
		digest: whole(digest, FINGERPRINT_LENGTH),
		userReference: own.length > 0 ? own.join('.') : undefined,
		signature: whole(signature, SIGNATURE_LENGTH),
	};
}

/** A field that was cut says nothing. */
const whole = (field: string | undefined, length: number) =>
	field?.length === length ? field : undefined;

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
	if (typeof reference !== 'string' || parsed?.signature === undefined || token === '') {
		return undefined;
	}
	const fields = reference.split('.');
	const signed = fields.slice(0, fields[0] === PREFIX ? 7 : 5);
	const expected = sign(payloadOf(signed, parsed.userReference), resumeUrl, token);
	return isSameText(parsed.signature, expected) ? parsed : undefined;
}

/** Compares two texts in constant time, whatever their lengths. */
export function isSameText(one: string, other: string): boolean {
	const digests = [one, other].map((text) => createHash('sha256').update(text).digest());
	const [first, second] = digests;
	return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}

/** @returns what tells the job of an item from all others, also where the API has cut its reference behind that */
export function submissionKey(reference: string | undefined): string | undefined {
	const place = readReplyReference(reference);
	if (!place) return reference;
	const { scope, executionId, node, run, item } = place;
	return JSON.stringify([scope, executionId, node, run, item]);
}

/** @returns whether two references tell of different contents for sure: those of version 0.1.0, and those that were cut, tell of none */
export function isOtherContent(one: string | undefined, other: string | undefined): boolean {
	const [first, second] = [one, other].map((reference) => readReplyReference(reference)?.digest);
	return first !== undefined && second !== undefined && first !== second;
}

/** What tells the jobs of a run of a node from all others. */
export interface RunMarks {
	scope: string;
	executionId: string;
	node: string;
	run: string;
}

/** @returns what the references of a run have in common */
export const marksOf = (origin: RunOrigin): RunMarks => ({
	scope: scopeOf(origin),
	executionId: origin.executionId,
	node: fingerprint(origin.nodeId),
	run: origin.run,
});

/** @returns whether a job was submitted by the same node, in whichever run and execution of the workflow */
export const isSameNode = (place: Place, marks: RunMarks): boolean =>
	(place.scope === undefined || place.scope === marks.scope) && place.node === marks.node;

/** @returns whether a job was submitted by the same run of the same node in the same execution */
export const isSameRun = (place: Place, marks: RunMarks): boolean =>
	isSameNode(place, marks) && place.executionId === marks.executionId && place.run === marks.run;

/** A pattern of all references that a node has made, in one execution or in any: a loop may have been further on than it is now. */
export function patternOf(
	{ scope, executionId, node }: RunMarks,
	{ isOfAnyExecution }: { isOfAnyExecution: boolean },
): string {
	return [PREFIX, scope, isOfAnyExecution ? '*' : encode(executionId), node, '*'].join('.');
}

/** What jobs are looked for by; what is undefined does not matter. */
export interface SoughtJobs {
	executionId: string | undefined;
	/** The workflow, as references tell it. */
	scope: string | undefined;
	/** How the reference, or the user's own part of it, starts; a star stands for anything. */
	pattern: string | undefined;
}

/** @returns whether a reference says of a job that it is one of those */
export function isSought(
	reference: string | undefined,
	{ executionId, scope, pattern }: SoughtJobs,
): boolean {
	const place = readReplyReference(reference);
	return (
		(executionId === undefined || place?.executionId === executionId) &&
		(scope === undefined || place?.scope === scope) &&
		(pattern === undefined ||
			[reference, place?.userReference].some(
				(text) => text !== undefined && startsWith(text, pattern),
			))
	);
}

/** By hand: a regular expression made of what users write may take for ever. */
function startsWith(text: string, pattern: string): boolean {
	const [start = '', ...parts] = pattern.split('*');
	if (!text.startsWith(start)) return false;
	let end = start.length;
	return parts.every((part) => {
		const at = text.indexOf(part, end);
		end = at + part.length;
		return at >= 0;
	});
}
