import { judge } from '../judge';
import { allOf, scenario, type Finding } from '../scenario';
import { Batch, callAll, executionOf, until, withStage, type Stage } from '../stage';
import { findJobsOfFailed, findJobsOfNamed } from '../workflows';

/** More than one worker takes at a time, so that each of them is at some. */
const EXECUTIONS = 6;
const JOBS = 6;
const KILL_LOOK_MS = 50;
const PATIENCE_MS = 2 * 60_000;
/** After a minute and a half at most, n8n's queue has noticed that a worker is gone. */
const GIVING_UP_PATIENCE_MS = 3 * 60_000;

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
const POLLING: Moment = { label: 'polling', latency: 0, jobMs: 12_000, submitted: 1 };

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
	const { n8n, told } = stage;
	const errorWorkflow = await stage.load(
		findJobsOfFailed(`find-jobs-${moment.label}`, stage.addressOf('found-jobs')),
	);
	const batch = await Batch.load(
		stage,
		`kill-${moment.label}`,
		// Slow enough to be killed meanwhile.
		{ waitMode: 'poll', options: { concurrency: 2 } },
		{ errorWorkflow },
	);
	const retried = new Set<string>();
	const paid = new Set<string>();
	for (let kill = 0; kill < kills; kill++) {
		await startAndKill(stage, batch, moment, kill);
		for (const id of paidInVain(stage)) paid.add(id);
		// While n8n still has what they were started with: once its queue has noticed, it keeps nothing of them.
		const dead = (await n8n.failed(batch.workflowId)).filter((id) => !retried.has(id));
		for (const id of dead) retried.add(id);
		await Promise.all(dead.map((id) => n8n.api.retry(id)));
	}
	await batch.untilEnded(PATIENCE_MS);
	const verdict = judge(stage, batch.orders);

	const listed = () =>
		new Set(told['found-jobs'].flatMap(({ jobs }) => jobs.map(({ jobId }) => jobId)));
	const found = () => [...paid].filter((id) => listed().has(id)).length;
	await until(() => found() === paid.size, GIVING_UP_PATIENCE_MS);
	const byErrorWorkflow = found();
	// n8n does not run it where it dies with the worker that has it.
	const path = `find-${moment.label}`;
	await stage.load(findJobsOfNamed(path, stage.addressOf('found-jobs')));
	await callAll(
		n8n,
		path,
		[...retried].map((name) => ({ name, prompts: [] })),
	);
	await until(() => found() === paid.size, PATIENCE_MS);
	const unfound = [...paid].filter((id) => !listed().has(id));
	const unanswered = [...retried].filter((id) =>
		told['found-jobs'].every(({ name }) => name !== id),
	);
	const gaps = [
		...unfound.map((id) => `not "${stage.emulator.jobs.get(id)?.prompt}"`),
		...(unfound.length > 0 && unanswered.length > 0
			? [`no answer for ${unanswered.join(', ')}`]
			: []),
	];
	return [
		allOf(
			`SIGKILL of a worker, ${kills} × while ${moment.label}, then Retry: every item charged once`,
			verdict,
			batch.orders.length,
			`${retried.size} executions had died with ${paid.size} paid jobs`,
		),
		{
			what: `jobs of executions that died while ${moment.label}, listed by Find Jobs`,
			figure: [
				`${found()} of ${paid.size}`,
				`${byErrorWorkflow} of them in an error workflow`,
				...gaps,
			].join(', '),
			mustBe: 'all',
			// Where nobody has died, nothing is shown.
			isMet: found() === paid.size && paid.size > 0,
		},
	];
}

/** Starts executions, kills a worker that is at some of them, and starts it again. */
async function startAndKill(
	{ n8n, emulator }: Stage,
	batch: Batch,
	{ submitted }: Moment,
	kill: number,
): Promise<void> {
	const worker = n8n.workers[kill % 2 === 0 ? 0 : 1];
	const { ledger } = emulator;
	const due = ledger.charges.length + EXECUTIONS * JOBS * submitted;
	await batch.start(EXECUTIONS, JOBS);
	if (!(await until(() => ledger.charges.length >= due, PATIENCE_MS, KILL_LOOK_MS))) {
		throw new Error(`Only ${ledger.charges.length} of ${due} jobs were submitted`);
	}
	await worker.kill();
	await worker.start();
	await batch.untilEnded(PATIENCE_MS);
}

/** The jobs that were paid for by executions that have not gone on. */
function paidInVain({ emulator, told }: Stage): string[] {
	const alive = new Set(told['gone-on'].map(({ name }) => name));
	return emulator.ledger.charges
		.map(({ jobId }) => jobId)
		.filter((id) => {
			const job = emulator.jobs.get(id);
			return job !== undefined && !alive.has(executionOf(job));
		});
}
