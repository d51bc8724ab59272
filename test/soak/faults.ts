import type { CallbackFault, Clock, FaultTarget, RequestFault } from '../emulator';
import { seededRandom } from '../emulator/random';
import type { Plan } from './plan';

type Draw<Fault> = (tools: DrawTools) => Fault;

interface DrawTools {
	int: (least: number, most: number) => number;
	chance: (share: number) => boolean;
	/** An HTTP date as the service's own clock would make it. */
	dateIn: (ms: number) => string;
	/** What a careless gateway repeats of the request. */
	secret: string;
}

const SECOND = 1_000;

const serverErrors = [500, 502, 503, 504, 522] as const;

/** What can go wrong with a request; `afterWork` makes it one that was carried out all the same. */
const requestFaults: ReadonlyArray<Draw<RequestFault>> = [
	({ int, chance }) => ({ kind: 'delay', ms: int(10, 20 * SECOND), afterWork: chance(0.5) }),
	() => ({ kind: 'resetBefore' }),
	() => ({ kind: 'resetAfter' }),
	() => ({ kind: 'truncate' }),
	({ chance }) => ({ kind: 'html200', afterWork: chance(0.5) }),
	() => ({ kind: 'status', status: 429 }),
	({ int }) => ({
		kind: 'status',
		status: 429,
		headers: { 'retry-after': String(int(0, 20)) },
	}),
	({ int, dateIn }) => ({
		kind: 'status',
		status: 429,
		headers: { 'retry-after': dateIn(int(0, 20 * SECOND)) },
	}),
	...serverErrors.map((status): Draw<RequestFault> => ({ chance, secret }) => ({
		kind: 'status',
		status,
		html: chance(0.3),
		body: { error: `Upstream said no to Bearer ${secret}` },
		afterWork: chance(0.5),
	})),
];

const callbackFaults: ReadonlyArray<Draw<CallbackFault>> = [
	() => ({ kind: 'dropCallback' }),
	() => ({ kind: 'doubleCallback' }),
	({ int }) => ({ kind: 'delayCallback', ms: int(1, 40 * SECOND) }),
	() => ({ kind: 'reorderCallback' }),
	({ int }) => ({ kind: 'earlyCallback', ms: int(1, 10 * SECOND) }),
];

/** Callbacks get lost more often than answers. */
const CALLBACK_FACTOR = 1.5;

const GATEWAY_DOWN: RequestFault = { kind: 'status', status: 503, html: true };

/** Kinds of requests that each have a sequence of their own, so that one more of a kind shifts no other. */
const KINDS: ReadonlyArray<Pick<FaultTarget, 'kind' | 'method'> & { path: RegExp }> = [
	{ kind: 'callback', method: 'POST', path: /^/ },
	{ kind: 'request', method: 'POST', path: /^/ },
	{ kind: 'request', method: 'GET', path: /\/scheduler\/available\/?$/ },
	{ kind: 'request', method: 'GET', path: /\/scheduler\/?$/ },
	{ kind: 'request', method: 'GET', path: /\/assets\/email/ },
	{ kind: 'request', method: 'GET', path: /\/assets\/?$/ },
	{ kind: 'request', method: 'GET', path: /^\/storage\// },
];

const kindOf = ({ kind, method, path }: FaultTarget): number =>
	KINDS.findIndex(
		(known) => known.kind === kind && known.method === method && known.path.test(path),
	);

/**
 * Draws the faults of a plan.
 *
 * @param count is told the kind of each fault
 */
export function faultsOf(plan: Plan, clock: Clock, secret: string, count: (kind: string) => void) {
	const { seed, trouble } = plan;
	const startedAt = clock.now();
	const sequences = KINDS.map((_, index) => seededRandom(seed * KINDS.length + index));

	return (target: FaultTarget): RequestFault | CallbackFault | undefined => {
		const isCallback = target.kind === 'callback';
		const elapsed = clock.now() - startedAt;
		const isDown = trouble.outages.some(
			({ atMs, forMs }) => elapsed >= atMs && elapsed < atMs + forMs,
		);
		if (isDown && !isCallback) {
			count('outage');
			return GATEWAY_DOWN;
		}
		const random = sequences[kindOf(target)];
		if (!random || random() >= trouble.rate * (isCallback ? CALLBACK_FACTOR : 1)) return undefined;
		const draws = isCallback ? callbackFaults : requestFaults;
		const fault = draws[Math.floor(random() * draws.length)]?.({
			int: (least, most) => least + Math.floor(random() * (most - least + 1)),
			chance: (share) => random() < share,
			dateIn: (ms) => new Date(clock.now() + ms + trouble.skewMs).toUTCString(),
			secret,
		});
		if (fault) count(fault.kind);
		return fault;
	};
}
