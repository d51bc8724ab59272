import { judge } from '../judge';
import { allOf, scenario } from '../scenario';
import { Batch, executionOf, spread, withStage } from '../stage';

const JOBS = 3;
const STORE_PATIENCE_MS = 10 * 60_000;
const WAKE_PATIENCE_MS = 3 * 60_000;
/** For how long the list of running jobs shows one that has ended. */
const LAG_MS = 2_500;

/** All jobs of an execution end at once, so that its callbacks reach both processors, which each believe their own only. */
export const lag = scenario(
	'lag',
	{ full: { executions: 300, overMs: 60_000 }, quick: { executions: 10, overMs: 3_000 } },
	(n8n, { executions, overMs }) =>
		withStage(n8n, { jobDuration: Infinity, listedBeyond: LAG_MS }, async (stage) => {
			const batch = await Batch.load(stage, 'lag', { waitMode: 'webhook' });
			await batch.start(executions, JOBS);
			await batch.untilAll('waiting', STORE_PATIENCE_MS);

			const { jobs } = stage.emulator;
			await spread(batch.orders, overMs, ({ name }) => {
				const own = jobs.all.filter((job) => executionOf(job) === name);
				for (const { id } of own) jobs.finish(id);
			});
			await batch.untilEnded(WAKE_PATIENCE_MS);
			return [
				allOf(
					`${executions} executions × ${JOBS} jobs, the running list lags ${LAG_MS / 1000} s, one callback a job`,
					judge(stage, batch.orders),
					executions,
				),
			];
		}),
);
