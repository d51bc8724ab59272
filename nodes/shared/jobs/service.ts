import type { IDataObject } from 'n8n-workflow';

import type { Explanation } from '../api/description';
import type { Answer, Failure } from '../api/failure';
import { pricedFields, type Price, type PriceTexts } from './price';

/** A job, as a service understands an answer of its API. */
export interface JobReport {
	jobId: string;
	/** `unknown`: the API uses a word that its pages do not. */
	status: 'active' | 'completed' | 'failed' | 'unknown';
	/** The API's own word for the status. */
	word: string;
	/** The reply reference that the API has kept with the job. */
	reference: string | undefined;
	/** What the vendor says of a failed job. */
	message: string | undefined;
	/** What to do about a failed job, where the API tells why it failed. */
	advice?: string | undefined;
	/** What the job has made; it may come later than `completed`. */
	file: JobFile | undefined;
	/** What only some answers carry, and none must lose. */
	facts: IDataObject;
	/** The API's own answer. */
	answer: IDataObject;
}

/** What a job has made. */
export interface JobFile {
	url: string;
	mimeType: string | null;
	/** When the URL stops working, in milliseconds since the epoch. */
	expiresAt: number | undefined;
	/** What tells the file from others of the same title. */
	unique: string;
	/** What it is called after where there is no title. */
	kind: string;
}

/** A paid request, ready to be sent. */
export interface Submission {
	/** The endpoint, as the service understands it. */
	path: string;
	/** The parameters, without account, reference and callback. */
	body: IDataObject;
	/** What it makes, as the service's search of finished jobs divides them. */
	kind: string;
	/** The account to run on; chosen by free slots if undefined. */
	account: string | undefined;
	/** Whether it names things that belong to one account, so that not every account will do. */
	isBoundToAccount: boolean;
	/** How many jobs may run on the account at once, instead of its own setting. */
	maxJobs: number | undefined;
	/** What the vendor's list says that it costs; undefined where it says nothing. */
	price: Price | undefined;
	/** The reply reference, the same on every run of the same item. */
	reference: string;
	/** What goes out in its place, because the user wants that: the job cannot be found by it. */
	sentReference?: string | undefined;
	replyUrl: string | undefined;
	/** For how long it is looked for after its answer got lost, in milliseconds. */
	settleMs: number;
}

/** What a job was made for, as far as its output tells it again. */
export interface Order {
	/** What was asked for in words, after which its file is called, too; empty where that is not known. */
	title: string;
	/** What it costs; undefined where that is not known. */
	price?: Price | undefined;
	/** The fields of the item that it was made for, if they are to be kept. */
	input?: IDataObject | undefined;
}

/** For a job that was submitted elsewhere. */
export const NO_ORDER: Order = { title: '' };

/** How a job is put out: simplified, or as the API tells it, and with what it was made for. */
export interface OutputForm extends Order {
	isSimplified: boolean;
}

/**
 * Puts a job out with what it was made for: the prompt first, where it is simplified, and what is long last.
 *
 * @param last what comes behind all else
 */
export function withOrder(
	{ isSimplified, title, price, input }: OutputForm,
	job: IDataObject,
	last: IDataObject = {},
): IDataObject {
	const prompt = isSimplified && title !== '' ? { prompt: title } : {};
	return { ...prompt, ...input, ...prompt, ...job, ...pricedFields(price), ...last };
}

/** An answer as it is, but for a key "error": n8n would take the item for a failed one, and run the node again. */
export const withoutError = ({ error, ...answer }: IDataObject): IDataObject =>
	error === undefined ? answer : { ...answer, jobError: error };

/** A job in the list of running ones. */
export interface RunningJob {
	jobId: string;
	reference: string | undefined;
}

/** How much an account can run. */
export interface AccountCapacity {
	account: string;
	maxJobs: number;
	executing: number;
}

export interface Capacity {
	running: RunningJob[];
	/** Whether each job that runs could be made out. */
	isWhole: boolean;
	accounts: AccountCapacity[];
}

/** A search among the jobs that have finished, newest first. */
export interface JobSearch {
	accounts: readonly string[];
	kinds: readonly string[];
	/** How many jobs of an account and kind are looked at, at most. */
	deepest: number;
	/** Is told each job; returns whether all that was searched for is found. */
	onJob: (report: JobReport) => boolean;
	/** Is told that another account, or kind, comes next. */
	onPlace?: () => void;
	/** Whether nothing more is expected of this account and kind. */
	isFarEnough?: () => boolean;
}

/** How a search ended. */
export interface SearchEnd {
	/**
	 * Whether nothing can be there that was not seen, except on accounts that `failure` keeps from being searched for good. A search
	 * that was cut short is a doubt, not a no.
	 */
	isComplete: boolean;
	/** Whether there was something, as far as it went, that could not be made out. */
	hasGaps: boolean;
	/** What broke it off. */
	failure: Failure | undefined;
}

/**
 * Whom a refusal concerns besides the item that met it: `price`, those that are not known to cost less; `busy`, nobody, as there is just
 * no room now.
 */
export type Refusal = 'item' | 'price' | 'account' | 'all' | 'busy';

/** What a service calls things, for errors and hints. */
export interface ServiceTexts extends PriceTexts {
	/** The service's name. */
	name: string;
	/** How to go on waiting for jobs whose IDs are known. */
	takeOver: string;
	/** Why the API may no longer know a job, and where its result may be all the same; as sentences. */
	whyGone: string;
	/** How to look for a job whose ID is not known. */
	lookFor: string;
	/** How else the file of a job can be had that could not be downloaded. */
	otherWayToFile: string;
	/** Where to see what occupies the slots. */
	seeCapacity: string;
	/** How to see a result that was not downloaded, without paying for it again. */
	seeResult: string;
	/** How to connect a first account. */
	connectAccount: string;
}

/**
 * An API that takes paid jobs. What it must offer is small; what it may offer makes waiting cheaper and a lost answer
 * something that can be settled. All calls answer, and never throw for what went wrong outside.
 */
export interface JobService {
	readonly texts: ServiceTexts;
	/** Sends a paid request once. A report without a job ID does not exist: such an answer is a failure. */
	readonly submit: (
		submission: Submission,
		account: string | undefined,
	) => Promise<Answer<JobReport>>;
	readonly read: (jobId: string) => Promise<Answer<JobReport>>;
	/** What is known of a job of which nothing but its ID is known. */
	readonly blank: (jobId: string) => JobReport;
	/** A job as the nodes put it out. */
	readonly output: (report: JobReport, form: OutputForm) => IDataObject;
	/** How far apart two reads of the same job must be, in milliseconds, where the API sets a pace. */
	readonly shortestReadInterval?: number;
	/** Whom a refused submission concerns. */
	readonly refusalOf: (failure: Failure) => Refusal;
	/** What happened, and what to do next. */
	readonly explain: (failure: Failure) => Explanation;
	/** The jobs that run, of all accounts. */
	readonly running?: (() => Promise<Answer<RunningJob[]>>) | undefined;
	/** The jobs that run, and what more the accounts can take. */
	readonly capacity?: (() => Promise<Answer<Capacity>>) | undefined;
	/** What an account has left, in credits; undefined where the API does not say. Fails where the account cannot be used. */
	readonly balance?: ((account: string) => Promise<Answer<number | undefined>>) | undefined;
	/** Searches the jobs that have finished. */
	readonly search?: ((search: JobSearch) => Promise<SearchEnd>) | undefined;
}

/** @returns whether nothing more will come of a job: the API may say `completed` before it has the file */
export const isOver = ({ status, file }: JobReport): boolean =>
	status === 'failed' || (status === 'completed' && file !== undefined);

/** @returns whether a job can be looked for by the reply reference that it was submitted with */
export const keepsReferences = ({ search }: JobService): boolean => search !== undefined;
