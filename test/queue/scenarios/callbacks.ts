import { Agent, request } from 'undici';
import { percentile } from '../../../bench/harness/statistics';
import { judge } from '../judge';
import type { QueueMode } from '../queueMode';
import { allOf, scenario, type Finding } from '../scenario';
import { Batch, callAll, executionOf, spread, until, withStage, type Stage } from '../stage';
import { waitNode } from '../workflows';

/** Of all callbacks. */
const GENUINE_SHARE = 0.6;
/** Every second genuine callback comes twice, every sixth one after a forged one: half doubled, a tenth forged. */
const DOUBLED_EVERY = 2;
const FORGED_EVERY = 6;
const STORE_PATIENCE_MS = 20 * 60_000;
const WAKE_PATIENCE_MS = 5 * 60_000;
/** What n8n's Wait node has not heard of by then, nothing wakes. */
const WAIT_NODE_PATIENCE_MS = 2 * 60_000;
const MOST_TIMES = 1.5;
const WARM_UP = { executions: 100, overMs: 2_000 };
const FORGERY = 'forged';
const MS = 1000;

/** A sleeping execution, and how it is called. */
interface Sleeper {
	name: string;
	/** Prepares the call that wakes it; called when it is due. */
	genuine: () => Call;
	/** A call that must not wake it. */
	forged: () => Call;
}

interface Call {
	url: string;
	body: unknown;
}

interface Shot {
	sleeper: Sleeper;
	kind: 'genuine' | 'doubled' | 'forged';
}

const shotsAt = (sleeper: Sleeper, index: number): Shot[] => [
	...(index % FORGED_EVERY === 0 ? [{ sleeper, kind: 'forged' as const }] : []),
	{ sleeper, kind: 'genuine' },
	...(index % DOUBLED_EVERY === 0 ? [{ sleeper, kind: 'doubled' as const }] : []),
];

/**
 * Calls all sleepers.
 *
 * @param patience with what has not gone on by then, in milliseconds
 * @returns seconds from each genuine call to the next node; infinite where it was in vain
 */
async function wakeAll(
	{ told }: Stage,
	sleepers: readonly Sleeper[],
	{ overMs, patience }: { overMs: number; patience: number },
): Promise<number[]> {
	const agent = new Agent();
	const calledAt = new Map<string, number>();
	const shoot = async ({ sleeper, kind }: Shot): Promise<void> => {
		const { url, body } = kind === 'forged' ? sleeper.forged() : sleeper.genuine();
		if (kind === 'genuine') calledAt.set(sleeper.name, Date.now());
		const answer = await request(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
			dispatcher: agent,
		});
		await answer.body.dump();
	};
	const shots = sleepers.flatMap(shotsAt);
	let unanswered = 0;
	const sent: Array<Promise<void>> = [];
	await spread(shots, overMs, (shot) =>
		sent.push(
			shoot(shot).catch(() => {
				unanswered++;
			}),
		),
	);
	await Promise.all(sent);
	if (unanswered > 0) throw new Error(`${unanswered} callbacks had no answer`);
	await until(() => told['gone-on'].length >= sleepers.length, patience);
	await agent.close();
	const wokenAt = new Map(told['gone-on'].map(({ name, time }) => [name, time]));
	return sleepers.map(
		({ name }) => ((wokenAt.get(name) ?? Infinity) - (calledAt.get(name) ?? NaN)) / MS,
	);
}

interface Woken {
	lags: number[];
	finding: Finding;
}

/** Executions that sleep in this package's node. */
async function wakeOwn(n8n: QueueMode, executions: number, overMs: number): Promise<Woken> {
	return await withStage(n8n, { jobDuration: Infinity, isTimed: true }, async (stage) => {
		const { emulator } = stage;
		// They are sent from here, as those to the Wait node are.
		emulator.faults.add({ kind: 'dropCallback' });
		const batch = await Batch.load(stage, 'callbacks', { waitMode: 'webhook' });
		await batch.start(executions, 1);
		await batch.untilAll('waiting', STORE_PATIENCE_MS);

		const sleepers = emulator.jobs.all.map((job): Sleeper => {
			const call = () => ({ url: job.replyUrl ?? '', body: emulator.jobViews.view(job) });
			return {
				name: executionOf(job),
				genuine: () => {
					if (job.state === 'active') emulator.jobs.finish(job.id);
					return call();
				},
				forged: () => {
					const { url, body } = call();
					return { url, body: { ...body, replyRef: forge(body.replyRef ?? '') } };
				},
			};
		});
		const lags = await wakeAll(stage, sleepers, { overMs, patience: WAKE_PATIENCE_MS });
		await batch.untilEnded(WAKE_PATIENCE_MS);
		return { lags, finding: allOf('callbacks', judge(stage, batch.orders), executions) };
	});
}

/** A reference that looks as if it were one of this execution. */
const forge = (reference: string): string => reference.slice(0, -FORGERY.length) + FORGERY;

/** Executions that sleep in n8n's own Wait node. */
async function wakeWaitNode(n8n: QueueMode, executions: number, overMs: number): Promise<number[]> {
	return await withStage(n8n, {}, async (stage) => {
		const { told, addressOf } = stage;
		const path = 'wait-node';
		const workflowId = await stage.load(
			waitNode(path, addressOf('resume-url'), addressOf('gone-on')),
		);
		const orders = Array.from({ length: executions }, (_, index) => ({
			name: `${path} ${index + 1}`,
			prompts: [],
		}));
		await callAll(n8n, path, orders);
		const sleeping = async () => (await n8n.statuses(workflowId)).waiting === executions;
		if (!(await until(sleeping, STORE_PATIENCE_MS))) throw new Error('Not all have come to sleep');
		const sleepers = told['resume-url'].map(({ name, resumeUrl = '' }): Sleeper => {
			const body = { jobId: name };
			return {
				name,
				genuine: () => ({ url: resumeUrl, body }),
				forged: () => ({ url: `${resumeUrl}/forged`, body }),
			};
		});
		return await wakeAll(stage, sleepers, { overMs, patience: WAIT_NODE_PATIENCE_MS });
	});
}

function describe(lags: readonly number[]): string {
	const lost = lags.filter((lag) => lag === Infinity).length;
	const seconds = (share: number) => `${percentile(lags, share).toFixed(2)} s`;
	return `p50 ${seconds(0.5)}, p99 ${seconds(0.99)}${lost > 0 ? `, ${lost} never woke` : ''}`;
}

/** A storm of callbacks, and the same storm on n8n's own Wait node, in turn: how long either takes differs from one to the next. */
export const callbacks = scenario(
	'callbacks',
	{
		full: { calls: 2_000, overMs: 20_000, rounds: 3 },
		quick: { calls: 100, overMs: 1_000, rounds: 1 },
	},
	async (n8n, { calls, overMs, rounds }) => {
		const storm = async (executions: number, ms: number) => {
			const theirs = await wakeWaitNode(n8n, executions, ms);
			const { lags, finding } = await wakeOwn(n8n, executions, ms);
			return { theirs, lags, finding };
		};
		// What runs for the first time is compiled meanwhile, for whoever comes first.
		await storm(WARM_UP.executions, WARM_UP.overMs);
		const executions = calls * GENUINE_SHARE;
		const found: Finding[] = [];
		const ratios: number[] = [];
		for (let round = 1; round <= rounds; round++) {
			const { theirs, lags, finding } = await storm(executions, overMs);
			const baseline = percentile(theirs, 0.99);
			const times = percentile(lags, 0.99) / baseline;
			// Where the Wait node itself has lost some, there is nothing to measure against.
			const isMeasured = baseline !== Infinity;
			if (isMeasured) ratios.push(times);
			const ratio = isMeasured ? `${times.toFixed(2)} ×` : 'no ratio';
			const figure = `${ratio} (${describe(lags)}; Wait node ${describe(theirs)}; ${finding.figure})`;
			found.push({ ...finding, figure });
		}
		// Not a number, and so not met, where no round has one.
		const median = percentile(ratios, 0.5);
		return [
			{
				what: `${calls} callbacks in ${overMs / MS} s, half doubled, a tenth forged, against n8n's Wait node`,
				figure: `p99 ${median.toFixed(2)} ×, the median of ${found.map(({ figure }) => figure).join(', ')}`,
				mustBe: `p99 ≤ ${MOST_TIMES} ×`,
				isMet: median <= MOST_TIMES && found.every(({ isMet }) => isMet),
			},
		];
	},
);
