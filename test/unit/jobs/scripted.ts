import type { INode } from 'n8n-workflow';

import type { Answer, Failure } from '../../../nodes/shared/api/failure';
import { makeReplyReference, readReplyReference } from '../../../nodes/shared/jobs/reference';
import type {
	AccountCapacity,
	JobFile,
	JobReport,
	JobService,
	Refusal,
	ServiceTexts,
	Submission,
} from '../../../nodes/shared/jobs/service';
import { Entry, type Event } from '../../../nodes/shared/jobs/state';
import { VirtualClock } from '../../emulator/clock';

const FILE: JobFile = {
	url: 'https://files.example/1',
	mimeType: 'video/mp4',
	expiresAt: undefined,
	unique: '1',
	kind: 'video',
};

/** A job as a service might report it. */
export const reportOf = (jobId: string, more: Partial<JobReport> = {}): JobReport => ({
	jobId,
	status: 'active',
	word: more.status ?? 'active',
	reference: undefined,
	message: undefined,
	file: more.status === 'completed' ? FILE : undefined,
	facts: {},
	answer: {},
	...more,
});

/** The run that all scripted submissions are made in. */
export const ORIGIN = {
	instanceId: 'n8n',
	workflowId: 'w',
	executionId: '7',
	nodeId: 'node',
	run: '0',
};

/** The reference of an item of that run, or of another one. */
export const referenceOf = (item: number, origin: Partial<typeof ORIGIN> = {}, content?: string) =>
	makeReplyReference({ ...ORIGIN, ...origin, item, content: content ?? `item ${item}` }, 'token');

/** A request for an item of that run. */
export const submissionOf = (item: number, more: Partial<Submission> = {}): Submission => ({
	path: 'videos',
	body: { prompt: `item ${item}` },
	kind: 'video',
	account: undefined,
	isBoundToAccount: false,
	maxJobs: undefined,
	price: undefined,
	reference: referenceOf(item),
	replyUrl: undefined,
	settleMs: 20_000,
	...more,
});

/** The answer got lost, and nobody knows whether the call took effect. */
export const LOST: Failure = { code: 'ECONNRESET', detail: 'cut off', effect: 'unknown' };

/** A refusal of the API itself. */
export const refused = (status: number, more: Partial<Failure> = {}): Failure => ({
	status,
	detail: 'no',
	effect: 'none',
	...more,
});

export const TEXTS: ServiceTexts = {
	name: 'Films',
	takeOver: 'Wait with Films.',
	whyGone: 'It has expired.',
	lookFor: 'Look for it at Films',
	otherWayToFile: 'Get the file.',
	seeCapacity: 'See what runs.',
	seeResult: 'See the result.',
	connectAccount: 'Connect an account.',
	priceList: 'the price list of today',
	unpriced: { reason: 'it is not in the list', advice: 'Choose something else' },
};

interface ScriptedJob {
	jobId: string;
	submission: Submission;
	account: string | undefined;
	/** Milliseconds since the epoch. */
	since: number;
}

/** What happens to a call: it is refused, or its answer gets lost after the work was done. */
export type Mishap = Failure | 'lostAfterWork' | undefined;

/**
 * A service whose answers a test writes down, on a clock that is driven. By itself it has only what a service must have: it lists
 * nothing, knows no accounts, and nothing can be searched for.
 */
export class ScriptedService {
	readonly clock = new VirtualClock(0);

	/** How long a job runs, in milliseconds; a test may answer for each. */
	duration: (item: number) => number = () => 30_000;

	/** What happens to the nth submission, from zero. */
	onSubmit: (nth: number) => Mishap = () => undefined;

	/** What happens to a reading. */
	onRead: (job: ScriptedJob) => Answer<JobReport> | undefined = () => undefined;

	/** What happens to a list. */
	onList: () => Failure | undefined = () => undefined;

	/** How a refusal is understood; by default it concerns its item. */
	refusal: Record<number, Refusal> = { 429: 'busy' };

	accounts: Array<Omit<AccountCapacity, 'executing'>> = [{ account: 'one', maxJobs: 100 }];

	/** Each submission that came in, and when. */
	readonly sent: Array<{ submission: Submission; account: string | undefined; time: number }> = [];

	/** Each reading, and when. */
	readonly reads: Array<{ jobId: string; time: number }> = [];

	/** How often something was listed or searched. */
	readonly lists = { running: 0, capacity: 0, search: 0 };

	readonly jobs: ScriptedJob[] = [];

	/** Only what a service must have. */
	readonly mustHaves: JobService = {
		texts: TEXTS,
		submit: async (submission, account) => {
			const mishap = this.onSubmit(this.sent.length);
			this.sent.push({ submission, account, time: this.clock.now() });
			await this.clock.sleep(100);
			if (mishap !== undefined && mishap !== 'lostAfterWork') return { ok: false, failure: mishap };
			const job = this.begin(submission, account);
			return mishap ? { ok: false, failure: LOST } : { ok: true, body: reportOf(job.jobId) };
		},
		read: async (jobId) => {
			this.reads.push({ jobId, time: this.clock.now() });
			await this.clock.sleep(50);
			const job = this.jobs.find((one) => one.jobId === jobId);
			if (!job) return { ok: false, failure: refused(404) };
			return this.onRead(job) ?? { ok: true, body: this.report(job) };
		},
		blank: reportOf,
		output: ({ jobId, status }) => ({ jobId, status }),
		refusalOf: ({ status = 0 }) => this.refusal[status] ?? 'item',
		explain: ({ status, code, detail }) => ({
			message: `Films said ${status ?? code ?? '?'}: ${detail}`,
			description: 'Do something.',
		}),
	};

	/** So many searches come from now on that cannot make out any job. */
	garbledSearches = 0;

	/** The same, with lists, accounts and a search of finished jobs. */
	readonly full: JobService = {
		...this.mustHaves,
		running: async () => {
			this.lists.running++;
			return await this.listed(() => this.running());
		},
		capacity: async () => {
			this.lists.capacity++;
			return await this.listed(() => ({
				running: this.running(),
				isWhole: true,
				accounts: this.accounts.map((account) => ({
					...account,
					executing: this.active().filter((job) => job.account === account.account).length,
				})),
			}));
		},
		search: async ({ deepest, onJob }) => {
			this.lists.search++;
			await this.clock.sleep(50);
			const failure = this.onList();
			if (failure) return { isComplete: false, hasGaps: false, failure };
			if (this.garbledSearches-- > 0) {
				return { isComplete: false, hasGaps: true, failure: undefined };
			}
			const ended = this.jobs.filter((job) => !this.isActive(job)).reverse();
			for (const job of ended.slice(0, deepest)) if (onJob(this.report(job))) break;
			return { isComplete: ended.length <= deepest, hasGaps: false, failure: undefined };
		},
	};

	/** A job that is there, whoever has submitted it. */
	begin(submission: Submission, account?: string, since = this.clock.now()): ScriptedJob {
		const job = { jobId: `job ${this.jobs.length}`, submission, account, since };
		this.jobs.push(job);
		return job;
	}

	/** Drives the clock until some work is done. */
	async drive<Result>(work: Promise<Result>): Promise<Result> {
		const state = { isOver: false };
		const over = () => {
			state.isOver = true;
		};
		work.then(over, over);
		for (;;) {
			for (let turn = 0; turn < 3; turn++) await new Promise((done) => setImmediate(done));
			if (state.isOver) return await work;
			const next = this.clock.nextAt();
			if (next === undefined) throw new Error('Nothing is left to wait for');
			await this.clock.advance(next - this.clock.now());
		}
	}

	private async listed<Body>(body: () => Body): Promise<Answer<Body>> {
		await this.clock.sleep(50);
		const failure = this.onList();
		return failure ? { ok: false, failure } : { ok: true, body: body() };
	}

	private report({ jobId, submission, ...job }: ScriptedJob): JobReport {
		const isActive = this.isActive({ jobId, submission, ...job });
		return reportOf(jobId, {
			status: isActive ? 'active' : 'completed',
			reference: submission.sentReference ?? submission.reference,
		});
	}

	private isActive = ({ submission, since }: ScriptedJob) => {
		const item = readReplyReference(submission.reference)?.item;
		return this.clock.now() < since + this.duration(item ?? NaN);
	};

	private active = () => this.jobs.filter(this.isActive);

	private running = () =>
		this.active().map(({ jobId, submission: { reference } }) => ({ jobId, reference }));
}

/** The node of all scripted items. */
export const NODE: INode = {
	id: 'node',
	name: 'Films',
	type: 'films',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** The first item of the run, after some events. */
export const entryOf = (...events: Event[]) => {
	const entry = Entry.queued(submissionOf(0));
	for (const event of events) entry.advance(event, 0);
	return entry;
};
