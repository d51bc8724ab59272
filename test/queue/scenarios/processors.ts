import { setTimeout as delay } from 'node:timers/promises';
import { judge } from '../judge';
import { allOf, scenario } from '../scenario';
import { Batch, spread, until, withStage } from '../stage';

const JOBS = 3;
const STORE_PATIENCE_MS = 5 * 60_000;
/** A sleeping execution that lost its callbacks is rung at 20 to 40 s after the end of its last job. */
const WAKE_PATIENCE_MS = 2 * 60_000;
const RETRY_PATIENCE_MS = 60_000;
const KILL_DELAY_MS = 700;
/** So that no execution is woken before its processor is killed. */
const LATENCY_MS = 400;
const TERM_DELAY_MS = 1_500;

/** Webhook processors that are killed while they look at the jobs of executions that were called back. */
export const killProcessors = scenario(
	'kill-processors',
	{ full: { executions: 20 }, quick: { executions: 4 } },
	(n8n, { executions }) =>
		withStage(n8n, { jobDuration: Infinity, latency: LATENCY_MS }, async (stage) => {
			const { jobs } = stage.emulator;
			const batch = await Batch.load(stage, 'kill-processors', { waitMode: 'webhook' });
			await batch.start(executions, JOBS);
			await batch.untilAll('waiting', STORE_PATIENCE_MS);

			for (const { id } of jobs.all) jobs.finish(id);
			await delay(KILL_DELAY_MS);
			await Promise.all(n8n.webhooks.map((processor) => processor.kill()));
			const { waiting = 0 } = await batch.statuses();
			await Promise.all(n8n.webhooks.map((processor) => processor.start()));
			const seconds = await batch.untilEnded(WAKE_PATIENCE_MS);
			// n8n takes an execution out of its sleep, and then queues it: in between, it dies with its processor.
			const dropped = await n8n.running(batch.workflowId);
			await Promise.all(dropped.map((id) => n8n.api.retry(id)));
			const verdict = () => judge(stage, batch.orders);
			await until(() => verdict().good === executions, RETRY_PATIENCE_MS);
			return [
				allOf(
					`webhook processors SIGKILLed ${KILL_DELAY_MS / 1000} s after the callbacks: all wake`,
					verdict(),
					executions,
					`${waiting} were asleep when they were killed, the last one woke after ${seconds.toFixed(0)} s, ${dropped.length} that n8n had not queued yet went on by Retry`,
				),
			];
		}),
);

/** Webhook processors that are ended and started again, one after the other, while callbacks come. */
export const endProcessors = scenario(
	'end-processors',
	{
		full: { executions: 40, overMs: 25_000 },
		quick: { executions: 6, overMs: 20_000 },
	},
	(n8n, { executions, overMs }) =>
		withStage(n8n, { jobDuration: Infinity }, async (stage) => {
			const { jobs } = stage.emulator;
			const batch = await Batch.load(stage, 'end-processors', { waitMode: 'webhook' });
			await batch.start(executions, JOBS);
			await batch.untilAll('waiting', STORE_PATIENCE_MS);

			const restarts = async () => {
				await delay(TERM_DELAY_MS);
				for (const processor of n8n.webhooks) await processor.restart();
			};
			await Promise.all([spread(jobs.all, overMs, ({ id }) => jobs.finish(id)), restarts()]);
			const seconds = await batch.untilEnded(WAKE_PATIENCE_MS);
			return [
				allOf(
					'webhook processors SIGTERMed in turn with callbacks coming: all wake',
					judge(stage, batch.orders),
					executions,
					`the last one woke ${seconds.toFixed(0)} s after the last callback`,
				),
			];
		}),
);
