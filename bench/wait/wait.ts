import { setTimeout as delay } from 'node:timers/promises';
import { Host } from '../harness/host';
import type { Bar, Findings, Measure, Row, Setting } from '../harness/row';
import { startService, type Service } from '../harness/service';
import { median, percentile } from '../harness/statistics';
import { NEXT, waitingWorkflow, type WaitMode } from './workflows';

const MODES: readonly WaitMode[] = ['none', 'poll', 'webhook'];
/** A p95 takes more than a median does. */
const REPETITIONS: Readonly<Record<WaitMode, number>> = { none: 5, poll: 5, webhook: 20 };
const SHORTEST_JOB_MS = 4_000;
const LONGEST_JOB_MS = 8_000;
/** When all is submitted, and no job has ended yet. */
const SLOT_LOOK_MS = 3_500;
/** Enough slots for all jobs at once: what is measured is the waiting. */
const ACCOUNTS = [1, 2].map((number) => ({
	email: `account${number}@example.com`,
	maxJobs: 100,
	credits: 1_000_000,
}));
const MILLISECONDS = 1000;

/** What one execution has shown. */
interface Waited {
	/** Seconds from the end of its last job to the start of the next node; nothing where it does not wait. */
	lag?: number;
	/** Calls after the last submission. */
	calls: number;
	/** Those of them that ask which jobs run: one is a round. */
	rounds: number;
	/** Worker slots that it holds while its jobs run. */
	heldSlots: number;
}

interface Stage {
	mode: WaitMode;
	service: Service;
	host: Host;
}

async function startStage({ tarball }: Setting, mode: WaitMode): Promise<Stage> {
	const service = await startService({
		accounts: ACCOUNTS,
		jobSpread: [SHORTEST_JOB_MS, LONGEST_JOB_MS],
	});
	return { mode, service, host: await Host.start({ tarball, service }) };
}

async function waitOnce({ mode, service, host }: Stage, workflowId: string): Promise<Waited> {
	const jobsBefore = (await service.jobs()).length;
	const requestsBefore = (await service.requests()).length;
	const [{ execution }, heldSlots] = await Promise.all([
		host.run(workflowId),
		heldWhileWaiting(host, workflowId),
	]);
	const requests = (await service.requests()).slice(requestsBefore);
	const submitted = requests.map(({ method }) => method).lastIndexOf('POST');
	const after = requests.slice(submitted + 1);
	const waited = {
		calls: after.length,
		rounds: after.filter(({ path }) => path.includes('/scheduler')).length,
		heldSlots,
	};
	if (mode === 'none') {
		await finishAll(service);
		return waited;
	}
	const jobs = (await service.jobs()).slice(jobsBefore);
	const lastEnd = Math.max(...jobs.map(({ finishedAt }) => finishedAt ?? NaN));
	const next = execution.data.resultData.runData[NEXT]?.[0]?.startTime ?? NaN;
	return { ...waited, lag: (next - lastEnd) / MILLISECONDS };
}

/** How many worker slots the newest execution holds while its jobs run. */
async function heldWhileWaiting(host: Host, workflowId: string): Promise<number> {
	await delay(SLOT_LOOK_MS);
	const [execution] = await host.api.executions(workflowId);
	return execution?.status === 'running' ? 1 : 0;
}

/** Frees the slots for the next repetition. */
async function finishAll(service: Service): Promise<void> {
	for (const { id, state } of await service.jobs()) {
		if (state === 'active') await service.finish(id);
	}
}

async function measureStage(
	stage: Stage,
	sizes: readonly number[],
	repetitions: number,
	note: Setting['note'],
): Promise<Map<number, Waited[]>> {
	const found = new Map<number, Waited[]>();
	// Loads the code.
	await waitOnce(stage, await stage.host.load(waitingWorkflow(stage.mode, 1)));
	for (const jobs of sizes) {
		const workflowId = await stage.host.load(waitingWorkflow(stage.mode, jobs));
		const waits: Waited[] = [];
		for (let repetition = 0; repetition < repetitions; repetition++) {
			waits.push(await waitOnce(stage, workflowId));
		}
		found.set(jobs, waits);
		const lags = waits.flatMap(({ lag }) => lag ?? []);
		const lag = lags.length > 0 ? `, lag ${median(lags).toFixed(2)} s` : '';
		note(`${stage.mode}, ${jobs} jobs: ${median(waits.map(({ calls }) => calls))} calls${lag}`);
	}
	return found;
}

type Found = ReadonlyMap<WaitMode, ReadonlyMap<number, readonly Waited[]>>;

function measuresOf(found: Found): Measure[] {
	return [...found].flatMap(([mode, sizes]) =>
		[...sizes].flatMap(([jobs, waits]): Measure[] => {
			const label = `\`${mode}\`, ${jobs} ${jobs === 1 ? 'job' : 'jobs'}`;
			const lags = waits.flatMap(({ lag }) => lag ?? []);
			return [
				...(lags.length > 0
					? [{ name: `${label}: lag`, unit: 's', values: { package: lags } }]
					: []),
				{
					name: `${label}: calls after submission`,
					unit: '',
					values: { package: waits.map(({ calls }) => calls) },
				},
				{
					name: `${label}: worker slots held meanwhile`,
					unit: '',
					values: { package: waits.map(({ heldSlots }) => heldSlots) },
				},
			];
		}),
	);
}

function barsOf(found: Found, most: number): Bar[] {
	const lagsOf = (mode: WaitMode, size?: number): number[] =>
		[...(found.get(mode) ?? [])].flatMap(([jobs, waits]) =>
			size === undefined || jobs === size ? waits.flatMap(({ lag }) => lag ?? []) : [],
		);
	const polled = found.get('poll')?.get(most) ?? [];
	return [
		{
			text: `\`poll\`, ${most} jobs: calls beyond one a round ≤ 2 a job`,
			measured: Math.max(...polled.map(({ calls, rounds }) => (calls - rounds) / most)),
			limit: 2,
			unit: 'a job',
		},
		{
			text: "`poll` at 5 s: median lag from the last job's end ≤ 3 s",
			measured: median(lagsOf('poll')),
			limit: 3,
			unit: 's',
		},
		...[...(found.get('webhook')?.keys() ?? [])].map((jobs): Bar => {
			const limit = jobs > 20 ? 300 : 150;
			return {
				text: `\`webhook\`, ${jobs} ${jobs === 1 ? 'job' : 'jobs'}: lag, p95 ≤ ${limit} ms`,
				measured: percentile(lagsOf('webhook', jobs), 0.95) * MILLISECONDS,
				limit,
				unit: 'ms',
			};
		}),
	];
}

/** One n8n after the other: each has the machine to itself, as a lag of milliseconds shows what works beside it. */
async function run(setting: Setting): Promise<Findings> {
	const sizes = setting.quick ? [1, 20] : [1, 20, 200];
	const found = new Map<WaitMode, Map<number, Waited[]>>();
	for (const mode of MODES) {
		const repetitions = setting.quick ? 2 : REPETITIONS[mode];
		const stage = await startStage(setting, mode);
		try {
			found.set(mode, await measureStage(stage, sizes, repetitions, setting.note));
		} finally {
			await stage.host.stop();
			await stage.service.stop();
		}
	}
	return {
		work:
			`Images that take ${SHORTEST_JOB_MS / MILLISECONDS} to ${LONGEST_JOB_MS / MILLISECONDS} s, in each wait mode, with ` +
			`its presets, ${REPETITIONS.webhook} times by webhook. Lag: from the end of the last job to the start of the next node.`,
		measures: measuresOf(found),
		bars: barsOf(found, Math.max(...sizes)),
	};
}

export const wait: Row = {
	id: 'wait',
	isIdle: true,
	title: 'Waiting',
	sides: { package: 'This package' },
	run,
};
