import type { Clock, FaultTarget, RequestFault } from '../../emulator';
import { pick, seededRandom } from '../../emulator/random';
import { ALWAYS_THERE, EDITED, GATEWAY_DOWN, type DrawTools } from '../faults';
import { KEY } from './lab';
import type { Plan } from './plan';

type Edit = [path: string, value?: unknown];

/** Kinds of requests that each have a sequence of their own, and what may be wrong with an answer. */
const KINDS: ReadonlyArray<{ method: string; path: RegExp; edits: readonly Edit[] }> = [
	{
		method: 'POST',
		path: /^\/v2\//,
		edits: [['id'], ['id', ''], ['id', 17], ['id', null], ['created_at']],
	},
	{
		method: 'GET',
		path: /^\/v2\//,
		edits: [
			['status'],
			['status', 'completed'],
			['status', 'reviewing'],
			['status', null],
			['status', 7],
			['result'],
			['result', null],
			['result.video_url'],
			['result.video_url', 7],
			['result.video_url', ''],
			['error.message', { text: 'no' }],
			['completed_at'],
			['created_at', 5],
			['id'],
		],
	},
	{
		method: 'POST',
		path: /^\/v1\/upload$/,
		edits: [
			['upload_url'],
			['upload_url', 7],
			['upload_url', 'nowhere'],
			['storage_uri'],
			['storage_uri', ''],
			['required_headers'],
			['required_headers', 'none'],
		],
	},
	{ method: 'PUT', path: /^\/storage\//, edits: [] },
	{ method: 'GET', path: /^\/storage\//, edits: [] },
];

/**
 * Draws the faults of a plan.
 *
 * @param count is told the kind of each fault
 */
export function faultsOf(
	{ seed, trouble }: Plan,
	clock: Clock,
	count: (kind: RequestFault['kind']) => void,
) {
	const startedAt = clock.now();
	const kinds = KINDS.map((kind, index) => ({
		...kind,
		random: seededRandom(seed * KINDS.length + index),
	}));

	const drawFor = ({ method, path }: FaultTarget): RequestFault | undefined => {
		const elapsed = clock.now() - startedAt;
		const isDown = trouble.outages.some(
			({ atMs, forMs }) => elapsed >= atMs && elapsed < atMs + forMs,
		);
		if (isDown) return GATEWAY_DOWN;
		const kind = kinds.find((known) => known.method === method && known.path.test(path));
		if (!kind || kind.random() >= trouble.rate) return undefined;
		const { random, edits } = kind;
		const tools: DrawTools = {
			int: (least, most) => least + Math.floor(random() * (most - least + 1)),
			chance: (share) => random() < share,
			among: (...values) => pick(random, values) ?? values[0],
			dateIn: (ms) => new Date(clock.now() + ms).toUTCString(),
			secret: KEY,
		};
		if (edits.length === 0 || random() >= EDITED) return pick(random, ALWAYS_THERE)?.(tools);
		const [editedPath, ...value] = pick(random, edits) ?? [''];
		const edit = { path: editedPath, ...(value.length > 0 && { value: value[0] }) };
		return { kind: 'edit', edits: [edit] };
	};

	return (target: FaultTarget): RequestFault | undefined => {
		const fault = drawFor(target);
		if (fault) count(fault.kind);
		return fault;
	};
}
