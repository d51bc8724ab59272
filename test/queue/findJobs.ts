import { callAll, until, type Stage } from './stage';
import { findJobs } from './workflows';

const PATH = 'find-jobs';
const PATIENCE_MS = 2 * 60_000;

/** What *Find Jobs* lists for executions. @returns the IDs of all their jobs */
export async function findJobsOf(
	stage: Stage,
	executionIds: readonly string[],
): Promise<ReadonlySet<string>> {
	const found = stage.told['found-jobs'];
	await stage.load(findJobs(PATH, stage.addressOf('found-jobs')));
	await callAll(
		stage.n8n,
		PATH,
		executionIds.map((name) => ({ name, prompts: [] })),
	);
	await until(() => found.length === executionIds.length, PATIENCE_MS);
	return new Set(found.flatMap(({ jobs }) => jobs.map(({ jobId }) => jobId)));
}
