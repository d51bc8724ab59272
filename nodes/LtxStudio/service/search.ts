import { mapConcurrently } from '../../shared/n8n/concurrency';
import type { Answer, Failure } from '../../shared/api/failure';
import type { JobReport, JobSearch, SearchEnd } from '../../shared/jobs/service';
import { provesNothing } from '../../shared/jobs/waiting/reading';
import { ASSET_FILTER, type LtxStudioApi } from './api';
import type { MediaType } from './jobId';

const PAGE_SIZE = 20;
const READS_AT_ONCE = 10;

type Read = (jobId: string) => Promise<Answer<JobReport>>;

/** What came of searching one account for one type. */
type PlaceEnd =
	{ kind: 'satisfied' | 'searched' | 'cutShort' } | { kind: 'failed'; failure: Failure };

/**
 * Searches the jobs that have finished. The scheduler forgets them, but the list of assets names their IDs, and each job tells
 * its reference.
 */
export class FinishedJobs {
	private readonly known = new Map<string, JobReport>();

	constructor(
		private readonly api: LtxStudioApi,
		private readonly read: Read,
	) {}

	async search({ accounts, kinds, deepest, onJob }: JobSearch): Promise<SearchEnd> {
		let isComplete = true;
		let failure: Failure | undefined;
		for (const email of accounts) {
			for (const type of kinds.filter(isMediaType)) {
				const end = await this.searchPlace({ email, type, deepest, onJob });
				if (end.kind === 'satisfied') return { isComplete: true, failure: undefined };
				if (end.kind === 'searched') continue;
				isComplete = false;
				if (end.kind !== 'failed') continue;
				failure = end.failure;
				// The API may answer later; an account whose session is dead never does.
				if (provesNothing(failure)) return { isComplete, failure };
			}
		}
		return { isComplete, failure };
	}

	private async searchPlace({
		email,
		type,
		deepest,
		onJob,
	}: Pick<JobSearch, 'deepest' | 'onJob'> & { email: string; type: MediaType }): Promise<PlaceEnd> {
		let looked = 0;
		for (let page = 1; ; page++) {
			const filter = ASSET_FILTER[type];
			const answer = await this.api.assets({ email, page, limit: PAGE_SIZE, filter });
			if (!answer.ok) return { kind: 'failed', failure: answer.failure };
			const { items, meta } = answer.body;
			const jobIds = items
				.flatMap(({ jobId }) => (jobId === undefined ? [] : [jobId]))
				.slice(0, deepest - looked);
			const jobs = await this.readJobs(jobIds);
			if ('failure' in jobs) return { kind: 'failed', failure: jobs.failure };
			if (jobs.reports.map(onJob).some(Boolean)) return { kind: 'satisfied' };
			looked += jobIds.length;
			if (items.length === 0 || page >= meta.totalPages) return { kind: 'searched' };
			if (looked >= deepest) return { kind: 'cutShort' };
		}
	}

	/** @returns the jobs that are still known */
	private async readJobs(
		jobIds: string[],
	): Promise<{ reports: JobReport[] } | { failure: Failure }> {
		const failures: Failure[] = [];
		const reports = await mapConcurrently(jobIds, READS_AT_ONCE, async (jobId) => {
			const known = this.known.get(jobId);
			if (known) return known;
			const answer = await this.read(jobId);
			if (!answer.ok) {
				// A job of another program may have expired in the meantime.
				const isGone = answer.failure.status === 404 && !provesNothing(answer.failure);
				if (!isGone) failures.push(answer.failure);
				return undefined;
			}
			this.known.set(jobId, answer.body);
			return answer.body;
		});
		const [failure] = failures;
		return failure ? { failure } : { reports: reports.flatMap((report) => report ?? []) };
	}
}

const isMediaType = (kind: string): kind is MediaType => kind in ASSET_FILTER;
