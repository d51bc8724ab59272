import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { clock } from '../n8n/clock';
import { evaluateText } from '../n8n/evaluate';
import { FieldReader } from '../n8n/fieldReader';
import { hasLeftBehind } from '../n8n/formerExecutions';
import type { OperationFacts } from '../n8n/itemOperation';
import { isItemError, mapItems, prepareItems, toOutput, type ItemError } from '../n8n/items';
import { isTool, rerunsDeadWorkers } from '../n8n/version';
import { checkOnly } from './check';
import { overLimit, readGuards, strictest } from './guards';
import { hintsOf } from './hints';
import { Memory, type Remembered } from './memory';
import {
	concludeItems,
	entriesOf,
	readKeptFields,
	readResultSettings,
	type Desk,
	type JobItem,
	type ResultSettings,
} from './outcome';
import { nameEarlier, nameJobs } from './problems';
import { progressTo } from './progress';
import {
	isSameRun,
	makeReplyReference,
	marksOf,
	readReplyReference,
	type RunOrigin,
} from './reference';
import { JobRun, type JobRunDependencies } from './run';
import { NO_ORDER, type JobService, type Order, type Submission } from './service';
import { Entry } from './state';
import { toolCallOf } from './toolCalls';
import { callbackAddress, sleep, type CallbackAddress } from './waiting/sleep';

export const WAIT_MODES = { none: 'none', poll: 'poll', webhook: 'webhook' } as const;

/** A paid request, as an operation has read it from an item. */
export interface Draft {
	submission: Omit<Submission, 'reference'>;
	/** The user's own reference. */
	userReference: string | undefined;
	/** The API's name of the model; undefined where there is no choice. */
	model: string | undefined;
	/** What it is made from, in words; empty where there are none. */
	title: string;
	/** Looks at the files that it is made from. Throws the item's error. */
	inspect?: () => Promise<void>;
}

/** A draft, with what every form says of it. */
interface PreparedDraft extends Draft {
	settings: ResultSettings;
	order: Omit<Order, 'price'>;
}

/** What an operation that submits jobs brings along. */
export interface SubmissionPlan {
	operation: {
		description: readonly INodeProperties[];
		/** When its jobs can finish at the earliest, in milliseconds. */
		firstLook: number;
	};
	/** Reads and checks an item. */
	draft: (form: FieldReader) => Draft;
	/** Binds the service to the run. */
	connect: () => Promise<Desk & { context: IExecuteFunctions; longestReplyUrl: number }>;
}

const FILES_AT_ONCE = 5;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How fast and how long a run waits; the first item decides for all. */
export const readPace = (form: FieldReader) => ({
	concurrency: form.integer('concurrency'),
	pollInterval: form.number('pollInterval') * SECOND,
	timeout: form.number('timeout') * MINUTE,
});

/** Submits a job for each item, and waits for them in the way that the user has chosen. */
export async function runSubmissions(
	context: IExecuteFunctions,
	plan: SubmissionPlan,
): Promise<INodeExecutionData[]> {
	const attempt = beginAttempt(context);
	const earlier = submittedBy(attempt);
	try {
		return await submitAndWait(context, plan, attempt);
	} catch (error) {
		throw nameEarlier(context.getNode(), error, earlier);
	}
}

async function submitAndWait(
	context: IExecuteFunctions,
	{ operation, draft, connect }: SubmissionPlan,
	attempt: Attempt,
): Promise<INodeExecutionData[]> {
	const formOf = (item: number) => new FieldReader(context, operation.description, item);
	const prepare = (item: number): PreparedDraft => {
		const form = formOf(item);
		const read = draft(form);
		return {
			...read,
			settings: readResultSettings(form),
			order: { title: read.title, input: readKeptFields(form) },
		};
	};
	// As the first item fills it: it decides for all.
	const form = formOf(0);
	// They hold for all items, also those of an item that is wrong: without all of them nothing may be spent.
	const guards = prepareItems(context, (item) => readGuards(formOf(item)));
	const unguarded = guards.find(isItemError);
	if (unguarded) return refuseAll(context, guards, unguarded);
	const { isDryRun, spendingLimit } = strictest(
		guards.flatMap((item) => (isItemError(item) ? [] : item)),
	);
	// An item that is wrong does not keep the others from being checked.
	const keepsErrors = context.continueOnFail() || isDryRun;
	const read = prepareItems(context, prepare, { keepsErrors });
	const drafts = await mapItems(context, read, inspect, { atOnce: FILES_AT_ONCE, keepsErrors });
	if (drafts.length === 0) return [];
	const waitMode = form.choice('waitMode');
	const pace = readPace(form);
	const desk = await connect();
	const { client, service, longestReplyUrl } = desk;
	const sound = drafts.flatMap((item) => (isItemError(item) ? [] : item));
	const address = () =>
		waitMode === WAIT_MODES.webhook
			? callbackAddress(context, form, {
					longest: longestReplyUrl,
					service,
					apiUrl: client.baseUrl,
				})
			: undefined;
	const refusal = overLimit(context, sound, spendingLimit, service.texts);
	if (isDryRun) {
		return await checkOnly(desk, drafts, refusal ?? errorOf(address));
	}
	if (refusal) return refuseAll(context, drafts, refusal);
	const callback = address();

	const items = drafts.map((item, index): JobItem | ItemError =>
		isItemError(item)
			? item
			: toJobItem(item, { ...attempt.origin, item: index }, client.token, callback),
	);
	const entries = entriesOf(items);
	const run = new JobRun(
		entries,
		{
			...pace,
			firstLook: operation.firstLook,
			onUncertain: form.choice('onUncertain') === 'resubmit' ? 'resubmit' : 'fail',
			spendingLimit,
			stopsOnProblem: !context.continueOnFail(),
			lookBack: {
				marks: marksOf(attempt.origin),
				mayHaveDied: mayHaveDied(context),
				hasLeftBehind: hasLeftBehind(context),
			},
		},
		dependenciesOf(desk, attempt.memory),
	);

	try {
		if (waitMode === WAIT_MODES.poll) await run.finishAll();
		else if (callback) await run.submitAllAndLook();
		else await run.submitAll();
		if (callback && mustSleep(context, client.signal, entries)) {
			return await sleep(desk, items, { callback, timeout: pace.timeout });
		}
		const outcomes = await concludeItems(desk, items);
		context.addExecutionHints(...hintsOf(items, desk.service.texts));
		return toOutput(context, outcomes);
	} catch (error) {
		throw nameJobs(context.getNode(), error, entries, service);
	}
}

/** Looks at what an item brings along, before anything is spent. */
async function inspect(draft: PreparedDraft): Promise<PreparedDraft> {
	await draft.inspect?.();
	return draft;
}

/** Begins nothing. What has an error of its own keeps it. */
function refuseAll(
	context: IExecuteFunctions,
	items: readonly unknown[],
	refusal: ItemError,
): INodeExecutionData[] {
	if (!context.continueOnFail()) throw refusal;
	const outcomes = items.map((item) => {
		const error = isItemError(item) ? item : refusal;
		return { ok: false, error } as const;
	});
	return toOutput(context, outcomes);
}

/** What a run works with. */
const dependenciesOf = (
	{ context, client, service }: Desk & { context: IExecuteFunctions },
	memory: Memory,
): JobRunDependencies => ({
	service,
	clock,
	memory,
	signal: client.signal,
	onProgress: progressTo(context, service.texts.name),
});

interface Attempt {
	origin: RunOrigin;
	memory: Memory;
}

/** The n8n that a node runs in. A restored database brings the ID of its instance along, but not its address. */
export const instanceOf = (context: IExecuteFunctions): string =>
	`${context.getInstanceId()} ${context.getInstanceBaseUrl()}`;

/** Begins a try of this run: n8n may have made one before, whose jobs memory knows. */
function beginAttempt(context: IExecuteFunctions): Attempt {
	const run = evaluateText(context, '{{ $runIndex }}');
	const origin: RunOrigin = {
		instanceId: instanceOf(context),
		workflowId: context.getWorkflow().id,
		executionId: context.getExecutionId(),
		nodeId: context.getNode().id,
		run,
	};
	const [first] = context.getInputData();
	if (!isTool(context) || !first) {
		return { origin, memory: new Memory(context.getContext('node')) };
	}
	const call = toolCallOf(first.json, run);
	return { origin: { ...origin, run: call.run }, memory: call.memory };
}

/** What a try before this one has submitted, or may have. */
function submittedBy({ memory, origin }: Attempt): Remembered[] {
	const marks = marksOf(origin);
	return memory.all().filter(({ reference }) => {
		const place = readReplyReference(reference);
		return place !== undefined && isSameRun(place, marks);
	});
}

/** Only a production execution is started again by n8n when its worker died. */
const mayHaveDied = (context: IExecuteFunctions): boolean =>
	context.getMode() !== 'manual' && !isTool(context) && rerunsDeadWorkers(context);

/** What is asked for: the same for every try, whatever the account, the callback and the user's own reference. */
const contentOf = ({ path, body }: Pick<Submission, 'path' | 'body'>): string =>
	JSON.stringify([path, Object.entries(body).sort(byName)]);

const byName = ([one]: [string, unknown], [other]: [string, unknown]) => (one < other ? -1 : 1);

function toJobItem(
	{ submission, userReference, settings, order }: PreparedDraft,
	origin: RunOrigin & { item: number },
	token: string,
	callback: CallbackAddress | undefined,
): JobItem {
	const content = contentOf(submission);
	const reference = makeReplyReference(
		{ ...origin, content },
		token,
		userReference,
		callback?.relayedUrl,
	);
	const replyUrl = callback?.replyUrl ?? submission.replyUrl;
	return {
		settings,
		order: { ...order, price: submission.price },
		entries: [Entry.queued({ ...submission, replyUrl, reference })],
	};
}

/** What a check throws. */
function errorOf(check: () => unknown): Error | undefined {
	try {
		check();
		return undefined;
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
}

function mustSleep(
	context: IExecuteFunctions,
	signal: AbortSignal | undefined,
	entries: readonly Entry[],
): boolean {
	if (signal?.aborted) return false;
	const hasProblem = entries.some(({ state }) => state.name === 'done' && !state.outcome.ok);
	if (hasProblem && !context.continueOnFail()) return false;
	return entries.some(({ state }) => state.name === 'running');
}

/** An operation that waits for jobs which were submitted before. */
export interface WaitOperation extends OperationFacts {
	kind: 'wait';
	/** Reads and checks the job IDs of an item. */
	prepare(context: IExecuteFunctions, item: number): string[];
}

/** A wait for jobs that were submitted earlier or elsewhere. */
export interface WaitPlan {
	operation: WaitOperation;
	connect: () => Promise<Desk & { context: IExecuteFunctions }>;
}

/** Waits for jobs that were submitted earlier or elsewhere: all of them in one loop. */
export async function runWaits(
	context: IExecuteFunctions,
	{ operation, connect }: WaitPlan,
): Promise<INodeExecutionData[]> {
	const formOf = (item: number) => new FieldReader(context, operation.description, item);
	const prepared = prepareItems(context, (item) => ({
		jobIds: operation.prepare(context, item),
		settings: readResultSettings(formOf(item)),
	}));
	if (prepared.length === 0) return [];
	const desk = await connect();
	const { service } = desk;
	const items = prepared.map((item) =>
		isItemError(item) ? item : toWaitItem(service, item.jobIds, item.settings),
	);
	const entries = entriesOf(items);
	const run = new JobRun(
		entries,
		{
			...readPace(formOf(0)),
			firstLook: 0,
			onUncertain: 'fail',
			stopsOnProblem: !context.continueOnFail(),
		},
		dependenciesOf(desk, new Memory({})),
	);
	try {
		await run.look();
		await run.finishAll();
		const outcomes = await concludeItems(desk, items);
		context.addExecutionHints(...hintsOf(items, desk.service.texts));
		return toOutput(context, outcomes);
	} catch (error) {
		throw nameJobs(context.getNode(), error, entries, service);
	}
}

const toWaitItem = (
	service: JobService,
	jobIds: readonly string[],
	settings: ResultSettings,
): JobItem => ({
	settings,
	order: NO_ORDER,
	entries: jobIds.map((jobId) => Entry.running(service.blank(jobId), clock.now())),
});
