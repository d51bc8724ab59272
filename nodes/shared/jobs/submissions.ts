import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import { FieldReader } from '../n8n/fieldReader';
import { hasLeftBehind } from '../n8n/formerExecutions';
import {
	asError,
	isItemError,
	mapItems,
	prepareItems,
	toOutput,
	type ItemError,
} from '../n8n/items';
import { isTool, rerunsDeadWorkers } from '../n8n/version';
import { byText } from '../words';
import { beginAttempt, ofItem, submittedBefore, type Attempt } from './attempt';
import { namingJobs, putOut, toRun } from './carryOut';
import { checkOnly } from './check';
import { overLimit, readGuards, strictest } from './guards';
import { nameEarlier } from './jobNames';
import type { Remembered } from './memory';
import {
	entriesOf,
	readKeptFields,
	readResultSettings,
	type Desk,
	type JobItem,
	type ResultSettings,
} from './outcome';
import { makeReplyReference, marksOf, type RunOrigin } from './reference';
import { readTiming, WAIT_MODES } from './runSettings';
import type { Order, Submission } from './service';
import { Entry } from './state';
import { callbackAddress, sleep, type CallbackAddress, type CallbackRules } from './waiting/sleep';

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
	/** Binds the service to the run, and says how it calls back, if it does. */
	connect: () => Promise<Desk & { context: IExecuteFunctions; callbacks?: CallbackRules }>;
}

const FILES_AT_ONCE = 5;

/** Submits a job for each item, and waits for them in the way that the user has chosen. */
export async function runSubmissions(
	context: IExecuteFunctions,
	plan: SubmissionPlan,
): Promise<INodeExecutionData[]> {
	const attempt = beginAttempt(context);
	const earlier = submittedBefore(attempt);
	try {
		return await submitAndWait(context, plan, attempt, earlier);
	} catch (error) {
		throw nameEarlier(context.getNode(), error, earlier);
	}
}

async function submitAndWait(
	context: IExecuteFunctions,
	plan: SubmissionPlan,
	attempt: Attempt,
	earlier: readonly Remembered[],
): Promise<INodeExecutionData[]> {
	const formOf = (item: number) => new FieldReader(context, plan.operation.description, item);
	const refuse = (items: readonly unknown[], refusal: ItemError) =>
		refuseAll(context, items, nameEarlier(context.getNode(), refusal, earlier));
	// They hold for all items, also those of an item that is wrong: without all of them nothing may be spent.
	const guards = prepareItems(context, (item) => readGuards(formOf(item)));
	const unguarded = guards.find(isItemError);
	if (unguarded) return refuse(guards, unguarded);
	const { isDryRun, spendingLimit, onUncertain } = strictest(soundOf(guards));

	// An item that is wrong does not keep the others from being checked.
	const keepsErrors = context.continueOnFail() || isDryRun;
	const read = await readDrafts(context, plan, formOf, keepsErrors);
	const drafts = read.map((draft, item) =>
		isItemError(draft) ? nameEarlier(context.getNode(), draft, ofItem(earlier, item)) : draft,
	);
	if (drafts.length === 0) return [];
	// The first item decides for all.
	const form = formOf(0);
	const waitMode = form.choice('waitMode');
	const timing = readTiming(form);
	const { callbacks, ...desk } = await plan.connect();
	const { client, service } = desk;
	const address = () =>
		waitMode === WAIT_MODES.webhook && callbacks
			? callbackAddress(context, form, { ...callbacks, service, apiUrl: client.baseUrl })
			: undefined;
	const refusal = overLimit(context, soundOf(drafts), spendingLimit, service.texts);
	if (isDryRun) {
		return await checkOnly(desk, drafts, refusal ?? errorOf(address), (item) =>
			keptIfReadable(formOf(item)),
		);
	}
	if (refusal) return refuse(drafts, refusal);
	const callback = address();

	const items = drafts.map((draft, item) =>
		isItemError(draft)
			? draft
			: toJobItem(draft, { ...attempt.origin, item }, client.token, callback),
	);
	const entries = entriesOf(items);
	const run = toRun(desk, entries, {
		...timing,
		firstLook: plan.operation.firstLook,
		onUncertain,
		spendingLimit,
		stopsOnProblem: !context.continueOnFail(),
		lookBack: {
			marks: marksOf(attempt.origin),
			mayHaveDied: mayHaveDied(context),
			hasLeftBehind: hasLeftBehind(context),
		},
		memory: attempt.memory,
	});
	return await namingJobs(desk, entries, async () => {
		if (waitMode === WAIT_MODES.poll) await run.finishAll();
		else if (callback) await run.submitAllAndLook();
		else await run.submitAll();
		return callback && mustSleep(context, client.signal, entries)
			? await sleep(desk, items, { callback, timeout: timing.timeout })
			: await putOut(desk, items);
	});
}

/** Reads and checks all items, and looks at what each brings along. */
async function readDrafts(
	context: IExecuteFunctions,
	{ draft }: SubmissionPlan,
	formOf: (item: number) => FieldReader,
	keepsErrors: boolean,
): Promise<Array<PreparedDraft | ItemError>> {
	const read = prepareItems(
		context,
		(item): PreparedDraft => {
			const form = formOf(item);
			const own = draft(form);
			return {
				...own,
				settings: readResultSettings(form),
				order: { title: own.title, input: readKeptFields(form) },
			};
		},
		{ keepsErrors },
	);
	return await mapItems(context, read, inspect, { atOnce: FILES_AT_ONCE, keepsErrors });
}

const soundOf = <Item>(items: ReadonlyArray<Item | ItemError>): Item[] =>
	items.flatMap((item) => (isItemError(item) ? [] : [item]));

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

/** Only a production execution is started again by n8n when its worker died. */
const mayHaveDied = (context: IExecuteFunctions): boolean =>
	context.getMode() !== 'manual' && !isTool(context) && rerunsDeadWorkers(context);

/** What is asked for: the same for every try, whatever the account, the callback and the user's own reference. */
const contentOf = ({ path, body }: Pick<Submission, 'path' | 'body'>): string =>
	JSON.stringify([path, Object.entries(body).sort(byText(([name]) => name))]);

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

/** What an item keeps of what came in; nothing where the form does not say so. */
function keptIfReadable(form: FieldReader): IDataObject | undefined {
	try {
		return readKeptFields(form);
	} catch {
		return undefined;
	}
}

/** What a check throws. */
function errorOf(check: () => unknown): Error | undefined {
	try {
		check();
		return undefined;
	} catch (error) {
		return asError(error);
	}
}

function mustSleep(
	context: IExecuteFunctions,
	signal: AbortSignal | undefined,
	entries: readonly Entry[],
): boolean {
	if (signal?.aborted) return false;
	if (!context.continueOnFail() && entries.some(({ problem }) => problem)) return false;
	return entries.some(({ state }) => state.name === 'running');
}
