import { mapConcurrently } from '../concurrency';
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
	 * @returns the answers of the jobs found, by reference
	 * @throws {SearchFailedError} when the API does not let the search come to an end
	 */
	async find(search: Search): Promise<Map<string, JobAnswer>> {
		const found = new Map<string, JobAnswer>();
		for (const email of search.emails) {
			for (const type of search.types) {
				if (found.size === search.references.size) return found;
				await this.searchAccount(email, type, search, found);
			}
		}
		return found;
	}

	private async searchAccount(
		email: string,
		type: MediaType,
		search: Search,
		found: Map<string, JobAnswer>,
	): Promise<void> {
		let depth = search.depth;
		for (let page = 1; page <= DEEPEST_PAGE; page++) {
			const answer = await this.api.assets({
				email,
				page,
				limit: PAGE_SIZE,
				filter: ASSET_FILTER[type],
			});
			if (!answer.ok) throw new SearchFailedError(answer.failure.detail);
			const jobIds = answer.body.items.flatMap(({ jobId }) => (jobId ? [jobId] : []));

			let isOurs = false;
			const collect = async (ids: string[]) => {
				for (const job of await this.readJobs(ids)) {
					isOurs ||= search.isOurs(job.replyRef);
					if (job.replyRef && search.references.has(job.replyRef)) found.set(job.replyRef, job);
				}
			};
			await collect(jobIds.slice(0, PROBE_JOBS));
			if (isOurs) depth = 'deep';
			if (depth === 'probe') return;
			await collect(jobIds.slice(PROBE_JOBS));

			const isLast = page >= answer.body.meta.totalPages;
			if (isLast || found.size === search.references.size) return;
		}
	}

	private async readJobs(jobIds: string[]): Promise<JobAnswer[]> {
		const answers = await mapConcurrently(jobIds, READS_AT_ONCE, async (jobId) => {
			const known = this.read.get(jobId);
			if (known) return known;
			const answer = await this.api.job(jobId);
			// A job of another program may have expired in the meantime.
			if (!answer.ok && answer.failure.status === 404) return undefined;
			if (!answer.ok) throw new SearchFailedError(answer.failure.detail);
			const job = { ...answer.body, jobId: toJob(answer.body, jobId).jobId };
			this.read.set(jobId, job);
			return job;
		});
		return answers.flatMap((answer) => (answer ? [answer] : []));
	}
}

/** The list of assets, or a job in it, could not be read. */
export class SearchFailedError extends Error {}
