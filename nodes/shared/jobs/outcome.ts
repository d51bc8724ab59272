import type {
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import { placeOf } from '../api/text';
import { download } from '../files/download';
import { clock } from '../n8n/clock';
import { mapConcurrently } from '../n8n/concurrency';
import type { FieldReader } from '../n8n/fieldReader';
import {
	isItemError,
	toErrorItem,
	toItemError,
	type ItemError,
	type ItemOutcome,
} from '../n8n/items';
import { sentences } from '../words';
import { describeJobs, toCancelError } from './jobNames';
import { describeResubmission, toError } from './problems';
import { isOver, keepsReferences, type JobReport, type JobService, type Order } from './service';
import type { Entry, Problem } from './state';

/** How the user wants a job to come out. */
export interface ResultSettings {
	simplify: boolean;
	download: boolean;
	binaryPropertyName: string;
}

/** How an item's job is to come out. */
export const readResultSettings = (form: FieldReader): ResultSettings => ({
	simplify: form.boolean('simplify'),
	download: form.boolean('download'),
	binaryPropertyName: form.text('binaryPropertyName', { required: true }),
});

/** The fields of the incoming item, if they are to come out again. One called `error` would make n8n take the item for a failed one. */
export const readKeptFields = (form: FieldReader): IDataObject | undefined =>
	form.boolean('keepInputFields')
		? Object.fromEntries(
				Object.entries(form.fields.incoming()).filter(([name]) => name !== 'error'),
			)
		: undefined;

/** An item and the jobs that were made, or are waited for, on its behalf. */
export interface JobItem {
	entries: readonly Entry[];
	settings: ResultSettings;
	order: Order;
}

/** Where an outcome is made. */
export interface Desk {
	context: IExecuteFunctions | IWebhookFunctions;
	client: ApiClient;
	service: JobService;
}

/** Of the files of one node. */
export const DOWNLOADS_AT_ONCE = 5;
/** A URL that stops working sooner than this is asked for anew before it is handed on, in milliseconds. */
const FRESH_MS = 10 * 60_000;

/**
 * Makes the output of a job, with its file if the user wants it and it is there.
 *
 * @throws {NodeApiError} when the file cannot be had
 */
export async function jobOutput(
	{ context, client, service }: Desk,
	report: JobReport,
	{ settings, order, item }: { settings: ResultSettings; order: Order; item: number },
): Promise<INodeExecutionData> {
	const fresh = await freshen(service, report);
	const json = service.output(fresh, { ...order, isSimplified: settings.simplify });
	const { file, jobId } = fresh;
	if (!settings.download || !isOver(fresh) || !file) return { json };
	const binary = await download(context, client, {
		url: file.url,
		title: order.title === '' ? file.kind : order.title,
		unique: file.unique,
		mimeType: file.mimeType,
		refresh: async () => {
			const answer = await service.read(jobId);
			return answer.ok ? answer.body.file?.url : undefined;
		},
		subject: `Job ${jobId} has completed and is at ${placeOf(file.url)}.`,
		advice: service.texts.otherWayToFile,
		item,
	});
	return { json, binary: { [settings.binaryPropertyName]: binary } };
}

/** A finished job whose URL will work for a while. */
async function freshen(service: JobService, report: JobReport): Promise<JobReport> {
	const expiresAt = report.file?.expiresAt;
	if (expiresAt === undefined || expiresAt - clock.now() > FRESH_MS) return report;
	const answer = await service.read(report.jobId);
	if (!answer.ok || !answer.body.file) return report;
	const { reference = answer.body.reference, facts } = report;
	return { ...answer.body, reference, facts: { ...facts, ...answer.body.facts } };
}

/** What became of an item: the one place where a finished item is turned into output or error. */
export async function concludeItem(
	desk: Desk,
	item: JobItem,
	index: number,
): Promise<ItemOutcome & { report?: JobReport | undefined; problem?: Problem }> {
	const { entries, settings, order } = item;
	for (const entry of entries) {
		const { problem, report } = entry;
		if (!problem) continue;
		const error = toError(desk.context.getNode(), index, problem, { service: desk.service, entry });
		const known = { ...knownJobs(entries), ...knownOf(entry, desk.service) };
		return { ok: false, error, known, report: report && ownReport(entry, report), problem };
	}
	const result: INodeExecutionData[] = [];
	for (const entry of entries) {
		const { report } = entry;
		if (!report) continue;
		const own = ownReport(entry, report);
		try {
			const output = await jobOutput(desk, own, { settings, order, item: index });
			result.push({ ...output, json: { ...output.json, ...traceOf(entry, desk.service) } });
		} catch (thrown) {
			const error = toItemError(desk.context, thrown, index);
			addToDescription(error, describeResubmission(entry, desk.service));
			return { ok: false, error, known: knownJobs(entries), report: own };
		}
	}
	return { ok: true, result };
}

/** A job with the reference that it was submitted with: not every answer tells it. */
const ownReport = ({ reference }: Entry, report: JobReport): JobReport => ({
	...report,
	reference: reference ?? report.reference,
});

const knownJobs = (entries: readonly Entry[]): IDataObject => {
	const [jobId, ...others] = entries.flatMap(({ report }) => report?.jobId ?? []);
	if (others.length > 0) return { jobIds: [jobId, ...others] };
	return jobId === undefined ? {} : { jobId };
};

const knownOf = ({ sentReference }: Entry, service: JobService): IDataObject =>
	sentReference !== undefined && keepsReferences(service) ? { replyReference: sentReference } : {};

/** What leads to the first job of an item that was submitted twice. */
const traceOf = (entry: Entry, service: JobService): IDataObject =>
	entry.trail.isResubmitted && entry.soughtReference !== undefined
		? { resubmitted: true, ...knownOf(entry, service) }
		: {};

function addToDescription(error: ItemError, text: string): void {
	error.description = sentences(error.description, text);
}

/**
 * Turns the jobs of a run into the outcomes of its items.
 *
 * @throws {NodeOperationError} when the execution was cancelled; it names every job
 * @throws {NodeApiError} the first problem, unless the node continues on fail; it names every job too
 */
export async function concludeItems(
	desk: Desk & { context: IExecuteFunctions },
	items: ReadonlyArray<JobItem | ItemError>,
): Promise<ItemOutcome[]> {
	const { context, client } = desk;
	const entries = entriesOf(items);
	if (client.signal?.aborted) {
		const error = toCancelError(context.getNode(), entries, desk.service);
		// n8n does not keep the error of a cancelled execution.
		context.logger.warn(`${desk.service.texts.name}: ${error.message}. ${error.description}`);
		throw error;
	}
	if (!context.continueOnFail()) throwFirstProblem(desk, items, entries);
	return await mapConcurrently(items, DOWNLOADS_AT_ONCE, async (item, index) => {
		if (isItemError(item)) return { ok: false, error: item };
		const outcome = await concludeItem(desk, item, index);
		if (!outcome.ok && !context.continueOnFail()) {
			addToDescription(outcome.error, describeJobs(entries, desk.service));
			throw outcome.error;
		}
		return outcome;
	});
}

function throwFirstProblem(
	{ context, service }: Desk,
	items: ReadonlyArray<JobItem | ItemError>,
	entries: readonly Entry[],
): void {
	for (const [index, item] of items.entries()) {
		if (isItemError(item)) throw item;
		for (const entry of item.entries) {
			const { problem } = entry;
			if (!problem) continue;
			const others = describeJobs(entries, service, entry);
			throw toError(context.getNode(), index, problem, { service, entry }, others);
		}
	}
}

/** All jobs of some items. */
export const entriesOf = (items: ReadonlyArray<JobItem | ItemError>): Entry[] =>
	items.flatMap((item) => (isItemError(item) ? [] : item.entries));

/** Whether the node goes on after an error; what n8n tells `execute()`, a webhook has to read from the node. */
function continuesOnFail({ onError, continueOnFail }: INode): boolean {
	return onError === undefined ? continueOnFail === true : onError !== 'stopWorkflow';
}

/** What a job counts as where its problem is handed on as data; otherwise what it was when it was last read. */
const HANDED_ON: Partial<Record<Problem['kind'], IDataObject>> = {
	gone: { status: 'failed' },
	timedOut: { status: 'active', timedOut: true },
};

/**
 * The output of an item of a stored execution, with the words of the error if it has one. n8n cannot stop a workflow there: what
 * would stop it is handed on as data. So is what has not finished in time, as n8n's own timer does it.
 */
export async function concludeSleeper(
	desk: Desk,
	item: JobItem,
	index: number,
): Promise<INodeExecutionData> {
	const node = desk.context.getNode();
	const outcome = await concludeItem(desk, item, index);
	if (outcome.ok) {
		const [output = { json: {} }] = outcome.result;
		return { ...output, pairedItem: { item: index } };
	}
	const { report, error, known, problem } = outcome;
	if (continuesOnFail(node) && problem?.kind !== 'timedOut') {
		return toErrorItem(node, outcome, index);
	}
	const job = report ? desk.service.output(report, { ...item.order, isSimplified: true }) : {};
	const handedOn = problem ? HANDED_ON[problem.kind] : {};
	return {
		json: { ...job, ...known, ...handedOn, problem: error.message, nextStep: error.description },
		pairedItem: { item: index },
	};
}
