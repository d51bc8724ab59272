import { setTimeout as delay } from 'node:timers/promises';
import { Host } from '../harness/host';
import type { Findings, Row, Setting } from '../harness/row';
import { startService, type Service } from '../harness/service';
import { percentile } from '../harness/statistics';
import { NEXT, waitingForEachCall } from './workflows';

const PATH = 'waiting';
const ACCOUNT_SLOTS = 100;
/** Longer than the benchmark: a job ends when it is told to. */
const JOB_MS = 60 * 60_000;
/** How many executions n8n may have at work at a time. */
const WORKER_SLOTS = 5;
const STARTS_AT_ONCE = 5;
const TIME_BETWEEN_JOBS_MS = 150;
const POLL_INTERVAL_MS = 250;
const TIMEOUT_MS = 5 * 60_000;

async function countWith(host: Host, workflowId: string, status: string): Promise<number> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId, status: [status] }));
	const page = await host.api.request('GET', `/rest/executions?filter=${filter}&limit=1`);
	return (page as { count: number }).count;
}

/** Waits until so many executions are in a status. */
async function untilCount(
	host: Host,
	workflowId: string,
	status: string,
	count: number,
): Promise<void> {
	const deadline = Date.now() + TIMEOUT_MS;
	for (;;) {
		const found = await countWith(host, workflowId, status);
		if (found === count) return;
		if (Date.now() > deadline) throw new Error(`Only ${found} of ${count} are "${status}"`);
		await delay(POLL_INTERVAL_MS);
	}
}

async function startAll(host: Host, count: number): Promise<void> {
	let left = count;
	const work = async (): Promise<void> => {
		while (left-- > 0) {
			const response = await fetch(`${host.n8n.url}/webhook/${PATH}`, { method: 'POST' });
			if (!response.ok) throw new Error(`The webhook answered ${response.status}`);
			await response.text();
		}
	};
	await Promise.all(Array.from({ length: STARTS_AT_ONCE }, work));
}

/** Ends the jobs one after the other. @returns milliseconds from each callback to the start of the next node */
async function endAll(host: Host, service: Service, workflowId: string): Promise<number[]> {
	const jobs = await service.jobs();
	for (const { id } of jobs) {
		await service.finish(id);
		await delay(TIME_BETWEEN_JOBS_MS);
	}
	await untilCount(host, workflowId, 'success', jobs.length);

	const called = new Map((await service.callbacks()).map(({ url, time }) => [idIn(url), time]));
	const lags: number[] = [];
	for (const [executionId, time] of called) {
		const { data } = await host.api.execution(executionId);
		const runs = data.resultData.runData[NEXT] ?? [];
		if (runs.length !== 1)
			throw new Error(`Execution ${executionId} has gone on ${runs.length} times`);
		lags.push((runs[0]?.startTime ?? NaN) - time);
	}
	return lags;
}

/** The execution that a resume URL belongs to. */
const idIn = (url: string): string => /\/webhook-waiting\/(\d+)/.exec(url)?.[1] ?? '';

async function run({ tarball, quick, note }: Setting): Promise<Findings> {
	const count = quick ? 50 : 500;
	const service = await startService({
		jobDuration: JOB_MS,
		accounts: Array.from({ length: Math.ceil(count / ACCOUNT_SLOTS) }, (_, index) => ({
			email: `account${index + 1}@example.com`,
			maxJobs: ACCOUNT_SLOTS,
			credits: 1_000_000,
		})),
	});
	try {
		const env = { N8N_CONCURRENCY_PRODUCTION_LIMIT: String(WORKER_SLOTS) };
		const host = await Host.start({ tarball, service, env });
		try {
			const workflowId = await host.load(waitingForEachCall(PATH));
			await host.api.activate(workflowId);
			await startAll(host, count);
			await untilCount(host, workflowId, 'waiting', count);
			const held = await countWith(host, workflowId, 'running');
			note(`${count} wait, ${held} hold a slot`);
			const lags = await endAll(host, service, workflowId);
			return {
				work:
					`${count} executions that wait by webhook at the same time, in an n8n that may have ${WORKER_SLOTS} at work at a ` +
					`time (\`N8N_CONCURRENCY_PRODUCTION_LIMIT\`). Then a job ends every ${TIME_BETWEEN_JOBS_MS} ms.`,
				measures: [
					{ name: "Callback to the next node's start", unit: 'ms', values: { package: lags } },
				],
				bars: [
					{ text: `Worker slots held by ${count} waiting`, measured: held, limit: 0, unit: '' },
					{
						text: "Callback to the next node's start, p95 ≤ 300 ms",
						measured: percentile(lags, 0.95),
						limit: 300,
						unit: 'ms',
					},
				],
			};
		} finally {
			await host.stop();
		}
	} finally {
		await service.stop();
	}
}

export const waitMany: Row = {
	id: 'wait-many',
	isIdle: true,
	title: 'Waiting, many',
	sides: { package: 'This package' },
	run,
};
