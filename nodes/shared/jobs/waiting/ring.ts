import type { IExecuteFunctions, IN8nHttpFullResponse, IWebhookFunctions } from 'n8n-workflow';

import { clock } from '../../n8n/clock';

/** What n8n says of a call to a stored execution's own URL. */
export type Reception =
	/** The node has taken it. */
	| { kind: 'taken' }
	/** n8n does not know the way there yet, as when it has just been started: the same call may be taken soon. */
	| { kind: 'early'; reason: string }
	/** The execution runs: it is not stored yet, or goes on already. */
	| { kind: 'running'; reason: string }
	/** The execution is over, gone, or waits elsewhere. */
	| { kind: 'over'; reason: string }
	/** n8n, or something before it, did not answer. */
	| { kind: 'unreachable'; reason: string };

/** Whoever can send a request. */
type Caller = Pick<IExecuteFunctions | IWebhookFunctions, 'helpers'>;

const CALL_TIMEOUT_MS = 30_000;

/** Calls a stored execution at its own URL. It never throws. */
export async function knock({ helpers }: Caller, url: string, body: object): Promise<Reception> {
	try {
		const { statusCode, body: answer } = (await helpers.httpRequest({
			method: 'POST',
			url,
			body: { ...body },
			json: true,
			timeout: CALL_TIMEOUT_MS,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		})) as IN8nHttpFullResponse;
		return toReception(statusCode, answer);
	} catch (error) {
		return { kind: 'unreachable', reason: error instanceof Error ? error.message : 'no answer' };
	}
}

/** n8n answers 409 while an execution runs and once it is over, and 404 for one that it does not know, or that waits elsewhere. */
function toReception(status: number, answer: unknown): Reception {
	if (status < 300) return { kind: 'taken' };
	const reason = `n8n answered ${status}`;
	const text = JSON.stringify(answer) as string | undefined;
	if (status === 409) return { kind: text?.includes('has finished') ? 'over' : 'running', reason };
	if (status === 404) {
		return { kind: /does not (exist|contain)/.test(String(text)) ? 'over' : 'early', reason };
	}
	return { kind: status === 429 || status >= 500 ? 'unreachable' : 'over', reason };
}

/** A stored execution that is to be rung at. */
interface Bell {
	/** Where this n8n reaches it. */
	url: string;
	/** When n8n's own timer ends the wait, in milliseconds since the epoch. */
	until: number;
	/** By which the execution knows that the ring is genuine. */
	reference: string;
	/** Whether there is nothing to wake for yet. */
	isEarly: () => Promise<boolean>;
}

/** What a ring carries: no callback of a service has such a body. */
export interface Ring {
	ring: string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Between the calls until n8n has stored the execution. */
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5 * SECOND;
/** Between the rings after that, the last one for good. As long as it is too early, the first one. */
const PAUSES_MS = [20 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE] as const;

/**
 * Rings at a stored execution, so that it looks at its jobs: a callback that came while it was being stored is lost, and the
 * process that took the last one may have died. n8n reads all that it has stored at each ring, so that none comes in vain while
 * jobs run. Goes on beside everything else, until the execution is over.
 */
export function startRinging(context: Caller, bell: Bell): void {
	void ringUntilOver(context, bell);
}

async function ringUntilOver(
	context: Caller,
	{ url, until, reference, isEarly }: Bell,
): Promise<void> {
	let hasBeenTaken = false;
	let delay = FIRST_DELAY_MS;
	let rings = 0;
	while (clock.now() < until) {
		await clock.sleep(delay);
		if (hasBeenTaken && (await isEarly())) {
			rings = 0;
			[delay] = PAUSES_MS;
			continue;
		}
		const reception = await knock(context, url, { ring: reference } satisfies Ring);
		if (reception.kind === 'over' || (reception.kind === 'running' && hasBeenTaken)) return;
		if (reception.kind === 'taken') hasBeenTaken = true;
		// Of a manual execution that it has not stored yet, n8n 2.8 says 500.
		const isAway = reception.kind === 'unreachable' && delay >= LONGEST_DELAY_MS;
		if (hasBeenTaken || isAway) {
			delay = PAUSES_MS[Math.min(rings++, PAUSES_MS.length - 1)] ?? MINUTE;
		} else {
			delay = Math.min(2 * delay, LONGEST_DELAY_MS);
		}
	}
}

/**
 * @param internalBaseUrl takes the place of everything before n8n's waiting endpoint, where n8n cannot reach its public address
 * @returns where this n8n reaches a stored execution
 */
export function urlInside(resumeUrl: string, internalBaseUrl: string | undefined): string {
	if (internalBaseUrl === undefined) return resumeUrl;
	const { pathname, search } = new URL(resumeUrl);
	const path = pathname.split('/').slice(-3).join('/');
	const base = new URL(internalBaseUrl);
	if (!base.pathname.endsWith('/')) base.pathname += '/';
	const url = new URL(path, base);
	url.search = search;
	return url.href;
}
