import { setTimeout as delay } from 'node:timers/promises';
import { judge } from '../judge';
import type { QueueMode } from '../queueMode';
import { allOf, scenario } from '../scenario';
import { Batch, withStage } from '../stage';

const JOBS = 3;
const JOB_MS = 5_000;
/** Between two calls: one worker alone can keep up. */
const PAUSE_MS = 2_000;
const END_PATIENCE_MS = 5 * 60_000;

async function restartWorkers({ workers }: QueueMode, rounds: number): Promise<void> {
	for (let round = 0; round < rounds; round++) {
		for (const worker of workers) await worker.restart();
	}
}

/** Workers that are ended and started again, one after the other, while executions keep coming. */
export const rolling = scenario(
	'rolling',
	{ full: { rounds: 3 }, quick: { rounds: 1 } },
	(n8n, { rounds }) =>
		withStage(n8n, { jobDuration: JOB_MS }, async (stage) => {
			const asking = await Batch.load(stage, 'rolling-poll', { waitMode: 'poll' });
			const sleeping = await Batch.load(stage, 'rolling-webhook', { waitMode: 'webhook' });
			let isOver = false;
			const restarting = restartWorkers(n8n, rounds).finally(() => {
				isOver = true;
			});
			const load = async () => {
				while (!isOver) {
					await asking.start(1, JOBS);
					await sleeping.start(1, JOBS);
					await delay(PAUSE_MS);
				}
			};
			await Promise.all([restarting, load()]);
			for (const batch of [asking, sleeping]) await batch.untilEnded(END_PATIENCE_MS);
			const orders = [...asking.orders, ...sleeping.orders];
			return [
				allOf(
					`workers SIGTERMed in turn, ${rounds} ×, under load: nothing lost`,
					judge(stage, orders),
					orders.length,
				),
			];
		}),
);
