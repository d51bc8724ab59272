import { mapConcurrently } from '../../shared/n8n/concurrency';
import {
	SESSION_DEAD,
	unreadableFailure,
	type Answer,
	type Failure,
} from '../../shared/api/failure';
import { isForeign } from '../../shared/api/retryPolicy';
import type { JobReport, JobSearch, SearchEnd } from '../../shared/jobs/service';
import { provesNothing } from '../../shared/jobs/waiting/reading';
import { textOf } from '../../shared/values';
import { ASSET_FILTER, isResult, type AssetItem, type LtxStudioApi } from './api';
import { toJobId, type JobIdParts, type MediaType } from './jobId';

const PAGE_SIZE = 20;
const READS_AT_ONCE = 10;
/** Twice as many as the deepest search needs where nothing lies between the jobs. A list that never ends holds nothing. */
const MOST_PAGES = 500;

type Read = (jobId: string) => Promise<Answer<JobReport>>;

/** What came of searching one account for one type. */
type PlaceEnd =
	| { kind: 'satisfied' }
	| { kind: 'searched' | 'cutShort'; hasGaps: boolean }
	| { kind: 'failed'; failure: Failure };

/**
 * Searches the jobs that have finished. The scheduler forgets them, but the list of assets names their IDs, and each job tells
 * its reference.
 */
export class FinishedJobs {
	private readonly known = new Map<string, JobReport>();

	constructor(
		private readonly api: Pick<LtxStudioApi, 'assets'>,
		private readonly read: Read,
	) {}

	async search({ accounts, kinds, ...search }: JobSearch): Promise<SearchEnd> {
		let isComplete = true;
		let hasGaps = false;
		let failure: Failure | undefined;
		for (const email of accounts) {
			for (const type of kinds.filter(isMediaType)) {
				const end = await this.searchPlace({ email, type, ...search });
				if (end.kind === 'satisfied') return { isComplete: true, hasGaps, failure: undefined };
				if (end.kind === 'failed') {
					// The same search may go further later.
					if (provesNothing(end.failure)) {
						return { isComplete: false, hasGaps, failure: end.failure };
					}
					// Of an account whose session is dead nobody can see anything. What else is refused may be there.
					const isDead = end.failure.status === SESSION_DEAD;
					if (isComplete || !isDead) failure = end.failure;
					isComplete &&= isDead;
					continue;
				}
				hasGaps ||= end.hasGaps;
				isComplete &&= end.kind === 'searched' && !end.hasGaps;
			}
		}
		return { isComplete, hasGaps, failure };
	}

	private async searchPlace({
		email,
		type,
		deepest,
		onJob,
		onPlace,
		isFarEnough,
	}: Omit<JobSearch, 'accounts' | 'kinds'> & {
		email: string;
		type: MediaType;
	}): Promise<PlaceEnd> {
		onPlace?.();
		let looked = 0;
		let hasGaps = false;
		for (let page = 1; ; page++) {
			const filter = ASSET_FILTER[type];
			const answer = await this.api.assets({ email, page, limit: PAGE_SIZE, filter });
			if (!answer.ok) return { kind: 'failed', failure: answer.failure };
			const { items, meta, isWhole } = answer.body;
			const listed = items.flatMap((item) => jobIdOf(item, { email, type }) ?? []);
			const jobIds = listed.slice(0, deepest - looked);
			const { reports, failure, isOdd } = await this.readJobs(jobIds);
			if (reports.map(onJob).some(Boolean)) return { kind: 'satisfied' };
			if (failure) return { kind: 'failed', failure };
			if (isOdd || !isWhole) hasGaps = true;
			looked += jobIds.length;
			const isLast = items.length === 0 || page >= meta.totalPages;
			if ((isLast && jobIds.length === listed.length) || isFarEnough?.()) {
				return { kind: 'searched', hasGaps };
			}
			if (looked >= deepest || page >= MOST_PAGES) return { kind: 'cutShort', hasGaps };
		}
	}

	/** @returns the jobs that are still known, why one could not be read, and whether one made no sense */
	private async readJobs(
		jobIds: string[],
	): Promise<{ reports: JobReport[]; failure: Failure | undefined; isOdd: boolean }> {
		const failures: Failure[] = [];
		const reports = await mapConcurrently(jobIds, READS_AT_ONCE, async (jobId) => {
			const known = this.known.get(jobId);
			if (known) return known;
			const answer = referring(await this.read(jobId));
			if (answer.ok) this.known.set(jobId, answer.body);
			// A job of another program may have expired in the meantime.
			else if (answer.failure.status !== 404 || isForeign(answer.failure)) {
				failures.push(answer.failure);
			}
			return answer.ok ? answer.body : undefined;
		});
		return {
			reports: reports.flatMap((report) => report ?? []),
			failure: failures.find((failure) => !isForeign(failure)),
			isOdd: failures.length > 0,
		};
	}
}

/** A job whose reference makes no sense is not one without: it may be the one that is sought. */
const referring = (answer: Answer<JobReport>): Answer<JobReport> =>
	answer.ok && answer.body.reference === undefined && (answer.body.answer.replyRef ?? '') !== ''
		? { ok: false, failure: unreadableFailure(200, {}) }
		: answer;

/**
 * A result may come without the ID of its job, of which its own is a part. Whether there is such a job, and whose it is, the job
 * itself tells.
 */
function jobIdOf(item: AssetItem, place: Omit<JobIdParts, 'uuid'>): string | undefined {
	const uuid = isResult(item) ? textOf(item.id) : undefined;
	return textOf(item.jobId) ?? (uuid === undefined ? undefined : toJobId({ ...place, uuid }));
}

const isMediaType = (kind: string): kind is MediaType => kind in ASSET_FILTER;
