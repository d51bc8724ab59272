import { clock } from '../../n8n/clock';
import { Memory } from '../memory';
import { JobRun } from '../run';
import type { JobService } from '../service';
import { Entry, type Outcome } from '../state';

/**
 * Reads a job that is said to be over, again and again while the API does not know it yet.
 *
 * @param patience for how long, in milliseconds
 */
export async function readUntilOver(
	service: JobService,
	jobId: string,
	patience: number,
): Promise<Outcome> {
	const entry = Entry.running(service.blank(jobId), clock.now());
	const run = new JobRun(
		[entry],
		{
			concurrency: 1,
			pollInterval: patience,
			timeout: patience,
			firstLook: 0,
			stopsOnProblem: false,
			onUncertain: 'fail',
		},
		// Only the job itself tells: what is said to be over may still be listed.
		{ service: withoutLists(service), clock, memory: new Memory({}), signal: undefined },
	);
	await run.callBack(jobId);
	await run.finishAll();
	return outcomeOf(entry);
}

const withoutLists = (service: JobService): JobService => ({
	...service,
	running: undefined,
	capacity: undefined,
});

function outcomeOf({ state }: Entry): Outcome {
	if (state.name === 'done') return state.outcome;
	throw new Error(`The job is not over, but ${state.name}`);
}
