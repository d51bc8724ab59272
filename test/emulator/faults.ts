import type { NetworkPhase } from './clientErrors';
import type { Edit } from './reshape';

/** Something that goes wrong with a request. */
export type RequestFault =
	/** The answer takes longer: before the work is done, or after it. */
	| { kind: 'delay'; ms: number; afterWork?: boolean }
	/** The connection is reset and nothing was done. */
	| { kind: 'resetBefore' }
	/** The work was done, and the connection is reset in place of an answer. */
	| { kind: 'resetAfter' }
	/**
	 * A client of this process meets a network error, such as `EHOSTUNREACH`: in connecting, so that nothing came
	 * here and the log has nothing; or in reading, when the work was done. Other clients: `ECONNRESET`.
	 */
	| { kind: 'networkError'; phase: NetworkPhase; code: string }
	/** Another answer: `body` as JSON, which may be of any shape, or a gateway's page with `html`. */
	| {
			kind: 'status';
			status: number;
			body?: unknown;
			html?: boolean;
			headers?: Record<string, string>;
			afterWork?: boolean;
	  }
	/** The work was done and its JSON answer is cut off half-way, with a Content-Length that fits. */
	| { kind: 'truncate' }
	/** The work was done and its JSON answer is not as it should be. */
	| { kind: 'edit'; edits: Edit[] }
	/** 200 with a gateway's page in place of JSON. */
	| { kind: 'html200'; afterWork?: boolean }
	/** Redirected elsewhere. */
	| { kind: 'redirect'; location: string }
	/** An artifact that breaks off after half of the promised Content-Length. */
	| { kind: 'shortBody' }
	/** An artifact that never ends and promises no length. */
	| { kind: 'neverEnding' }
	/** An artifact that comes with another type and content. */
	| { kind: 'wrongType'; mimeType: string };

/** Something that goes wrong with a callback. */
export type CallbackFault =
	| { kind: 'dropCallback' }
	| { kind: 'doubleCallback' }
	| { kind: 'delayCallback'; ms: number }
	/** Sent only after the next callback was. */
	| { kind: 'reorderCallback' }
	/** Sent now, while the job itself can be read as finished only `ms` later. */
	| { kind: 'earlyCallback'; ms: number };

export type Fault = RequestFault | CallbackFault;

/** What a fault is chosen by. Of a callback, method is POST and path the whole reply URL. */
export interface FaultTarget {
	kind: 'request' | 'callback';
	method: string;
	/** Without the query. */
	path: string;
}

export interface FaultMatch {
	method?: string;
	/** A string has to be the whole path. */
	path?: string | RegExp;
	/** The first of the matching requests that the fault meets, counted from 1; default 1. */
	nth?: number;
	/** How many it meets; default all, or one when `nth` is given. */
	times?: number;
}

export type FaultRule = { match?: FaultMatch } & Fault;

/** Draws faults, for example from a seeded sequence. */
export type RandomFaults = (target: FaultTarget) => Fault | Fault[] | undefined;

const CALLBACK_KINDS: ReadonlySet<Fault['kind']> = new Set([
	'dropCallback',
	'doubleCallback',
	'delayCallback',
	'reorderCallback',
	'earlyCallback',
] satisfies Array<CallbackFault['kind']>);

const isCallbackFault = (fault: Fault): fault is CallbackFault => CALLBACK_KINDS.has(fault.kind);

const isRequestFault = (fault: Fault): fault is RequestFault => !CALLBACK_KINDS.has(fault.kind);

interface ActiveRule {
	rule: FaultRule;
	seen: number;
}

/** The faults that are switched on. */
export class Faults {
	private rules: ActiveRule[] = [];

	private draw: RandomFaults | undefined;

	/** @returns a function that switches the fault off */
	add(rule: FaultRule): () => void {
		const active = { rule, seen: 0 };
		this.rules.push(active);
		return () => {
			this.rules = this.rules.filter((other) => other !== active);
		};
	}

	/** Lets `draw` decide for every request and every callback; undefined stops that. */
	random(draw: RandomFaults | undefined): void {
		this.draw = draw;
	}

	clear(): void {
		this.rules = [];
		this.draw = undefined;
	}

	/** The faults that a request meets, delays first. Counts the request. */
	forRequest(method: string, path: string): RequestFault[] {
		return this.collect({ kind: 'request', method, path }).filter(isRequestFault);
	}

	/** The faults that a callback meets. Counts the callback. */
	forCallback(url: string): CallbackFault[] {
		const path = url.split('?', 1)[0] ?? url;
		return this.collect({ kind: 'callback', method: 'POST', path }).filter(isCallbackFault);
	}

	private collect(target: FaultTarget): Fault[] {
		if (this.rules.length === 0 && !this.draw) return [];
		const isForCallbacks = target.kind === 'callback';
		const faults: Fault[] = this.rules
			.filter(({ rule }) => isCallbackFault(rule) === isForCallbacks && meets(rule.match, target))
			.filter(isDue)
			.map(({ rule }) => rule);
		return faults.concat(this.draw?.(target) ?? []);
	}
}

function meets(match: FaultMatch = {}, { method, path }: FaultTarget): boolean {
	if (match.method !== undefined && match.method.toUpperCase() !== method) return false;
	if (match.path === undefined) return true;
	if (match.path instanceof RegExp) return match.path.test(path);
	return withoutTrailingSlash(match.path) === withoutTrailingSlash(path);
}

const withoutTrailingSlash = (path: string) => path.replace(/(?<=.)\/$/, '');

function isDue(active: ActiveRule): boolean {
	const { nth, times = nth === undefined ? Infinity : 1 } = active.rule.match ?? {};
	const first = nth ?? 1;
	active.seen++;
	return active.seen >= first && active.seen < first + times;
}
