import { judge } from '../judge';
import { findJobsOf } from '../findJobs';
import { allOf, scenario, type Finding } from '../scenario';
import { Batch, executionOf, until, withStage, type Stage } from '../stage';

/** More than one worker takes at a time, so that each of them is at some. */
const EXECUTIONS = 6;
const JOBS = 6;
const KILL_LOOK_MS = 50;
const KILL_PATIENCE_MS = 60_000;
/** n8n takes a minute or two to notice that a worker is gone. */
const DEATH_PATIENCE_MS = 5 * 60_000;
const RETRIES_AT_ONCE = 4;

interface Moment {
	/** When the worker is killed. */
	label: string;
	/** How long each call takes, in milliseconds. */
	latency: number;
	jobMs: number;
	/** Which share of the jobs is submitted by then. */
	submitted: number;
}

const SUBMITTING: Moment = { label: 'submitting', latency: 400, jobMs: 3_000, submitted: 1 / 3 };
const POLLING: Moment = { label: 'polling', latency: 0, jobMs: 15_000, submitted: 1 };

const sizes = { full: { kills: 10 }, quick: { kills: 1 } };

/** Workers that are killed while they submit: what they were at is run again by *Retry*. */
export const killSubmitting = scenario('kill-submitting', sizes, (n8n, { kills }) =>
	withStage(n8n, optionsOf(SUBMITTING), (stage) => killAndRetry(stage, SUBMITTING, kills)),
);

/** The same with workers that are waiting for jobs, some of which end before the *Retry*. */
export const killPolling = scenario('kill-polling', sizes, (n8n, { kills }) =>
	withStage(n8n, optionsOf(POLLING), (stage) => killAndRetry(stage, POLLING, kills)),
);

const optionsOf = ({ latency, jobMs }: Moment) => ({ latency, jobDuration: jobMs });

async function killAndRetry(stage: Stage, moment: Moment, kills: number): Promise<Finding[]> {
	const { n8n, emulator, told } = stage;
	const batch = await Batch.load(stage, `kill-${moment.label}`, {
		waitMode: 'poll',
		// Slow enough to be killed meanwhile.
		options: { concurrency: 2 },
	});
	for (let kill = 0; kill < kills; kill++) {
		const worker = n8n.workers[kill % 2 === 0 ? 0 : 1];
		const due = emulator.ledger.charges.length + EXECUTIONS * JOBS * moment.submitted;
		await batch.start(EXECUTIONS, JOBS);
		const isDue = () => emulator.ledger.charges.length >= due;
		if (!(await until(isDue, KILL_PATIENCE_MS, KILL_LOOK_MS))) {
			throw new Error(`Only ${emulator.ledger.charges.length} of ${due} jobs were submitted`);
		}
		await worker.kill();
		await worker.start();
	}
	await batch.untilEnded(DEATH_PATIENCE_MS);

	const dead = await n8n.failed(batch.workflowId);
	const alive = new Set(told['gone-on'].map(({ name }) => name));
	const paid = emulator.ledger.charges
		.map(({ jobId }) => emulator.jobs.get(jobId))
		.filter((job) => job !== undefined && !alive.has(executionOf(job)))
		.map((job) => job?.id);
	const listed = await findJobsOf(stage, dead);

	await retryAll(stage, dead);
	await batch.untilEnded(DEATH_PATIENCE_MS);
	const verdict = judge(stage, batch.orders);
	const found = paid.filter((id) => id !== undefined && listed.has(id)).length;
	return [
		allOf(
			`SIGKILL of a worker, ${kills} × while ${moment.label}, then Retry: every item charged once`,
			verdict,
			batch.orders.length,
			`${dead.length} executions had died with ${paid.length} paid jobs`,
		),
		{
			what: `Find Jobs lists every job of the executions that died while ${moment.label}`,
			figure: `${found} of ${paid.length}`,
			mustBe: 'all',
			// Where nobody has died, nothing is shown.
			isMet: found === paid.length && paid.length > 0,
		},
	];
}

async function retryAll({ n8n }: Stage, ids: readonly string[]): Promise<void> {
	const left = [...ids];
	const work = async () => {
		for (let id = left.shift(); id !== undefined; id = left.shift()) await n8n.api.retry(id);
	};
	await Promise.all(Array.from({ length: RETRIES_AT_ONCE }, work));
}
