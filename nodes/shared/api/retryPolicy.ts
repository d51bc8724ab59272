import {
	FORBIDDEN_ADDRESS,
	isInsecure,
	isUnreached,
	SIZE_LIMIT,
	UNFIT_REQUEST,
	UNFIT_SOURCE,
	UNREAD_CREDENTIAL,
	type Failure,
} from './failure';

/** All tries of one call together, in milliseconds. */
export const RETRY_BUDGET_MS = 60_000;

/** The same for answers that are not the API's own, and for none: a gateway may recover soon, a wrong address never does. */
export const FOREIGN_BUDGET_MS = 5_000;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;

/** Asking again cannot change these: the request is not fit to be sent, or must not be. */
const FINAL_CODES = new Set([
	'ERR_INVALID_CHAR',
	'ERR_INVALID_URL',
	FORBIDDEN_ADDRESS,
	SIZE_LIMIT,
	UNFIT_REQUEST,
	UNFIT_SOURCE,
]);

/** Too slow, or too much at once. */
const PASSING_STATUSES = new Set([408, 429]);

/** Nor these: the account's session is dead, or the API refuses for good. */
const FINAL_STATUSES = new Set([501, 505, 596]);

/** @returns whether the same call may succeed later */
export function isTransient({ status, code }: Failure): boolean {
	if (status === undefined) {
		return code === undefined || !(FINAL_CODES.has(code) || isInsecure(code));
	}
	return PASSING_STATUSES.has(status) || (status >= 500 && !FINAL_STATUSES.has(status));
}

/** @returns whether the answer is not the API's own and proves nothing, as long as the status does not ask to be tried again anyway */
export const isForeign = (failure: Failure): boolean =>
	(failure.unreadable === true || failure.foreign === true) && !isTransient(failure);

/**
 * @returns whether neither the API nor the network has failed, but n8n, before anything was sent: since 2.41 it resolves no
 * expression in a credential for an execution that it has stored
 */
export const isLocal = ({ status, code }: Failure): boolean =>
	status === undefined && (code === undefined || code === UNREAD_CREDENTIAL);

/**
 * @param budget for what may pass, in milliseconds
 * @returns for how long a call that failed so may be tried again, in milliseconds
 */
export function patienceFor(failure: Failure, budget = RETRY_BUDGET_MS): number {
	if (isForeign(failure) || isLocal(failure)) return Math.min(FOREIGN_BUDGET_MS, budget);
	return isTransient(failure) ? budget : 0;
}

/**
 * What a try of a file, and the pause behind it, cost of a budget. The time that the file itself takes does not count: a large one
 * could never be tried again.
 *
 * @param delay of the pause, in milliseconds
 * @param took how long the try took, in milliseconds
 */
export const costOfTry = (failure: Partial<Failure>, delay: number, took: number): number =>
	delay + (isUnreached(failure) ? took : 0);

/**
 * Full jitter between half and the whole of an exponential delay; `Retry-After` is never undercut.
 *
 * @param attempt 1 for the first retry
 * @param random from 0 to 1
 * @returns milliseconds to wait before the next try
 */
export function retryDelay(attempt: number, retryAfter = 0, random = Math.random()): number {
	const delay = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
	return Math.ceil(Math.max(retryAfter, delay * (0.5 + random / 2)));
}
