import type { LeftBehind } from '../n8n/formerExecutions';
import type { Memory } from './memory';
import {
	isSameNode,
	patternOf,
	readReplyReference,
	submissionKey,
	type Place,
	type RunMarks,
} from './reference';
import type { RunningJob } from './service';

export interface LookBackOptions {
	/** What the references of this run have in common. */
	marks: RunMarks;
	/** Whether n8n may have begun this execution before, in a process that died and left no memory. */
	mayHaveDied: boolean;
	/**
	 * For a retry of an execution: how a former one has ended without handing over what this node has made in a run of it, if it
	 * has. Undefined where the run does not retry another.
	 */
	hasLeftBehind:
		((executionId: string, run: string) => Promise<LeftBehind | undefined>) | undefined;
}

/** Tells by its reference who has submitted a job: this execution, one that it retries, or somebody else. */
export class Provenance {
	private readonly formerRuns = new Map<string, Promise<LeftBehind | undefined>>();

	/** What memory knew before this run, by submission. */
	private readonly known: ReadonlySet<string | undefined>;

	constructor(
		private readonly options: LookBackOptions,
		private readonly memory: Memory,
	) {
		this.known = submissionsIn(memory);
	}

	/** Whether this execution retries another. */
	get isRetry(): boolean {
		return this.options.hasLeftBehind !== undefined;
	}

	/** The pattern of the references of all jobs that may be of use. */
	get pattern(): string {
		return patternOf(this.options.marks, { isOfAnyExecution: this.isRetry });
	}

	/** Whether this execution may have submitted something that its memory does not know. */
	mayHaveRun(running: readonly RunningJob[]): boolean {
		return this.options.mayHaveDied || this.showsEarlierTry(running);
	}

	/** Whether a running job of this execution is there that nobody remembers. */
	showsEarlierTry(running: readonly RunningJob[]): boolean {
		const remembered = submissionsIn(this.memory);
		return running.some(({ reference }) => {
			const place = this.placeOf(reference);
			if (!place || !this.isThisExecution(place)) return false;
			return !remembered.has(submissionKey(reference));
		});
	}

	/** @returns where a job of this node stands: of this very run, or of any run of another execution */
	placeOf(reference: string | undefined): Place | undefined {
		const place = readReplyReference(reference);
		if (!place) return undefined;
		// What n8n hands on of a retried execution is of this node, whatever n8n's own address was by then.
		const isOfNode =
			isSameNode(place, this.options.marks) || this.known.has(submissionKey(reference));
		return isOfNode && (this.isThisRun(place) || !this.isThisExecution(place)) ? place : undefined;
	}

	isThisExecution({ executionId }: Place): boolean {
		return executionId === this.options.marks.executionId;
	}

	isThisRun({ run }: Place): boolean {
		return run === this.options.marks.run;
	}

	/** Whether this execution has the job already, be it for another run of the node. */
	isKnown(jobId: string): boolean {
		return this.memory.all().some((remembered) => {
			if (remembered.jobId !== jobId) return false;
			const place = readReplyReference(remembered.reference);
			return place !== undefined && this.isThisExecution(place);
		});
	}

	/** How an execution that this one retries has ended without handing over what it has made there, if it has. */
	async leftBehind({ executionId, run }: Place): Promise<LeftBehind | undefined> {
		const { hasLeftBehind } = this.options;
		if (!hasLeftBehind) return undefined;
		const key = JSON.stringify([executionId, run]);
		const known = this.formerRuns.get(key) ?? hasLeftBehind(executionId, run);
		this.formerRuns.set(key, known);
		return await known;
	}
}

/** What memory knows by now, each by what tells it from all others. */
const submissionsIn = (memory: Memory): ReadonlySet<string | undefined> =>
	new Set(memory.all().map(({ reference }) => submissionKey(reference)));
