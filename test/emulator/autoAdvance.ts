import type { ClientRequest } from 'node:http';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Activity } from './activity';
import type { VirtualClock } from './clock';

/** Drives a clock. */
export interface AutoAdvance {
	stop(): void;
}

export interface AutoAdvanceOptions {
	/** The emulator's; without it the requests that it holds until time moves keep time from moving. */
	activity?: Pick<Activity, 'open' | 'held'>;
	/** Turns of the event loop in which nothing happens before time moves. */
	quietTurns?: number;
}

const DEFAULT_QUIET_TURNS = 10;

/** Resources of Node's whose work goes on beside the event loop. */
const BUSY_RESOURCES = /^(FSReq|CloseReq|FileHandleCloseReq|GetAddrInfo|TCPConnect|Write|Shutdown)/;

/**
 * Moves `clock` to its next timer whenever this process has nothing else to do, so that code which
 * sleeps on the clock runs as fast as the machine can.
 *
 * Nothing to do means: no HTTP request of this process is under way, but for those that the emulator
 * itself holds until time moves; no file or network work; and a few turns of the event loop in
 * which that stayed so.
 */
export function autoAdvance(
	clock: VirtualClock,
	{ activity, quietTurns = DEFAULT_QUIET_TURNS }: AutoAdvanceOptions = {},
): AutoAdvance {
	const client = watchClientRequests();
	let isRunning = true;
	let quiet = 0;

	const isIdle = () => {
		const held = activity?.held ?? 0;
		const open = activity?.open ?? 0;
		return client.open() <= held && open <= held && !isWorkingBesideTheLoop();
	};

	// No promise is made where nothing is to be waited for: there are thousands of turns to each move of time.
	const turn = () => {
		if (!isRunning) return;
		quiet = client.takeActivity() || !isIdle() ? 0 : quiet + 1;
		const next = quiet >= quietTurns ? clock.nextAt() : undefined;
		if (next === undefined) {
			setImmediate(turn);
			return;
		}
		quiet = 0;
		void clock.advance(Math.max(0, next - clock.now())).then(() => setImmediate(turn));
	};
	setImmediate(turn);

	return {
		stop() {
			isRunning = false;
			client.stop();
		},
	};
}

const isWorkingBesideTheLoop = () =>
	process.getActiveResourcesInfo().some((name) => BUSY_RESOURCES.test(name));

/** Counts this process's own HTTP requests, of `node:http` and of undici (so of `fetch`). */
function watchClientRequests() {
	const open = new Set<object>();
	let hasChanged = false;

	const add = (request: object) => {
		open.add(request);
		hasChanged = true;
	};
	const remove = (request: object) => {
		open.delete(request);
		hasChanged = true;
	};
	const onHttpStart = (message: unknown) => {
		const { request } = message as { request: ClientRequest };
		add(request);
		request.once('close', () => {
			remove(request);
		});
	};
	const onUndiciStart = (message: unknown) => {
		add((message as { request: object }).request);
	};
	const onUndiciEnd = (message: unknown) => {
		remove((message as { request: object }).request);
	};
	const listeners = [
		['http.client.request.start', onHttpStart],
		['undici:request:create', onUndiciStart],
		['undici:request:trailers', onUndiciEnd],
		['undici:request:error', onUndiciEnd],
	] as const;
	for (const [channel, listener] of listeners) subscribe(channel, listener);

	return {
		open: () => open.size,
		takeActivity: () => {
			const had = hasChanged;
			hasChanged = false;
			return had;
		},
		stop: () => {
			for (const [channel, listener] of listeners) unsubscribe(channel, listener);
		},
	};
}
