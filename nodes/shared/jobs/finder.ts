import { mapConcurrently } from '../concurrency';
import type { Failure } from '../transport/failure';
import { toJob, type JobAnswer } from './job';
import type { MediaType } from './jobId';
import { ASSET_FILTER, type LtxStudioApi } from './ltxStudioApi';

/** Where to search, and how far. */
export interface Search {
	references: ReadonlySet<string>;
	emails: readonly string[];
	types: readonly MediaType[];
	/**
	 * `probe` reads only the newest jobs, and goes on only if one of them is from this execution; `deep` reads until all
	 * references are found.
	 */
	depth: 'probe' | 'deep';
	isOurs: (reference: string | undefined) => boolean;
}

const PAGE_SIZE = 20;
const PROBE_JOBS = 10;
/** 200 jobs an account: further back nothing of the same execution is expected. */
const DEEPEST_PAGE = 10;
const READS_AT_ONCE = 5;

/**
 * Finds jobs that finished by the reference they were submitted with. The scheduler forgets finished jobs, but the list of
 * assets names their IDs, and each job tells its reference.
 */
export class Finder {
	private readonly read = new Map<string, JobAnswer>();

	constructor(private readonly api: LtxStudioApi) {}

	/**
	 * @returns the answers of the jobs found, by reference; undefined when the search could not be brought to its end
	 */
	async find(search: Search): Promise<Map<string, JobAnswer> | undefined> {
		const found = new Map<string, JobAnswer>();
		for (const email of search.emails) {
			for (const type of search.types) {
				if (found.size === search.references.size) return found;
				if (!(await this.searchAccount(email, type, search, found))) return undefined;
			}
		}
		return found;
	}

	private async searchAccount(
		email: string,
		type: MediaType,
		search: Search,
		found: Map<string, JobAnswer>,
	): Promise<boolean> {
		let depth = search.depth;
		for (let page = 1; page <= DEEPEST_PAGE; page++) {
			const answer = await this.api.assets({
				email,
				page,
				limit: PAGE_SIZE,
				filter: ASSET_FILTER[type],
			});
			if (!answer.ok) return false;
			const jobIds = answer.body.items.flatMap(({ jobId }) => (jobId ? [jobId] : []));

			const newest = await this.readJobs(jobIds.slice(0, PROBE_JOBS));
			if (!newest) return false;
			collect(newest, search, found);
			if (newest.some(({ replyRef }) => search.isOurs(replyRef))) depth = 'deep';
			if (depth === 'probe') return true;

			const others = await this.readJobs(jobIds.slice(PROBE_JOBS));
			if (!others) return false;
			collect(others, search, found);
			const isLast = page >= answer.body.meta.totalPages;
			if (isLast || found.size === search.references.size) return true;
		}
		return true;
	}

	/** @returns the jobs that are still known, or undefined if one could not be read */
	private async readJobs(jobIds: string[]): Promise<JobAnswer[] | undefined> {
		const failures: Failure[] = [];
		const answers = await mapConcurrently(jobIds, READS_AT_ONCE, async (jobId) => {
			const known = this.read.get(jobId);
			if (known) return known;
			const answer = await this.api.job(jobId);
			// A job of another program may have expired in the meantime.
			if (!answer.ok) {
				if (answer.failure.status !== 404) failures.push(answer.failure);
				return undefined;
			}
			const job = { ...answer.body, jobId: toJob(answer.body, jobId).jobId };
			this.read.set(jobId, job);
			return job;
		});
		return failures.length === 0 ? answers.flatMap((answer) => answer ?? []) : undefined;
	}
}

function collect(
	jobs: readonly JobAnswer[],
	{ references }: Search,
	found: Map<string, JobAnswer>,
): void {
	for (const job of jobs) {
		if (job.replyRef && references.has(job.replyRef)) found.set(job.replyRef, job);
	}
}
