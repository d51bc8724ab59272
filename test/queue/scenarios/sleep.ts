import { judge } from '../judge';
import { allOf, scenario } from '../scenario';
import { Batch, placeOf, spread, withStage } from '../stage';

const JOBS = 3;
const STORE_PATIENCE_MS = 10 * 60_000;
const WAKE_PATIENCE_MS = 3 * 60_000;
/** The first job of an execution ends before n8n has stored it, the second one on its own; the last when it is told to. */
const DURATIONS_MS = [500, 20_000, Infinity];

/** Executions that sleep until their last job ends, and the worker slots that they hold meanwhile. */
export const sleep = scenario(
	'sleep',
	{ full: { executions: 300, overMs: 30_000 }, quick: { executions: 10, overMs: 3_000 } },
	(n8n, { executions, overMs }) =>
		withStage(
			n8n,
			{ jobDuration: (job) => DURATIONS_MS[placeOf(job) - 1] ?? Infinity },
			async (stage) => {
				const batch = await Batch.load(stage, 'sleep', { waitMode: 'webhook' });
				await batch.start(executions, JOBS);
				await batch.untilAll('waiting', STORE_PATIENCE_MS);
				const held = await n8n.heldSlots();

				const { jobs } = stage.emulator;
				const last = jobs.all.filter((job) => placeOf(job) === JOBS);
				await spread(last, overMs, ({ id }) => jobs.finish(id));
				await batch.untilEnded(WAKE_PATIENCE_MS);
				return [
					allOf(
						`${executions} executions × ${JOBS} jobs, asleep: finished, paid once, next node once`,
						judge(stage, batch.orders),
						executions,
					),
					{
						what: `worker slots held while ${executions} sleep`,
						figure: String(held),
						mustBe: '0',
						isMet: held === 0,
					},
				];
			},
		),
);
