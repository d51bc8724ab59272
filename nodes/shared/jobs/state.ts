import type { Failure } from '../api/failure';
import { isOver, type JobReport, type Submission } from './service';
import type { Slot } from './slots';

/** Why an item has no finished job. */
export type Problem =
	/** The vendor says that the job failed. */
	| { kind: 'failed'; report: JobReport }
	/** The API says of the job what its pages do not know. */
	| { kind: 'unknownStatus'; report: JobReport }
	/** The API has said twice that it does not know the job. */
	| { kind: 'gone'; report: JobReport; failure: Failure }
	/** The job is known, but can't be read. */
	| { kind: 'unreadable'; report: JobReport; failure: Failure }
	/** Still running when the time was up, or not seen to have ended: the last look has failed, or there was none. */
	| {
			kind: 'timedOut';
			report: JobReport;
			waited: number;
			unseen?: Failure | 'notLookedAt' | undefined;
	  }
	/** The API refused the submission: this run has submitted nothing. */
	| { kind: 'rejected'; failure: Failure }
	/** A submission whose answer was lost, and whose job can't be found. */
	| { kind: 'uncertain'; failure: Failure | undefined; candidates: readonly string[] }
	/** Its place has a job that was made for something else. */
	| { kind: 'contradicted'; reference: string; jobId: string | undefined }
	/** The API can't be asked what an earlier run may have submitted. */
	| { kind: 'unchecked'; failure: Failure | undefined }
	/** No slot came free in time: this run has submitted nothing. The failure is the last refusal. */
	| { kind: 'noSlot'; waited: number; failure?: Failure | undefined }
	/** The accounts cannot pay for it: it is not submitted. */
	| { kind: 'noCredits'; accounts: string[]; left: number }
	/** No account can take it: this run has submitted nothing. */
	| { kind: 'noAccount'; wanted: string | undefined; configured: string[]; isAmbiguous: boolean };

export type Outcome = { ok: true; report: JobReport } | { ok: false; problem: Problem };

/** Why the API does not yet count as sure about a job, and since when, in milliseconds since the epoch. */
export interface Suspicion {
	of: 'gone' | 'unknownStatus';
	since: number;
}

/** Where an item is on its way. Times are milliseconds since the epoch. */
export type State =
	| { name: 'queued' }
	| { name: 'submitting' }
	/** It is not known whether the submission took effect; it is looked for by its reference. */
	| { name: 'unsettled'; since: number; cause: Failure | undefined }
	| { name: 'running'; since: number; report: JobReport; suspicion: Suspicion | undefined }
	| { name: 'done'; outcome: Outcome };

/** What happens to an item. */
export type Event =
	| { type: 'slotTaken'; slot: Slot }
	| { type: 'accepted'; report: JobReport }
	| { type: 'lost'; reference: string; cause: Failure | undefined; isResubmitted?: boolean }
	/** `reference`: what it was submitted with, where an earlier try has done so. */
	| { type: 'found'; report: JobReport; reference?: string; isResubmitted?: boolean }
	| { type: 'sentBack' }
	/** What a run before this one may have submitted could not be searched for; `pattern`: what its references are like. */
	| { type: 'unsearched'; pattern: string }
	| { type: 'read'; report: JobReport }
	/** The API itself says that it does not know the job. */
	| { type: 'missed'; failure: Failure }
	| { type: 'gaveUp'; problem: Problem };

/** How far apart the API has to say twice what is hard to believe, in milliseconds. */
export const SURE_AFTER_MS = 5_000;

/**
 * Makes every step from one state to the next.
 *
 * @param now milliseconds since the epoch
 * @returns the next state, or undefined for an event that the state does not know
 */
export function step(state: State, event: Event, now: number): State | undefined {
	if (state.name === 'done') return undefined;
	if (event.type === 'gaveUp') return failed(event.problem);
	switch (state.name) {
		case 'queued':
			if (event.type === 'slotTaken') return { name: 'submitting' };
			if (event.type === 'unsearched') return state;
			if (event.type === 'lost') return unsettled(event, now);
			return event.type === 'found' ? arrived(event.report, now) : undefined;
		case 'submitting':
			if (event.type === 'accepted') return arrived(event.report, now);
			if (event.type === 'lost') return unsettled(event, now);
			return event.type === 'sentBack' ? { name: 'queued' } : undefined;
		case 'unsettled':
			if (event.type === 'found') return arrived(event.report, now);
			return event.type === 'sentBack' ? { name: 'queued' } : undefined;
		case 'running':
			if (event.type === 'read') return heard(state, merge(state.report, event.report), now);
			return event.type === 'missed' ? missed(state, event.failure, now) : undefined;
	}
}

const failed = (problem: Problem): State => ({ name: 'done', outcome: { ok: false, problem } });

const unsettled = ({ cause }: Extract<Event, { type: 'lost' }>, now: number): State => ({
	name: 'unsettled',
	since: now,
	cause,
});

/** The API has a job for the item. */
const arrived = (report: JobReport, now: number): State =>
	ended(report) ?? { name: 'running', since: now, report, suspicion: undefined };

/** What was known of a job before is kept where a later answer does not say it. */
const merge = (known: JobReport, report: JobReport): JobReport => ({
	...report,
	// The API may have cut it, or not have kept it.
	reference: known.reference ?? report.reference,
	message: report.message ?? known.message,
	facts: { ...known.facts, ...report.facts },
});

function ended(report: JobReport): State | undefined {
	if (!isOver(report)) return undefined;
	if (report.status === 'failed') return failed({ kind: 'failed', report });
	return { name: 'done', outcome: { ok: true, report } };
}

type Running = Extract<State, { name: 'running' }>;

function heard(state: Running, report: JobReport, now: number): State {
	if (report.status !== 'unknown') {
		return ended(report) ?? { ...state, report, suspicion: undefined };
	}
	const suspicion = suspect(state, 'unknownStatus', now);
	return isSure(suspicion, now)
		? failed({ kind: 'unknownStatus', report })
		: { ...state, report, suspicion };
}

function missed(state: Running, failure: Failure, now: number): State {
	const suspicion = suspect(state, 'gone', now);
	return isSure(suspicion, now)
		? failed({ kind: 'gone', report: state.report, failure })
		: { ...state, suspicion };
}

const suspect = ({ suspicion }: Running, of: Suspicion['of'], now: number): Suspicion =>
	suspicion?.of === of ? suspicion : { of, since: now };

const isSure = ({ since }: Suspicion, now: number) => now - since >= SURE_AFTER_MS;

/** What an item has been through besides the state that it is in. */
export interface Trail {
	/** Its job was submitted before this run, and found again. */
	isFound: boolean;
	/** Nobody knows what became of it when it was sent, and it may be sent again, because the user has chosen so. */
	wasInDoubt: boolean;
	/** It was sent again. */
	isResubmitted: boolean;
	/** The reference that a submission went out with: an earlier try may have had another token. */
	soughtBy?: string | undefined;
	/** What the references of a run before are like that may have submitted it, and could not be searched for. */
	unsearched?: string | undefined;
}

const NOTHING_YET: Trail = { isFound: false, wasInDoubt: false, isResubmitted: false };

const follow = (trail: Trail, state: State, event: Event): Trail => ({
	isFound: trail.isFound || event.type === 'found',
	wasInDoubt: trail.wasInDoubt || (state.name === 'unsettled' && event.type === 'sentBack'),
	isResubmitted:
		trail.isResubmitted ||
		('isResubmitted' in event && event.isResubmitted === true) ||
		(trail.wasInDoubt && (event.type === 'accepted' || event.type === 'lost')),
	soughtBy: ('reference' in event ? event.reference : undefined) ?? trail.soughtBy,
	unsearched: event.type === 'unsearched' ? event.pattern : trail.unsearched,
});

const SUBMITTED_NOTHING = new Set<Problem['kind']>(['rejected', 'noSlot', 'noAccount']);

const GOES_ON = new Set<Problem['kind']>(['timedOut', 'unreadable']);

/**
 * That nothing was submitted is no longer true of an item that was in doubt before it was sent again; and that a job goes on is
 * not of one of which the API has said something else, be it only once.
 */
function honest(event: Event, state: State, { wasInDoubt }: Trail): Event {
	if (event.type !== 'gaveUp') return event;
	const { problem } = event;
	if (wasInDoubt && SUBMITTED_NOTHING.has(problem.kind)) {
		const failure = 'failure' in problem ? problem.failure : undefined;
		return { type: 'gaveUp', problem: { kind: 'uncertain', failure, candidates: [] } };
	}
	if (state.name === 'running' && state.report.status === 'unknown' && GOES_ON.has(problem.kind)) {
		return { type: 'gaveUp', problem: { kind: 'unknownStatus', report: state.report } };
	}
	return event;
}

/** What is known of how a job was submitted before. */
interface Past {
	reference?: string | undefined;
	trail?: Partial<Trail>;
	sentReference?: string | undefined;
}

/** A job of an item, on its way. Only `advance` changes its state. */
export class Entry {
	private constructor(
		/** Undefined for a job that was submitted earlier or elsewhere. */
		readonly submission: Submission | undefined,
		/** The reply reference it was submitted with, if that is known. */
		readonly reference: string | undefined,
		private current: State,
		private past: Trail = NOTHING_YET,
		/** What went out in place of the reference, if that is known, and something did. */
		private readonly sentInstead: string | undefined = submission?.sentReference,
	) {}

	/** A job that is to be submitted. */
	static queued(submission: Submission): Entry {
		return new Entry(submission, submission.reference, { name: 'queued' });
	}

	/**
	 * A job that was submitted before.
	 *
	 * @param since when it was submitted, or first seen, in milliseconds since the epoch
	 */
	static running(
		report: JobReport,
		since: number,
		{ reference, trail, sentReference }: Past = {},
	): Entry {
		const state: State = { name: 'running', since, report, suspicion: undefined };
		const past = { ...NOTHING_YET, ...trail };
		return new Entry(undefined, reference, state, past, sentReference);
	}

	get state(): State {
		return this.current;
	}

	/** Why there is no finished job, if that is how it has ended. */
	get problem(): Problem | undefined {
		const { current } = this;
		return current.name === 'done' && !current.outcome.ok ? current.outcome.problem : undefined;
	}

	get trail(): Trail {
		return this.past;
	}

	/** By what its job is looked for, where that has to be. */
	get soughtReference(): string | undefined {
		return this.past.soughtBy ?? this.reference;
	}

	/** What a person looks for: the API may have been sent less than the reference. */
	get sentReference(): string | undefined {
		const { problem } = this;
		if (problem?.kind === 'contradicted') return problem.reference;
		return this.sentInstead ?? this.soughtReference;
	}

	/** What is known of its job; undefined as long as there is none. */
	get report(): JobReport | undefined {
		const { current } = this;
		if (current.name === 'running') return current.report;
		if (current.name !== 'done') return undefined;
		const { outcome } = current;
		if (outcome.ok) return outcome.report;
		return 'report' in outcome.problem ? outcome.problem.report : undefined;
	}

	/**
	 * @param now milliseconds since the epoch
	 * @returns whether the state knows such an event; if not, nothing has changed
	 */
	advance(event: Event, now: number): boolean {
		const next = step(this.current, honest(event, this.current, this.past), now);
		if (!next) return false;
		this.past = follow(this.past, this.current, event);
		this.current = next;
		return true;
	}
}
