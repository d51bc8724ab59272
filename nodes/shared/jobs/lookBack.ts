import { isNotThere, type Failure } from '../api/failure';
import { mapConcurrently } from '../n8n/concurrency';
import type { Book } from './book';
import { Finder, isPassing, READS_AT_ONCE, type Listed, type Wanted } from './finder';
import { matchSightings, namesOf, type Sighting, type Trace } from './match';
import type { Memory, Remembered } from './memory';
import { Provenance, type LookBackOptions } from './provenance';
import { isOtherContent, readReplyReference, submissionKey, type Place } from './reference';
import { keepsReferences, type JobReport, type JobService, type RunningJob } from './service';
import type { Slots } from './slots';
import type { Entry } from './state';

/** An item that waits to be submitted, and where it stands. */
interface Queued {
	entry: Entry;
	place: Place;
}

/** Finds the jobs of submissions that were made before, so that none is made twice. */
export class LookBack {
	private readonly provenance: Provenance;

	private readonly finder: Finder;

	/** The names of what has found its item: `namesOf` says which. */
	private readonly claimed = new Set<string>();

	/** The lost answers that memory knows of former executions: whether there are jobs, the API's lists tell. */
	private lost: Sighting[] = [];

	/** A job may go by several references, and is read once. */
	private readonly reads = new Map<string, ReturnType<JobService['read']>>();

	constructor(
		private readonly book: Book,
		options: LookBackOptions,
		private readonly parts: { service: JobService; memory: Memory; slots: Slots },
	) {
		this.provenance = new Provenance(options, parts.memory);
		this.finder = new Finder(this.provenance, parts);
	}

	/**
	 * Whether what was submitted before has to be searched for: nobody pays for it in calls but who needs it.
	 *
	 * @param running the running jobs, before this run has submitted any
	 */
	isNeeded(running: readonly RunningJob[]): boolean {
		return this.provenance.isRetry || this.provenance.mayHaveRun(running);
	}

	/** Takes over what memory knows. */
	async recall(): Promise<void> {
		this.pair(this.queued(), await this.remembered());
	}

	/**
	 * Takes over what was submitted before and runs, or, if it has to be searched for, has finished. Where the search was cut
	 * short, what it has not found is not submitted.
	 */
	async takeOver(listed: Listed): Promise<void> {
		const { running, isWhole } = listed;
		const queued = this.queued();
		if (queued.length === 0) return;
		const sightings = new Map<string, Sighting>();
		const see = async (reference: string | undefined, report: JobReport) => {
			const sighting = await this.toSighting(reference, report);
			if (!sighting || this.isClaimed(sighting)) return;
			sightings.set(sighting.reference, sightings.get(sighting.reference) ?? sighting);
		};
		for (const { jobId, reference } of running) await see(reference, this.blank(jobId));
		const places = this.unseenAmong(queued, [...sightings.values()]);
		const isNeeded = places.length > 0 && this.isNeeded(running);
		const wanted: Wanted = {
			entries: queued.map(({ entry }) => entry),
			places,
			isClaimed: this.isClaimed.bind(this),
		};
		const findings = isNeeded ? await this.finder.findFormer(wanted, listed) : undefined;
		for (const report of findings?.found ?? []) await see(report.reference, report);
		this.pair(queued, [...sightings.values()]);
		if (!findings) return;
		const { end, found, hasSeenAll } = findings;
		const settled = new Set(
			[...running, ...found].map(({ reference }) => submissionKey(reference)),
		);
		this.lost = this.lost.filter(({ reference }) => !settled.has(submissionKey(reference)));
		// What an account whose session is dead has made can't be seen, but must not keep the others from working.
		if (!end.isComplete || !isWhole) this.leaveUnchecked(end.failure);
		else if (!hasSeenAll) {
			this.keepInDoubt(end.failure);
			this.noteUnsearched();
		}
		// What was found is not all yet.
		if (this.settlesAt > this.book.now) this.parts.memory.formerJobs.clear();
	}

	/** When the API's lists have whatever a lost answer may have left for a queued item, in milliseconds since the epoch. */
	get settlesAt(): number {
		const times = this.stillLost().map(
			({ wanted: { entry }, sighting: { lostAt = 0 } }) =>
				lostAt + (entry.submission?.settleMs ?? 0),
		);
		return Math.max(0, ...times);
	}

	private stillLost() {
		return matchSightings(this.queued(), this.lost).filter(({ kind }) => kind === 'same');
	}

	/** Submits nothing for items that may have been submitted before. */
	leaveUnchecked(failure: Failure | undefined): void {
		this.noteUnsearched();
		for (const entry of this.book.inState('queued')) {
			this.book.advance(entry, { type: 'gaveUp', problem: { kind: 'unchecked', failure } });
		}
	}

	/** Of what this run does not submit, nobody can say that nothing was. */
	private noteUnsearched(): void {
		const { pattern } = this.provenance;
		for (const entry of this.book.inState('queued')) {
			this.book.advance(entry, { type: 'unsearched', pattern });
		}
	}

	/** A lost answer may have been of an account that could not be searched. */
	private keepInDoubt(failure: Failure | undefined): void {
		for (const { wanted, sighting } of this.stillLost()) {
			this.arrive(wanted, sighting, failure);
		}
	}

	/** Takes over running jobs that carry the reference of an item. */
	takeOverRunning(running: readonly RunningJob[]): void {
		const find = findByReference(this.book.inState('queued', 'unsettled'));
		for (const { jobId, reference } of running) {
			const entry = find(reference);
			if (entry) this.book.advance(entry, { type: 'found', report: this.blank(jobId) });
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
		const find = findByReference(due);
		const onJob = (report: JobReport) => {
			const entry = find(report.reference);
			if (entry) book.advance(entry, { type: 'found', report });
			return !isInDoubt();
		};
		let end = await this.finder.findThose(due, onJob);
		// What could not be made out may be one of them.
		if (end.hasGaps && isInDoubt()) end = await this.finder.findThose(due, onJob);
		// What a passing fault has kept from being searched is searched in the next round.
		if (isPassing(end.failure)) return;
		for (const entry of due) if (entry.state.name === 'unsettled') decide(entry);
	}

	private queued(): Queued[] {
		return this.book.inState('queued').flatMap((entry) => {
			const place = readReplyReference(entry.reference);
			return entry.submission && place ? [{ entry, place }] : [];
		});
	}

	/** What the tries before have left in memory; of a retried execution only what has not failed. */
	private async remembered(): Promise<Sighting[]> {
		const sightings = await mapConcurrently(
			this.parts.memory.all(),
			READS_AT_ONCE,
			async (one) => await this.recollect(one),
		);
		return sightings.flatMap((sighting) => sighting ?? []);
	}

	private async recollect({
		reference,
		jobId,
		facts = NONE,
		isResubmitted,
		lostAt,
	}: Remembered): Promise<Sighting | undefined> {
		const { provenance } = this;
		const { service } = this.parts;
		const place = provenance.placeOf(reference);
		if (!place) return undefined;
		const report = jobId === undefined ? undefined : { ...service.blank(jobId), facts };
		const trace = {
			...{ place, reference, report, isResubmitted },
			// The clock of that machine may be ahead.
			lostAt: Math.min(lostAt, this.book.now),
		};
		if (provenance.isThisExecution(place)) return { ...trace, isSameInput: true, isOfDead: false };
		const end = await provenance.leftBehind(place);
		if (end === undefined) return undefined;
		const former = { ...trace, isSameInput: false, isOfDead: end === 'died' };
		if (jobId === undefined) {
			// Where the API lists what was submitted, its lists tell what became of a lost answer.
			if (!keepsReferences(service)) return former;
			this.lost.push(former);
			return undefined;
		}
		// A try before this one has taken it over.
		if (provenance.isKnown(jobId)) return undefined;
		const reading = this.reads.get(jobId) ?? service.read(jobId);
		this.reads.set(jobId, reading);
		const answer = await reading;
		if (!answer.ok) return isNotThere(answer.failure) ? undefined : former;
		const read = { ...answer.body, facts: { ...facts, ...answer.body.facts } };
		return this.isOfUse(read) ? { ...former, report: read } : undefined;
	}

	/** A job as a trace of this run, if it is one. */
	private async toSighting(
		reference: string | undefined,
		report: JobReport,
	): Promise<Sighting | undefined> {
		const { provenance } = this;
		const place = provenance.placeOf(reference);
		if (reference === undefined || !place) return undefined;
		let isOfDead = false;
		if (!provenance.isThisExecution(place)) {
			const end = this.isOfUse(report) ? await provenance.leftBehind(place) : undefined;
			if (end === undefined || (end === 'any' && place.digest === undefined)) return undefined;
			isOfDead = end === 'died';
		}
		return { place, reference, report, isResubmitted: false, isSameInput: false, isOfDead };
	}

	/** Whoever retries an execution wants to try again what has failed in it. */
	private isOfUse({ status, jobId }: JobReport): boolean {
		return status !== 'failed' && !this.provenance.isKnown(jobId);
	}

	private blank(jobId: string): JobReport {
		return this.parts.service.blank(jobId);
	}

	/** Where the items stand of which this execution has no job among some. */
	private unseenAmong(queued: readonly Queued[], sightings: readonly Sighting[]): Place[] {
		const ofThis = sightings.filter(({ place }) => this.provenance.isThisExecution(place));
		const matches = matchSightings(queued, ofThis).filter(({ kind }) => kind === 'same');
		const seen = new Set(matches.map(({ wanted }) => wanted));
		return queued.filter((one) => !seen.has(one)).map(({ place }) => place);
	}

	private isClaimed(trace: Trace): boolean {
		return namesOf(trace).some((name) => this.claimed.has(name));
	}

	private pair(queued: readonly Queued[], sightings: readonly Sighting[]): void {
		const { provenance } = this;
		const ofThis = sightings.filter(({ place }) => provenance.isThisExecution(place));
		const open = () => queued.filter(({ entry }) => entry.state.name === 'queued');
		for (const { kind, wanted, sighting } of matchSightings(open(), ofThis)) {
			for (const name of namesOf(sighting)) this.claimed.add(name);
			if (kind === 'contradiction') this.contradict(wanted, sighting);
			else this.arrive(wanted, sighting);
		}
		const isOfThisRun = ({ place }: Sighting) => Number(provenance.isThisRun(place));
		const ofFormer = sightings
			.filter(({ place }) => !provenance.isThisExecution(place))
			.sort((one, other) => isOfThisRun(other) - isOfThisRun(one));
		for (const { kind, wanted, sighting } of matchSightings(open(), ofFormer)) {
			const { report, place, isOfDead } = sighting;
			if (kind === 'same') this.arrive(wanted, sighting);
			// What was made before the node has failed may have been changed since. Where it has died, only what nodes before it make
			// anew is different, and that is for somebody to decide.
			else if (report && isOfDead && provenance.isThisRun(place)) this.contradict(wanted, sighting);
		}
	}

	/** The item goes on with what was submitted for it, or may have been. A sleeping execution is known by references of its own. */
	private arrive(
		{ entry }: Queued,
		{ place, reference, report, isResubmitted }: Sighting,
		cause?: Failure,
	): void {
		const isOwn = this.provenance.isThisExecution(place);
		this.book.advance(
			entry,
			report
				? { type: 'found', report, ...(isOwn && { reference, isResubmitted }) }
				: { type: 'lost', reference, cause, isResubmitted },
		);
	}

	private contradict({ entry }: Queued, { reference, report }: Sighting): void {
		const problem = { kind: 'contradicted', reference, jobId: report?.jobId } as const;
		this.book.advance(entry, { type: 'gaveUp', problem });
	}
}

/** @returns a search for the entry that a job was submitted for, among some: not for one whose row has another's place now */
function findByReference(
	entries: readonly Entry[],
): (reference: string | undefined) => Entry | undefined {
	const byKey = new Map(entries.map((entry) => [submissionKey(entry.soughtReference), entry]));
	return (reference) => {
		const entry = byKey.get(submissionKey(reference));
		return isOtherContent(reference, entry?.soughtReference) ? undefined : entry;
	};
}

/** The answer to the submission has told nothing that only it tells. */
const NONE = {};

function isDue({ state, submission }: Entry, now: number): boolean {
	if (state.name !== 'unsettled' || !submission) return false;
	return now - state.since >= submission.settleMs;
}
