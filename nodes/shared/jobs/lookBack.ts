import type { Failure } from '../api/failure';
import { mapConcurrently } from '../n8n/concurrency';
import type { Book } from './book';
import { matchSightings, namesOf, type Sighting, type Trace } from './match';
import type { Memory } from './memory';
import {
	isSameNode,
	isSameRun,
	patternOf,
	readReplyReference,
	type Place,
	type RunMarks,
} from './reference';
import {
	isOver,
	type JobReport,
	type JobSearch,
	type JobService,
	type RunningJob,
	type SearchEnd,
	type Submission,
} from './service';
import type { Slots } from './slots';
import type { Entry } from './state';
import { provesNothing } from './waiting/reading';

export interface LookBackOptions {
	/** What the references of this run have in common. */
	marks: RunMarks;
	/** Whether n8n may have begun this execution before, in a process that died and left no memory. */
	mayHaveDied: boolean;
	/**
	 * For a retry of an execution: whether a former one has ended without handing over what this node has made in a run of it.
	 * Undefined where the run does not retry another.
	 */
	hasLeftBehind: ((executionId: string, run: string) => Promise<boolean>) | undefined;
}

/** How many of the newest jobs tell whether an execution has run before. */
const PROBE_JOBS = 10;
/** How many finished jobs of an account and kind are looked at before a search is given up. */
const DEEPEST_JOBS = 2_000;
/** So many jobs of others behind the last one of this node: what it submitted together lies before them. */
const ENOUGH_OTHERS = 200;
const READS_AT_ONCE = 5;

/** An item that waits to be submitted, and where it stands. */
interface Queued {
	entry: Entry;
	submission: Submission;
	place: Place;
}

/** Finds the jobs of submissions that were made before, so that none is made twice. */
export class LookBack {
	private readonly formerRuns = new Map<string, Promise<boolean>>();

	/** The names of what has found its item: `namesOf` says which. */
	private readonly claimed = new Set<string>();

	constructor(
		private readonly book: Book,
		private readonly options: LookBackOptions,
		private readonly parts: { service: JobService; memory: Memory; slots: Slots },
	) {}

	/**
	 * Whether what was submitted before has to be searched for: nobody pays for it in calls but who needs it.
	 *
	 * @param running the running jobs, before this run has submitted any
	 */
	isNeeded(running: readonly RunningJob[]): boolean {
		const { mayHaveDied, hasLeftBehind } = this.options;
		return mayHaveDied || hasLeftBehind !== undefined || this.showsEarlierTry(running);
	}

	/** Takes over what memory knows. */
	async recall(): Promise<void> {
		this.pair(this.queued(), await this.remembered());
	}

	/**
	 * Takes over what was submitted before and runs, or, if it has to be searched for, has finished. Where the search was cut
	 * short, what it has not found is not submitted.
	 *
	 * @param isWhole whether all that runs could be made out
	 */
	async takeOver(running: readonly RunningJob[], isWhole: boolean): Promise<void> {
		const queued = this.queued();
		if (queued.length === 0) return;
		const sightings = new Map<string, Sighting>();
		const unseen = new Set(queued.map(({ place }) => place.item));
		const see = async (reference: string | undefined, report: JobReport) => {
			const sighting = await this.toSighting(reference, report);
			if (!sighting || this.isClaimed(sighting)) return;
			sightings.set(sighting.reference, sightings.get(sighting.reference) ?? sighting);
			if (this.isThisExecution(sighting.place)) unseen.delete(sighting.place.item);
		};
		for (const { jobId, reference } of running) {
			await see(reference, this.blank(jobId));
		}
		const isNeeded = unseen.size > 0 && this.isNeeded(running);
		const { end, found } = isNeeded
			? await this.findFinished(queued, unseen, running, isWhole)
			: { end: COMPLETE, found: [] };
		for (const report of found) await see(report.reference, report);
		this.pair(queued, [...sightings.values()]);
		// What an account whose session is dead has made can't be seen, but must not keep the others from working.
		if (!end.isComplete || (isNeeded && !isWhole)) this.leaveUnchecked(end.failure);
		else if (end.failure) this.book.unchecked = this.pattern;
	}

	/** Submits nothing for items that may have been submitted before. */
	leaveUnchecked(failure: Failure | undefined): void {
		const { pattern } = this;
		for (const entry of this.book.inState('queued')) {
			this.book.advance(entry, {
				type: 'gaveUp',
				problem: { kind: 'unchecked', failure, pattern },
			});
		}
	}

	private get pattern(): string {
		const { marks, hasLeftBehind } = this.options;
		return patternOf(marks, { isOfAnyExecution: hasLeftBehind !== undefined });
	}

	/** Takes over running jobs that carry the reference of an item. */
	takeOverRunning(running: readonly RunningJob[]): void {
		const byReference = new Map(running.map((job) => [keyOf(job.reference), job]));
		for (const entry of this.book.inState('queued', 'unsettled')) {
			const job = byReference.get(keyOf(entry.soughtReference));
			if (!job) continue;
			this.book.advance(entry, { type: 'found', report: this.blank(job.jobId) });
		}
	}

	/**
	 * Ends the doubt about submissions that were looked for long enough.
	 *
	 * @param decide what becomes of an item whose job is nowhere
	 */
	async settle(decide: (entry: Entry) => void): Promise<void> {
		const { book } = this;
		const due = book.inState('unsettled').filter((entry) => isDue(entry, book.now));
		if (due.length === 0) return;
		const isInDoubt = () => due.some(({ state }) => state.name === 'unsettled');
		const sought = new Map(due.map((entry) => [keyOf(entry.soughtReference), entry]));
		const onJob = (report: JobReport) => {
			const entry = sought.get(keyOf(report.reference));
			if (entry) book.advance(entry, { type: 'found', report });
			return !isInDoubt();
		};
		let end = await this.search(due, DEEPEST_JOBS, { onJob });
		// What could not be made out may be one of them.
		if (end.hasGaps && isInDoubt()) end = await this.search(due, DEEPEST_JOBS, { onJob });
		// What a passing fault has kept from being searched is searched in the next round.
		if (isPassing(end.failure)) return;
		for (const entry of due) if (entry.state.name === 'unsettled') decide(entry);
	}

	private queued(): Queued[] {
		return this.book.inState('queued').flatMap((entry) => {
			const place = readReplyReference(entry.reference);
			return entry.submission && place ? [{ entry, submission: entry.submission, place }] : [];
		});
	}

	/** What the tries before have left in memory; of a retried execution only what has not failed. */
	private async remembered(): Promise<Sighting[]> {
		const { memory, service } = this.parts;
		const sightings = await mapConcurrently(
			memory.all(),
			READS_AT_ONCE,
			async ({ reference, jobId, facts = NONE, isResubmitted }): Promise<Sighting | undefined> => {
				const place = readReplyReference(reference);
				if (!place || !this.isOfInterest(place)) return undefined;
				const report = jobId === undefined ? undefined : { ...service.blank(jobId), facts };
				if (this.isThisExecution(place)) {
					return { place, reference, report, isResubmitted, isSameInput: true };
				}
				if (jobId === undefined || !(await this.isLeftBehind(place))) return undefined;
				const answer = await service.read(jobId);
				return answer.ok ? await this.toSighting(reference, answer.body) : undefined;
			},
		);
		return sightings.flatMap((sighting) => sighting ?? []);
	}

	/** A job as a trace of this run, if it is one. */
	private async toSighting(
		reference: string | undefined,
		report: JobReport,
	): Promise<Sighting | undefined> {
		const place = readReplyReference(reference);
		if (reference === undefined || !place || !this.isOfInterest(place)) {
			return undefined;
		}
		if (!this.isThisExecution(place)) {
			// Whoever retries an execution wants to try again what has failed in it.
			const isOfUse = report.status !== 'failed' && !this.isKnown(report.jobId);
			if (!isOfUse || !(await this.isLeftBehind(place))) return undefined;
		}
		return { place, reference, report, isResubmitted: false, isSameInput: false };
	}

	private isThisExecution({ executionId }: Place): boolean {
		return executionId === this.options.marks.executionId;
	}

	/** A job of this node: of this very run, or of any run of a former execution. */
	private isOfInterest(place: Place): boolean {
		const { marks } = this.options;
		return isSameRun(place, marks) || (isSameNode(place, marks) && !this.isThisExecution(place));
	}

	/** Whether this execution has the job already, be it for another run of the node. */
	private isKnown(jobId: string): boolean {
		return this.parts.memory.all().some((remembered) => {
			const place = readReplyReference(remembered.reference);
			return remembered.jobId === jobId && place !== undefined && this.isThisExecution(place);
		});
	}

	private async isLeftBehind({ executionId, run }: Place): Promise<boolean> {
		const { hasLeftBehind } = this.options;
		if (!hasLeftBehind) return false;
		const key = JSON.stringify([executionId, run]);
		const known = this.formerRuns.get(key) ?? hasLeftBehind(executionId, run);
		this.formerRuns.set(key, known);
		return await known;
	}

	/** Whether a running job of this execution is there that nobody remembers. */
	private showsEarlierTry(running: readonly RunningJob[]): boolean {
		const remembered = new Set(this.parts.memory.all().map(({ reference }) => keyOf(reference)));
		return running.some(({ reference }) => {
			const place = readReplyReference(reference);
			return (
				place !== undefined &&
				isSameRun(place, this.options.marks) &&
				!remembered.has(keyOf(reference))
			);
		});
	}

	/** Searches what has finished; for a retry only in the first round of a loop: to what former executions have made nothing is added. */
	private async findFinished(
		queued: readonly Queued[],
		items: ReadonlySet<number>,
		running: readonly RunningJob[],
		isWhole: boolean,
	): Promise<{ end: SearchEnd; found: readonly JobReport[] }> {
		const { memory } = this.parts;
		const where = JSON.stringify(this.placesOf(queued.map(({ entry }) => entry)));
		const isRerun = this.showsEarlierTry(running);
		// What this execution itself may have made is looked for each time.
		const { hasLeftBehind, mayHaveDied } = this.options;
		const isOfFormer = hasLeftBehind !== undefined && !mayHaveDied && !isRerun;
		const known = isOfFormer ? memory.formerJobs.get(where) : undefined;
		if (known) {
			const found = await this.renew(known, running);
			memory.formerJobs.set(where, found);
			return { end: COMPLETE, found };
		}
		const { end, found, isAll } = await this.searchFinished(queued, items, isRerun);
		if (isOfFormer && isAll && isWhole) {
			const runs = running.filter(({ reference }) => this.isOfNode(reference));
			memory.formerJobs.set(where, [
				...found,
				...runs.map(({ jobId, reference }) => ({ ...this.blank(jobId), reference })),
			]);
		}
		return { end, found };
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
			// The API does not know it any more: nobody can take it over.
			return provesNothing(answer.failure) ? report : [];
		});
		return renewed.flat();
	}

	private isOfNode(reference: string | undefined): boolean {
		const place = readReplyReference(reference);
		return place !== undefined && this.isOfInterest(place);
	}

	private blank(jobId: string): JobReport {
		return this.parts.service.blank(jobId);
	}

	/**
	 * @param items those of which no job is among the running ones
	 * @param isRerun whether a running job tells that this execution has run before
	 * @returns all jobs of this node that were met on the way, and whether there are no others
	 */
	private async searchFinished(
		queued: readonly Queued[],
		items: ReadonlySet<number>,
		isRerun: boolean,
	): Promise<{ end: SearchEnd; found: JobReport[]; isAll: boolean }> {
		const entries = queued.map(({ entry }) => entry);
		const found = new Map<string, JobReport>();
		const unseen = new Set(items);
		let hasRun = isRerun;
		/** How many jobs of others came last at this account and kind, once one that is of use was there. */
		let missed: number | undefined;
		const pass = (isOfUse: boolean) => {
			if (isOfUse) missed = 0;
			else if (missed !== undefined) missed++;
		};
		const onJob = (report: JobReport) => {
			const { jobId, reference } = report;
			const place = readReplyReference(reference);
			if (!place || reference === undefined || !this.isOfInterest(place)) {
				pass(false);
				return false;
			}
			found.set(jobId, report);
			if (!this.isThisExecution(place)) {
				// Whether that can't be told is told once more, when all are found.
				this.isLeftBehind(place).then(pass, () => undefined);
				return false;
			}
			hasRun = true;
			pass(true);
			if (!this.isClaimed({ place, report })) unseen.delete(place.item);
			return unseen.size === 0;
		};
		const onPlace = () => {
			missed = undefined;
		};
		const isFarEnough = () => missed !== undefined && missed >= ENOUGH_OTHERS;
		const lookingFor = { onJob, onPlace, isFarEnough };
		const isSure = this.options.hasLeftBehind !== undefined || isRerun;
		let end = await this.search(entries, isSure ? DEEPEST_JOBS : PROBE_JOBS, lookingFor);
		if (!isSure) {
			// Nothing of this execution among the newest jobs: it has not run before.
			// What could not be made out may be of it.
			if (hasRun || end.hasGaps) end = await this.search(entries, DEEPEST_JOBS, lookingFor);
			else if (!isPassing(end.failure)) end = { ...COMPLETE, failure: end.failure };
		}
		// It ends early once each item has a job.
		const isAll = end.isComplete && end.failure === undefined && unseen.size > 0;
		return { end, found: [...found.values()], isAll };
	}

	private isClaimed(trace: Trace): boolean {
		return namesOf(trace).some((name) => this.claimed.has(name));
	}

	private pair(queued: readonly Queued[], sightings: readonly Sighting[]): void {
		const ofThis = sightings.filter(({ place }) => this.isThisExecution(place));
		const open = () => queued.filter(({ entry }) => entry.state.name === 'queued');
		for (const { kind, wanted, sighting } of matchSightings(open(), ofThis)) {
			const { reference, report, isResubmitted } = sighting;
			for (const name of namesOf(sighting)) this.claimed.add(name);
			if (kind === 'contradiction') {
				const jobId = report?.jobId;
				const problem = { kind: 'contradicted', reference, jobId } as const;
				this.book.advance(wanted.entry, { type: 'gaveUp', problem });
			} else if (report) {
				this.book.advance(wanted.entry, { type: 'found', report, reference, isResubmitted });
			} else {
				const event = { type: 'lost', reference, cause: undefined, isResubmitted } as const;
				this.book.advance(wanted.entry, event);
			}
		}
		const isSameRunOf = ({ place }: Sighting) => place.run === this.options.marks.run;
		const ofFormer = sightings
			.filter(({ place }) => !this.isThisExecution(place))
			.sort((one, other) => Number(isSameRunOf(other)) - Number(isSameRunOf(one)));
		for (const { kind, wanted, sighting } of matchSightings(open(), ofFormer)) {
			// What a former execution has made for something else is not what is wanted now.
			if (kind === 'contradiction' || !sighting.report) continue;
			this.book.advance(wanted.entry, { type: 'found', report: sighting.report });
		}
	}

	private async search(
		entries: readonly Entry[],
		deepest: number,
		lookingFor: Pick<JobSearch, 'onJob' | 'onPlace' | 'isFarEnough'>,
	): Promise<SearchEnd> {
		const search = { ...this.placesOf(entries), deepest, ...lookingFor };
		return (await this.parts.service.search?.(search)) ?? COMPLETE;
	}

	/** Where the jobs of some entries would be. */
	private placesOf(entries: readonly Entry[]): Pick<JobSearch, 'accounts' | 'kinds'> {
		const submissions = entries.flatMap(({ submission }) => submission ?? []);
		const chosen = new Set(submissions.map(({ account }) => account));
		const accounts = chosen.has(undefined) ? this.parts.slots.names : [...chosen];
		return {
			accounts: accounts.flatMap((account) => account ?? []),
			kinds: [...new Set(submissions.map(({ kind }) => kind))],
		};
	}
}

/** Whether the same search may succeed later. */
const isPassing = (failure: Failure | undefined): boolean =>
	failure !== undefined && provesNothing(failure);

/** The answer to the submission has told nothing that only it tells. */
const NONE = {};
const COMPLETE: SearchEnd = { isComplete: true, hasGaps: false, failure: undefined };

/** Tells the job of an item from all others, also where the API has cut its reference behind that. */
function keyOf(reference: string | undefined): string | undefined {
	const place = readReplyReference(reference);
	if (!place) return reference;
	const { scope, executionId, node, run, item } = place;
	return JSON.stringify([scope, executionId, node, run, item]);
}

function isDue({ state, submission }: Entry, now: number): boolean {
	if (state.name !== 'unsettled' || !submission) return false;
	return now - state.since >= submission.settleMs;
}
