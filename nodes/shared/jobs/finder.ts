import { isNotThere, type Failure } from '../api/failure';
import { mapConcurrently } from '../n8n/concurrency';
import { namesOf, type Trace } from './match';
import type { Memory } from './memory';
import type { Provenance } from './provenance';
import type { Place } from './reference';
import {
	isOver,
	type JobReport,
	type JobSearch,
	type JobService,
	type RunningJob,
	type SearchEnd,
} from './service';
import type { Slots } from './slots';
import type { Entry } from './state';
import { provesNothing } from './waiting/reading';

type Places = Pick<JobSearch, 'accounts' | 'kinds'>;

/** What is searched for among the finished jobs. */
export interface Wanted {
	entries: readonly Entry[];
	/** Where the items stand of which no job is among the running ones. */
	places: readonly Place[];
	/** Whether a job has found its item already. */
	isClaimed: (trace: Trace) => boolean;
}

/** What runs at the service. */
export interface Listed {
	running: readonly RunningJob[];
	/** Whether all that runs could be made out. */
	isWhole: boolean;
}

/** What a search has met. */
export interface Findings {
	end: SearchEnd;
	found: readonly JobReport[];
	/** Whether nothing can be there that was not seen, on whichever account. */
	hasSeenAll: boolean;
}

/** How many of the newest jobs tell whether an execution has run before. */
const PROBE_JOBS = 10;
/** How many finished jobs of an account and kind are looked at before a search is given up. */
const DEEPEST_JOBS = 2_000;
/** So many jobs of others behind the last one of this node: what it submitted together lies before them. */
const ENOUGH_OTHERS = 200;
/** Jobs that a look back reads at once. */
export const READS_AT_ONCE = 5;

/** Searches the jobs that have finished, as deep as there is reason to. */
export class Finder {
	constructor(
		private readonly provenance: Provenance,
		private readonly parts: { service: JobService; memory: Memory; slots: Slots },
	) {}

	/**
	 * Searches for jobs of some entries, to the end.
	 *
	 * @param onJob is told each job; returns whether all that was searched for is found
	 */
	async findThose(
		entries: readonly Entry[],
		onJob: (report: JobReport) => boolean,
	): Promise<SearchEnd> {
		return await this.search(this.placesOf(entries), DEEPEST_JOBS, { onJob });
	}

	/**
	 * Searches for what this node has made before; for a retry only in the first round of a loop: to what former executions have
	 * made nothing is added.
	 *
	 * @returns all jobs of this node that were met on the way
	 */
	async findFormer(wanted: Wanted, { running, isWhole }: Listed): Promise<Findings> {
		const { provenance } = this;
		const { memory } = this.parts;
		const where = JSON.stringify(this.placesOf(wanted.entries));
		// What this execution itself may have made is looked for each time.
		const isOfOthers = provenance.isRetry && !provenance.mayHaveRun(running);
		const known = isOfOthers ? memory.formerJobs.get(where) : undefined;
		if (known) {
			const found = await this.renew(known, running);
			memory.formerJobs.set(where, found);
			return { end: COMPLETE, found, hasSeenAll: true };
		}
		const { isAll, ...findings } = await this.searchFinished(wanted, running);
		if (isOfOthers && isAll && isWhole) {
			const runs = running.filter(({ reference }) => provenance.placeOf(reference));
			memory.formerJobs.set(where, [
				...findings.found,
				...runs.map(({ jobId, reference }) => ({
					...this.parts.service.blank(jobId),
					reference,
				})),
			]);
		}
		return findings;
	}

	/** Reads again what ran when it was found, and does not any more. */
	private async renew(
		known: readonly JobReport[],
		running: readonly RunningJob[],
	): Promise<JobReport[]> {
		const runs = new Set(running.map(({ jobId }) => jobId));
		const renewed = await mapConcurrently(known, READS_AT_ONCE, async (report) => {
			if (isOver(report) || runs.has(report.jobId)) return report;
			const answer = await this.parts.service.read(report.jobId);
			if (answer.ok) return { ...answer.body, reference: report.reference };
			// What the API does not know any more, nobody can take over.
			return isNotThere(answer.failure) ? [] : report;
		});
		return renewed.flat();
	}

	/** @returns all jobs of this node that were met on the way, and whether there are no others */
	private async searchFinished(
		{ entries, places: wanted, isClaimed }: Wanted,
		running: readonly RunningJob[],
	): Promise<Findings & { isAll: boolean }> {
		const { provenance } = this;
		const found = new Map<string, JobReport>();
		const unseen = new Set(wanted);
		// A job is met again by the search behind the first one, and where it has left the running ones meanwhile; an item may have two.
		const met = new Set(running.flatMap((job) => this.namesOfRunning(job)));
		const isRerun = provenance.showsEarlierTry(running);
		let hasRun = isRerun;
		let streak = new Streak();
		const onJob = (report: JobReport) => {
			const place = provenance.placeOf(report.reference);
			if (!place) {
				streak.pass(false);
				return false;
			}
			found.set(report.jobId, report);
			if (!provenance.isThisExecution(place)) {
				// Whether that can't be told is told once more, when all are found. It counts where the job was met.
				const here = streak;
				provenance.leftBehind(place).then(
					(end) => {
						// What may be of the one that is retried is neither.
						if (end !== 'any') here.pass(end !== undefined);
					},
					() => undefined,
				);
				return false;
			}
			hasRun = true;
			streak.pass(true);
			const names = namesOf({ place, report });
			const isNew = !names.some((name) => met.has(name)) && !isClaimed({ place, report });
			for (const name of names) met.add(name);
			const fitting = isNew ? fittingPlace(unseen, place) : undefined;
			if (fitting) unseen.delete(fitting);
			return unseen.size === 0;
		};
		const onPlace = () => {
			streak = new Streak();
		};
		const isFarEnough = () => streak.isLong;
		const lookingFor = { onJob, onPlace, isFarEnough };
		const isSure = provenance.isRetry || isRerun;
		const places = this.placesOf(entries);
		let end = await this.search(places, isSure ? DEEPEST_JOBS : PROBE_JOBS, lookingFor);
		if (!isSure) {
			// Nothing of this execution among the newest jobs: it has not run before.
			// What could not be made out may be of it.
			if (hasRun || end.hasGaps) end = await this.search(places, DEEPEST_JOBS, lookingFor);
			else if (!isPassing(end.failure)) end = { ...COMPLETE, failure: end.failure };
		}
		const others = this.otherPlacesOf(places);
		let hasSeenAll = end.isComplete && end.failure === undefined;
		if (provenance.isRetry && unseen.size > 0 && others.accounts.length > 0) {
			// What another account can't show keeps nothing from being submitted to this one.
			const { isComplete, failure } = await this.search(others, DEEPEST_JOBS, lookingFor);
			end = { ...end, failure: end.failure ?? failure };
			hasSeenAll &&= isComplete && failure === undefined;
		}
		// It ends early once each item has a job.
		const isAll = hasSeenAll && unseen.size > 0;
		return { end, found: [...found.values()], hasSeenAll, isAll };
	}

	private namesOfRunning({ jobId, reference }: RunningJob): string[] {
		const place = this.provenance.placeOf(reference);
		return place ? namesOf({ place, report: this.parts.service.blank(jobId) }) : [jobId];
	}

	private async search(
		places: Places,
		deepest: number,
		lookingFor: Pick<JobSearch, 'onJob' | 'onPlace' | 'isFarEnough'>,
	): Promise<SearchEnd> {
		const search = { ...places, deepest, ...lookingFor };
		return (await this.parts.service.search?.(search)) ?? COMPLETE;
	}

	/** The accounts that are left: somebody may have chosen another one for the retry. */
	private otherPlacesOf({ accounts, kinds }: Places): Places {
		return { accounts: this.parts.slots.names.filter((name) => !accounts.includes(name)), kinds };
	}

	/** Where the jobs of some entries would be. */
	private placesOf(entries: readonly Entry[]): Places {
		const submissions = entries.flatMap(({ submission }) => submission ?? []);
		const chosen = new Set(submissions.map(({ account }) => account));
		const { names } = this.parts.slots;
		const known = names.length > 0 ? names : [...chosen].flatMap((account) => account ?? []);
		return {
			// One that is not configured any more has nothing to show, and its items have an error of their own.
			accounts: known.filter((name) => chosen.has(undefined) || chosen.has(name)),
			kinds: [...new Set(submissions.map(({ kind }) => kind))],
		};
	}
}

/** Where the item stands that a job was made for: rows may have come in another order. */
function fittingPlace(places: ReadonlySet<Place>, { item, digest }: Place): Place | undefined {
	const fitting = [...places].filter((place) =>
		digest === undefined ? place.item === item : place.digest === digest,
	);
	return fitting.find((place) => place.item === item) ?? fitting[0];
}

/** How many jobs of others came last at an account and kind, once one that is of use was there. */
class Streak {
	private missed: number | undefined;

	pass(isOfUse: boolean): void {
		if (isOfUse) this.missed = 0;
		else if (this.missed !== undefined) this.missed++;
	}

	get isLong(): boolean {
		return this.missed !== undefined && this.missed >= ENOUGH_OTHERS;
	}
}

/** Whether the same search may succeed later. */
export const isPassing = (failure: Failure | undefined): boolean =>
	failure !== undefined && provesNothing(failure);

const COMPLETE: SearchEnd = { isComplete: true, hasGaps: false, failure: undefined };
