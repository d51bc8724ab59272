import { judge } from '../judge';
import type { QueueMode } from '../queueMode';
import { allOf, scenario, type Finding } from '../scenario';
import { Batch, withStage } from '../stage';

const JOBS = 1;
const JOB_MS = 8_000;
const PATIENCE_MS = 10 * 60_000;
const LEAST_SPEED_UP = 1.9;

/** Runs executions that keep a worker slot while they ask. @returns seconds that all of them took */
async function polled(
	n8n: QueueMode,
	path: string,
	executions: number,
): Promise<{ seconds: number; finding: Finding }> {
	return await withStage(n8n, { jobDuration: JOB_MS }, async (stage) => {
		const batch = await Batch.load(stage, path, { waitMode: 'poll' });
		const startedAt = Date.now();
		await batch.start(executions, JOBS);
		await batch.untilEnded(PATIENCE_MS);
		const last = Math.max(...stage.told['gone-on'].map(({ time }) => time));
		return {
			seconds: (last - startedAt) / 1000,
			finding: allOf(path, judge(stage, batch.orders), executions),
		};
	});
}

/** Executions that keep asking, on one worker and then on two. */
export const poll = scenario(
	'poll',
	{ full: { executions: 60 }, quick: { executions: 20 } },
	async (n8n, { executions }) => {
		const [, second] = n8n.workers;
		await second.stop();
		const one = await polled(n8n, 'poll-one-worker', executions);
		await second.start();
		const two = await polled(n8n, 'poll-two-workers', executions);
		const speedUp = one.seconds / two.seconds;
		const isWhole = one.finding.isMet && two.finding.isMet;
		return [
			{
				what: `${executions} executions by poll, 1 → 2 workers`,
				figure: [
					`${speedUp.toFixed(2)} × (${one.seconds.toFixed(0)} s → ${two.seconds.toFixed(0)} s)`,
					...(isWhole ? [] : [one.finding.figure, two.finding.figure]),
				].join(', '),
				mustBe: `≥ ${LEAST_SPEED_UP} ×`,
				isMet: speedUp >= LEAST_SPEED_UP && isWhole,
			},
		];
	},
);
