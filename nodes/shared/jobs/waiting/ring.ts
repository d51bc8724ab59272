import { clock } from '../../n8n/clock';
import { isInVain, knockPatiently, ring, type Address, type Caller, type Ring } from './knock';

/** What a look before a ring tells; `blind` where this process has no way to know. */
export type View = 'early' | 'due' | 'blind';

/** A stored execution that is to be rung at. */
export interface Bell extends Address {
	/** When n8n's own timer ends the wait, in milliseconds since the epoch. */
	until: number;
	/** By which the execution knows that the ring is genuine. */
	reference: string;
	/** Whether there is something to wake for. */
	look: () => Promise<View>;
	/** Is told when nothing more is rung for. */
	onEnd: () => void;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Between the calls until n8n has stored the execution. */
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5 * SECOND;
/** Between the rings after that, the last one for good. As long as it is too early, the first one. */
const PAUSES_MS = [20 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE] as const;
/** The same while n8n does not answer: that costs it nothing, and it may be back at any time. */
const PAUSES_WHILE_AWAY_MS = [20 * SECOND, MINUTE] as const;

/**
 * Rings at a stored execution, so that it looks at its jobs: a callback that came while it was being stored is lost, and the
 * process that took the last one may have died. n8n reads all that it has stored at each ring, so that none comes in vain while
 * jobs run. Goes on beside everything else, until the execution is over.
 */
export function startRinging(context: Caller, bell: Bell): void {
	void ringUntilOver(context, bell).finally(bell.onEnd);
}

async function ringUntilOver(
	context: Caller,
	{ until, reference, look, ...address }: Bell,
): Promise<void> {
	let hasBeenTaken = false;
	let isBlind = false;
	let delay = FIRST_DELAY_MS;
	let rings = 0;
	let misses = 0;
	while (clock.now() < until) {
		await clock.sleep(delay);
		const view: View = hasBeenTaken && !isBlind ? await look() : 'due';
		if (view === 'early') {
			rings = 0;
			[delay] = PAUSES_MS;
			continue;
		}
		// What it can't see now, this process never will.
		isBlind ||= view === 'blind';
		const body: Ring = { ring: reference, ...(isBlind && { isBlind }) };
		// Whether n8n has stored it must be known soon.
		const reception = hasBeenTaken
			? await ring(context, address, body)
			: await knockPatiently(context, address, body);
		const { kind } = reception;
		if (isInVain(reception) && (kind !== 'running' || hasBeenTaken)) return;
		if (kind === 'taken') {
			hasBeenTaken = true;
			misses = 0;
			delay = pauseOf(PAUSES_MS, rings++);
		} else if (hasBeenTaken || (kind === 'unreachable' && delay >= LONGEST_DELAY_MS)) {
			delay = pauseOf(PAUSES_WHILE_AWAY_MS, misses++);
		} else {
			// Of a manual execution that it has not stored yet, n8n 2.8 says 500.
			delay = Math.min(2 * delay, LONGEST_DELAY_MS);
		}
	}
}

const pauseOf = (pauses: readonly number[], index: number): number =>
	pauses[Math.min(index, pauses.length - 1)] ?? MINUTE;

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
