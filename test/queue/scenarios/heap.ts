import { judge } from '../judge';
import type { N8nProcess } from '../queueMode';
import { allOf, scenario, type Finding } from '../scenario';
import { Batch, withStage } from '../stage';

const JOB_MS = 3_000;
const PATIENCE_MS = 15 * 60_000;
const MOST_GROWTH = 0.1;
const MEBIBYTE = 1024 ** 2;

/** What n8n and the package load at their first use, and keep, is no growth. */
const WARM_UP = 10;

const heaps = (processes: readonly N8nProcess[]): Promise<number[]> =>
	Promise.all(processes.map((process) => process.usedHeap()));

/** The JavaScript heap of workers and webhook processors over many large executions. */
export const heap = scenario(
	'heap',
	{ full: { executions: 50, jobs: 100 }, quick: { executions: 10, jobs: 20 } },
	(n8n, { executions, jobs }) =>
		withStage(n8n, { jobDuration: JOB_MS }, async (stage) => {
			const processes = [...n8n.workers, ...n8n.webhooks];
			const batch = await Batch.load(stage, 'heap', { waitMode: 'webhook' });
			await batch.start(WARM_UP, jobs);
			await batch.untilEnded(PATIENCE_MS);
			const before = await heaps(processes);
			await batch.start(executions, jobs);
			await batch.untilEnded(PATIENCE_MS);
			const after = await heaps(processes);

			const { length } = batch.orders;
			return [
				...processes.map(({ name }, index): Finding => {
					const [from = NaN, to = NaN] = [before[index], after[index]];
					const growth = to / from - 1;
					return {
						what: `heap of ${name} over ${executions} executions of ${jobs} jobs`,
						figure: `${(growth * 100).toFixed(1)} % (${(from / MEBIBYTE).toFixed(1)} → ${(to / MEBIBYTE).toFixed(1)} MiB)`,
						mustBe: `≤ ${MOST_GROWTH * 100} %`,
						isMet: growth <= MOST_GROWTH,
					};
				}),
				allOf('these executions', judge(stage, batch.orders), length),
			];
		}),
);
