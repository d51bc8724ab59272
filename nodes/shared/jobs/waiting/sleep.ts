import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type IWebhookFunctions,
} from 'n8n-workflow';

import { isPrivateHost } from '../../api/privateHost';
import { mayWaitLater } from '../../n8n/childNodes';
import { clock } from '../../n8n/clock';
import { evaluateText } from '../../n8n/evaluate';
import type { FieldReader } from '../../n8n/fieldReader';
import { isItemError, toErrorItem, type ItemError } from '../../n8n/items';
import { isTool } from '../../n8n/version';
import {
	concludeItem,
	concludeSleeper,
	type Desk,
	type JobItem,
	type ResultSettings,
} from '../outcome';
import type { JobService, Order } from '../service';
import { Entry } from '../state';
import { RESUME_PARAMETER } from './callback';
import { startRinging, urlInside, type Bell, type View } from './ring';
import { mayAnyRun, shareDesk, shareLists } from './sharing';

/** How a service calls back. */
export interface CallbackRules {
	/** The path of the node's own webhook: behind it, no callback can reach another node that waits later. */
	path: string;
	/** The longest address that the service takes, in characters. */
	longest: number;
}

/** Where a stored execution is called back. */
export interface CallbackAddress {
	/** What the service is told to call. */
	replyUrl: string;
	/** Where this n8n reaches the execution. */
	ownUrl: string;
	/** The execution's public URL, where a trigger hands the callback on to it; empty where it is called directly. */
	relayedUrl: string;
}

/** A job of a stored execution. */
export interface SleepingJob extends Order {
	jobId: string;
	reference: string;
	/** What went out in place of the reference, if something did. */
	sentReference?: string;
	settings: ResultSettings;
	/** When it was submitted, in milliseconds since the epoch; not there in executions that sleep since version 0.1.0. */
	since?: number;
	isResubmitted?: boolean;
	isFound?: boolean;
	/** What only the answer to the submission tells of it. */
	facts?: IDataObject;
}

/** An item of a stored execution that has its error already. */
export interface SleepingError {
	message: string;
	description: string;
	known: IDataObject;
}

export type SleepingItem = SleepingJob | SleepingError;

/** What a stored execution needs to go on; plain data, because n8n stores it. */
export interface Sleep {
	items: SleepingItem[];
	/** For how long a job may run, in milliseconds; not there in executions that sleep since version 0.1.0. */
	timeout?: number;
	/** Where this n8n reaches the execution; not there in executions that sleep since version 0.1.0. */
	ownUrl?: string;
}

/** Where a node's context has it, as JSON; in executions that sleep since version 0.1.0, as it is. */
export const SLEEP_KEY = 'waitingFor';

export const isSleepingJob = (item: SleepingItem): item is SleepingJob => 'jobId' in item;

/** How long after the user's time is up n8n's own timer ends the wait: downloads take their time, too. In milliseconds. */
const SPARE_MS = 60 * 60_000;

interface AddressRules extends CallbackRules {
	service: JobService;
	/** Where the API is: a private one can call back at a private address. */
	apiUrl: URL;
}

/**
 * Finds the address to be called back at, and makes sure that it can work before anything is spent.
 *
 * @throws {NodeOperationError} with the reason and the way out
 */
export function callbackAddress(
	context: IExecuteFunctions,
	form: FieldReader,
	{ path, longest, service, apiUrl }: AddressRules,
): CallbackAddress {
	const refuse = (message: string, description: string) =>
		new NodeOperationError(context.getNode(), message, {
			description: `${description} Nothing was submitted.`,
		});
	const wayOut = `Set "${form.fields.label('waitMode')}" to "Keep Asking".`;
	if (isTool(context)) {
		throw refuse('An AI tool cannot sleep until it is called back', wayOut);
	}
	if (context.getMode() === 'integrated') {
		throw refuse(
			'A sub-workflow cannot sleep until it is called back',
			`n8n would give the wrong data to the calling workflow. ${wayOut}`,
		);
	}
	const resumeUrl = ownResumeUrl(context, path);
	const triggerUrl = form.url('triggerUrl');
	const replyUrl = triggerUrl === undefined ? resumeUrl : relayThrough(triggerUrl, resumeUrl);
	const url = new URL(replyUrl);
	if (isPrivateHost(url) && !isPrivateHost(apiUrl)) {
		throw refuse(
			`${service.texts.name} cannot call back at ${url.host}`,
			`That address is private. Set WEBHOOK_URL of n8n to its public address, or: ${wayOut}`,
		);
	}
	if (replyUrl.length > longest) {
		throw refuse(
			'The address to be called back at is too long',
			`It has ${replyUrl.length} characters, and can have up to ${longest}. ${wayOut}`,
		);
	}
	return {
		replyUrl,
		ownUrl: urlInside(resumeUrl, form.url('internalBaseUrl')),
		relayedUrl: triggerUrl === undefined ? '' : resumeUrl,
	};
}

/**
 * The execution's resume URL, with the path of this node. n8n's own token in it is left as it is.
 *
 * @param path of the node's webhook
 */
export function ownResumeUrl(context: IExecuteFunctions | IWebhookFunctions, path: string): string {
	const url = new URL(evaluateText(context, '{{ $execution.resumeUrl }}'));
	url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
	return url.href;
}

function relayThrough(triggerUrl: string, resumeUrl: string): string {
	const url = new URL(triggerUrl);
	url.searchParams.set(RESUME_PARAMETER, resumeUrl);
	return url.href;
}

interface Bed {
	callback: CallbackAddress;
	/** For how long a job may run, in milliseconds. */
	timeout: number;
}

/**
 * Stores the execution until all its jobs are over, and frees the worker. From then on this process rings at the execution's
 * own URL, until it is told that the execution is over.
 */
export async function sleep(
	desk: Desk & { context: IExecuteFunctions },
	items: ReadonlyArray<JobItem | ItemError>,
	{ callback: { ownUrl }, timeout }: Bed,
): Promise<INodeExecutionData[]> {
	const { context } = desk;
	const sleeping = await Promise.all(
		items.map(async (item, index) => await toSleepingItem(desk, item, index)),
	);
	const state: Sleep = { items: sleeping, timeout, ownUrl };
	// As text: at each callback, n8n reads all that it has stored, one value after the other.
	context.getContext('node')[SLEEP_KEY] = JSON.stringify(state);
	const passed = await Promise.all(
		items.map(async (item, index) =>
			isItemError(item)
				? toErrorItem(context.getNode(), { ok: false, error: item }, index)
				: await concludeSleeper(desk, asTimedOut(item, timeout), index),
		),
	);
	// If nobody wakes the execution, n8n's timer hands on the items that the node was given.
	context.getExecuteData().data.main = [passed];
	const until = clock.now() + timeout + SPARE_MS;
	await context.putExecutionToWait(new Date(until));
	const jobs = sleeping.filter(isSleepingJob);
	const [first] = jobs;
	if (first) {
		const address = { url: ownUrl, mayFallSilent: mayWaitLater(context) };
		ringFor(desk, jobs, { ...address, until, reference: first.reference });
	}
	return passed.map(withoutError);
}

/** Rings at an execution that sleeps, and keeps as little of it as can be. */
function ringFor(
	own: Desk,
	jobs: readonly SleepingJob[],
	bell: Omit<Bell, 'look' | 'onEnd'>,
): void {
	const { desk, giveBack, retire } = shareDesk(own, bell.url, 'sleeper');
	const service = shareLists(desk, jobs);
	const look = lookFor({ ...desk, service }, jobs, { end: bell.until - SPARE_MS, retire });
	startRinging(desk.context, { ...bell, look, onEnd: giveBack });
}

/**
 * @param end when the user's time is up, in milliseconds since the epoch
 * @param retire to be called once nothing can be seen from here
 */
function lookFor(
	{ client, service }: Desk,
	sleeping: readonly SleepingJob[],
	{ end, retire }: { end: number; retire: () => void },
): () => Promise<View> {
	const jobs = sleeping.map(({ jobId }) => ({ jobId }));
	let isRunning = true;
	return async () => {
		const seen = client.signal?.aborted ? undefined : await mayAnyRun(service, jobs);
		if (seen === undefined) {
			retire();
			return 'blind';
		}
		// Whoever is called back has first say.
		const wasRunning = isRunning;
		isRunning = seen;
		return clock.now() < end && (isRunning || wasRunning) ? 'early' : 'due';
	};
}

/**
 * n8n would run the node again if the first item looked like an error, although it is asleep. Any other is the same object
 * for both, as n8n stores an object once, and reads all that it has stored at each callback.
 */
function withoutError(item: INodeExecutionData): INodeExecutionData {
	const { json, pairedItem } = item;
	const { error, ...rest } = json;
	if (error === undefined) return item;
	return { json: { ...rest, problem: error }, ...(pairedItem === undefined ? {} : { pairedItem }) };
}

async function toSleepingItem(
	desk: Desk,
	item: JobItem | ItemError,
	index: number,
): Promise<SleepingItem> {
	if (isItemError(item)) return toSleepingError(item);
	const { entries, order, settings } = item;
	for (const entry of entries) {
		const { state, report, soughtReference: reference, sentReference } = entry;
		const { isFound, isResubmitted } = entry.trail;
		if (!report || reference === undefined || !isWaitedFor(entry)) continue;
		return {
			jobId: report.jobId,
			reference,
			...(sentReference !== undefined && sentReference !== reference && { sentReference }),
			...order,
			settings,
			// What has finished is read once more when the others have: its URL may not work for so long.
			since: state.name === 'running' ? state.since : clock.now(),
			facts: report.facts,
			isFound,
			isResubmitted,
		};
	}
	const outcome = await concludeItem(desk, item, index);
	if (!outcome.ok) return toSleepingError(outcome.error, outcome.known);
	throw new Error(`Item ${index} has neither a job nor an error`);
}

const isWaitedFor = ({ state }: Entry) =>
	state.name === 'running' || (state.name === 'done' && state.outcome.ok);

const toSleepingError = (
	{ message, description }: ItemError,
	known: IDataObject = {},
): SleepingError => ({ message, description: description ?? message, known });

/** The item as it comes out if n8n's timer ends the wait: then nobody has looked. */
function asTimedOut(item: JobItem, timeout: number): JobItem {
	const entries = item.entries.map((entry) => {
		const { state, reference, sentReference, trail } = entry;
		if (state.name !== 'running') return entry;
		const { report, since } = state;
		const late = Entry.running(report, since, { reference, sentReference, trail });
		const problem = {
			kind: 'timedOut',
			report,
			waited: timeout,
			unseen: 'notLookedAt',
		} as const;
		late.advance({ type: 'gaveUp', problem }, since + timeout);
		return late;
	});
	return { ...item, entries, settings: { ...item.settings, download: false } };
}
