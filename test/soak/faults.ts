import type { CallbackFault, Clock, FaultTarget, RequestFault } from '../emulator';
import { pick, seededRandom } from '../emulator/random';
import { TOKENS } from './lab';
import type { Plan } from './plan';

export type Draw<Fault> = (tools: DrawTools) => Fault;

export interface DrawTools {
	int: (least: number, most: number) => number;
	chance: (share: number) => boolean;
	among: <T>(...values: [T, ...T[]]) => T;
	/** An HTTP date as the service's own clock would make it. */
	dateIn: (ms: number) => string;
	/** What a careless gateway repeats of the request. */
	secret: string;
}

/** A kind of requests. */
type Kind = keyof typeof KINDS;

const SECOND = 1_000;

/** Kinds of requests that each have a sequence of their own, so that one more of a kind shifts no other. */
const KINDS = {
	callback: { kind: 'callback', method: 'POST', path: /^/ },
	create: { kind: 'request', method: 'POST', path: /^/ },
	capacity: { kind: 'request', method: 'GET', path: /\/scheduler\/available\/?$/ },
	running: { kind: 'request', method: 'GET', path: /\/scheduler\/?$/ },
	job: { kind: 'request', method: 'GET', path: /\/assets\/email/ },
	assets: { kind: 'request', method: 'GET', path: /\/assets\/?$/ },
	file: { kind: 'request', method: 'GET', path: /^\/storage\// },
} as const;

const kindNames = Object.keys(KINDS) as Kind[];

const kindOf = ({ kind, method, path }: FaultTarget): Kind | undefined =>
	kindNames.find((name) => {
		const known = KINDS[name];
		return known.kind === kind && known.method === method && known.path.test(path);
	});

/** The connection, and the gateway before the API. */
const connection: Draw<RequestFault> = ({ int, chance, among }) =>
	among<RequestFault>(
		{ kind: 'delay', ms: int(10, 20 * SECOND), afterWork: chance(0.5) },
		{ kind: 'resetBefore' },
		{ kind: 'resetAfter' },
		{
			kind: 'networkError',
			phase: among('connect', 'read'),
			code: among('EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ECONNREFUSED'),
		},
		{ kind: 'truncate' },
		{ kind: 'html200', afterWork: chance(0.5) },
	);

const busy: Draw<RequestFault> = ({ int, among, dateIn }) => ({
	kind: 'status',
	status: 429,
	...among<object>(
		{},
		{ headers: { 'retry-after': String(int(0, 20)) } },
		{ headers: { 'retry-after': dateIn(int(0, 20 * SECOND)) } },
	),
});

const serverError: Draw<RequestFault> = ({ chance, among, secret }) => ({
	kind: 'status',
	status: among(500, 502, 503, 504, 522),
	html: chance(0.3),
	body: { error: `Upstream said no to Bearer ${secret}` },
	afterWork: chance(0.5),
});

/** A page or JSON of something else that stands in the way: it proves nothing about what was asked for. */
const foreign: Draw<RequestFault> = ({ chance, among }) => ({
	kind: 'status',
	status: among(400, 403, 404),
	html: chance(0.5),
	body: among<unknown>(
		{ message: 'no Route matched with those values' },
		{ statusCode: 404, message: 'Resource not found' },
		{ error: { code: 403, status: 'PERMISSION_DENIED', message: 'Forbidden' } },
		{ detail: 'Not Found' },
		['Not Found'],
	),
	afterWork: chance(0.3),
});

/** A success that says nothing. */
const wrongShape: Draw<RequestFault> = ({ among }) => ({
	kind: 'status',
	status: 200,
	body: among<unknown>({}, null, 'text', 42, []),
	afterWork: true,
});

/** What may go wrong with any request. */
export const ALWAYS_THERE = [
	connection,
	connection,
	busy,
	serverError,
	foreign,
	wrongShape,
] as const;

/** By it another process tells the job, where the one that has sent it is dead: what is left out then is in no plan. */
const REFERENCE = 'replyRef';

/** What is wrong with an answer of a kind: a field that is not there, or that is of another shape. */
const edits: Readonly<Partial<Record<Kind, ReadonlyArray<[path: string, value?: unknown]>>>> = {
	create: [['jobId'], ['jobId', ''], ['jobId', 17], ['jobId', null], ['generationId']],
	capacity: [
		['executing'],
		['available'],
		['executing.0', null],
		['executing.0', 'garbage'],
		['available.0', null],
		['available.*.available'],
		['available.*.maxJobs', 'three'],
		['available', {}],
	],
	running: [['0', null], ['0', 'garbage'], ['*.jobId', 7], ['*.elapsed']],
	job: [
		['status'],
		['status', 'completed'],
		['status', null],
		['status.type'],
		['status.type', 7],
		['status.artifact'],
		['status.artifact', null],
		['status.artifact.assetUrl', 7],
		['status.artifact.assetUrl', ''],
		['status.artifact.asset'],
		['status.artifact.expirationDateString'],
		['status.artifact.expirationDateString', '1772355600000000000'],
		['status.artifact.expirationDateString', 'soon'],
		['status.progress', 'most'],
		['status.message', { text: 'no' }],
		['jobId'],
		['jobId', 7],
		[REFERENCE],
		[REFERENCE, 5],
		['code', '200'],
	],
	assets: [
		['meta'],
		['meta', null],
		['meta.totalPages', 'many'],
		['items'],
		['items.0', null],
		['items.0', 'garbage'],
		['items.0.jobId', 7],
	],
};

const callbackFaults: ReadonlyArray<Draw<CallbackFault>> = [
	() => ({ kind: 'dropCallback' }),
	() => ({ kind: 'doubleCallback' }),
	({ int }) => ({ kind: 'delayCallback', ms: int(1, 40 * SECOND) }),
	() => ({ kind: 'reorderCallback' }),
	({ int }) => ({ kind: 'earlyCallback', ms: int(1, 10 * SECOND) }),
];

/** Callbacks get lost more often than answers. */
const CALLBACK_FACTOR = 1.5;

/** How many submissions lose their answer, where that is the trouble. */
const LOST_ANSWERS = 0.3;

/** How many of the faults are answers that are not quite right. */
export const EDITED = 0.3;

export const GATEWAY_DOWN = { kind: 'status', status: 503, html: true } as const;

/**
 * Draws the faults of a plan.
 *
 * @param count is told the kind of each fault, and who meets it
 */
export function faultsOf(
	plan: Plan,
	clock: Clock,
	count: (target: FaultTarget, kind: string) => void,
) {
	const { seed, trouble } = plan;
	const startedAt = clock.now();
	const sequences = new Map(
		kindNames.map((name, index) => [name, seededRandom(seed * kindNames.length + index)]),
	);

	const drawFor = (target: FaultTarget): RequestFault | CallbackFault | undefined => {
		const isCallback = target.kind === 'callback';
		const elapsed = clock.now() - startedAt;
		const outage = trouble.outages.find(
			({ atMs, forMs }) => elapsed >= atMs && elapsed < atMs + forMs,
		);
		if (outage && !isCallback) return { ...GATEWAY_DOWN, status: outage.status };
		if (isCallback && trouble.losesCallbacks) return { kind: 'dropCallback' };
		const kind = kindOf(target);
		const random = kind && sequences.get(kind);
		if (kind === 'create' && trouble.losesAnswers && random && random() < LOST_ANSWERS) {
			return { kind: 'resetAfter' };
		}
		if (!random || random() >= trouble.rate * (isCallback ? CALLBACK_FACTOR : 1)) return undefined;
		const { newTokenAtMs = Infinity, skewMs } = trouble;
		const tools: DrawTools = {
			int: (least, most) => least + Math.floor(random() * (most - least + 1)),
			chance: (share) => random() < share,
			among: (...values) => pick(random, values) ?? values[0],
			dateIn: (ms) => new Date(clock.now() + ms + skewMs).toUTCString(),
			// Which of two tokens a request has is not known here.
			secret: elapsed < newTokenAtMs ? TOKENS[0] : 'somebody',
		};
		if (isCallback) return pick(random, callbackFaults)?.(tools);
		const wrong = edits[kind]?.filter(([path]) => !plan.kill || path !== REFERENCE);
		if (!wrong || random() >= EDITED) return pick(random, ALWAYS_THERE)?.(tools);
		const [path, ...value] = pick(random, wrong) ?? [''];
		return { kind: 'edit', edits: [{ path, ...(value.length > 0 && { value: value[0] }) }] };
	};

	return (target: FaultTarget): RequestFault | CallbackFault | undefined => {
		const fault = drawFor(target);
		if (fault) count(target, fault.kind);
		return fault;
	};
}
