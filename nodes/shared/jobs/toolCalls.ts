import { clock } from '../n8n/clock';
import { Memory } from './memory';

/** A call of a tool, over all its tries. */
export interface ToolCall {
	readonly memory: Memory;
	/** The run of the tool, as its first try has counted it; with what tells it from calls of other items. */
	run(counted: string): string;
	/** To be called when a try is over: a call that has handed over its result is over itself. */
	end(hasHandedOver: boolean): void;
}

interface Known extends ToolCall {
	isUnderWay: boolean;
	triesLeft: number;
	endedAt: number;
}

/**
 * n8n gives each try of a tool a new context, so that what the try before has submitted must be remembered here. By what is
 * asked for, since n8n does not tell a second try from a second call: until it has handed over its result, the same
 * request within the number of tries is the same call.
 */
const calls = new Map<string, Known[]>();

/** n8n waits 5 seconds at most between two tries. */
const KEPT_MS = 60_000;

/**
 * Takes up the call that an earlier try has not brought to its end, or a new one.
 *
 * @param key the tool in its execution, and what is asked for
 * @param tries how often n8n tries a call, this one included
 */
export function takeUpToolCall(key: string, tries: number): ToolCall {
	forgetOld();
	const known = calls.get(key) ?? [];
	const open = known.find(({ isUnderWay }) => !isUnderWay);
	const call = open ?? newCall(key, tries);
	call.isUnderWay = true;
	if (!open) calls.set(key, [...known, call]);
	return call;
}

function newCall(key: string, tries: number): Known {
	const nonce = Math.random().toString(36).slice(2, 10);
	let run: string | undefined;
	const call: Known = {
		memory: new Memory({}),
		run: (counted) => (run ??= `${counted}-${nonce}`),
		isUnderWay: false,
		triesLeft: tries,
		endedAt: 0,
		end(hasHandedOver) {
			call.isUnderWay = false;
			call.endedAt = clock.now();
			call.triesLeft--;
			if (hasHandedOver || call.triesLeft <= 0) forget(key, call);
		},
	};
	return call;
}

function forget(key: string, call: Known): void {
	const others = (calls.get(key) ?? []).filter((other) => other !== call);
	if (others.length > 0) calls.set(key, others);
	else calls.delete(key);
}

function forgetOld(): void {
	const now = clock.now();
	for (const [key, known] of calls) {
		for (const call of known) {
			if (!call.isUnderWay && now - call.endedAt > KEPT_MS) forget(key, call);
		}
	}
}
