import { mapConcurrently } from '../n8n/concurrency';
import type { Answer, Failure } from '../api/failure';
import { isTransient } from '../api/retryPolicy';
import { toJob, type JobAnswer } from '../../LtxStudio/service/job';
import type { MediaType } from '../../LtxStudio/service/jobId';
import { ASSET_FILTER, type AssetPage, type LtxStudioApi } from '../../LtxStudio/service/api';

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

/** What a search has come to. */
export interface Found {
	/** The answers of the jobs found, by reference. */
	jobs: Map<string, JobAnswer>;
	/** Whether a job of this execution was seen, be it one of those that were searched for or not. */
	sawOurs: boolean;
	/** Whether all places could be searched. */
	isComplete: boolean;
	/** The passing fault that the search was given up for; later it may come to its end. */
	failure?: Failure;
}

interface Place {
	email: string;
	type: MediaType;
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

	async find(search: Search): Promise<Found> {
		const found: Found = { jobs: new Map(), sawOurs: false, isComplete: true };
		const places = search.emails.flatMap((email) => search.types.map((type) => ({ email, type })));
		if (search.depth === 'probe') {
			await this.searchAll(places, search, found, 1, PROBE_JOBS);
			if (!found.sawOurs) return found;
		}
		await this.searchAll(places, search, found, DEEPEST_PAGE, PAGE_SIZE);
		return found;
	}

	private async searchAll(
		places: readonly Place[],
		search: Search,
		found: Found,
		pages: number,
		jobsOfPage: number,
	): Promise<void> {
		for (const place of places) {
			if (isDone(search, found)) return;
			const failure = await this.searchPlace(place, search, found, pages, jobsOfPage);
			if (!failure) continue;
			found.isComplete = false;
			if (!isTransient(failure)) continue;
			found.failure = failure;
			return;
		}
	}

	/** @returns why the place could not be searched to its end */
	private async searchPlace(
		{ email, type }: Place,
		search: Search,
		found: Found,
		pages: number,
		jobsOfPage: number,
	): Promise<Failure | undefined> {
		for (let page = 1; page <= pages; page++) {
			const answer: Answer<AssetPage> = await this.api.assets({
				email,
				page,
				limit: PAGE_SIZE,
				filter: ASSET_FILTER[type],
			});
			if (!answer.ok) return answer.failure;
			const { items, meta } = answer.body;
			const jobIds = items.flatMap(({ jobId }) => (jobId ? [jobId] : []));
			const jobs = await this.readJobs(jobIds.slice(0, jobsOfPage));
			if ('failure' in jobs) return jobs.failure;
			collect(jobs.answers, search, found);
			if (page >= meta.totalPages || isDone(search, found)) return undefined;
		}
		return undefined;
	}

	/** @returns the jobs that are still known */
	private async readJobs(
		jobIds: string[],
	): Promise<{ answers: JobAnswer[] } | { failure: Failure }> {
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
		const [failure] = failures;
		return failure ? { failure } : { answers: answers.flatMap((answer) => answer ?? []) };
	}
}

const isDone = ({ references }: Search, { jobs }: Found): boolean => jobs.size === references.size;

function collect(
	answers: readonly JobAnswer[],
	{ references, isOurs }: Search,
	found: Found,
): void {
	for (const job of answers) {
		if (isOurs(job.replyRef)) found.sawOurs = true;
		if (job.replyRef && references.has(job.replyRef)) found.jobs.set(job.replyRef, job);
	}
}
