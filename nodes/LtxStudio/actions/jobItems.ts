import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isItemError, toItemError, type ItemError, type ItemOutcome } from '../../shared/n8n/items';
import { mapConcurrently } from '../../shared/n8n/concurrency';
import type { FieldReader } from '../../shared/n8n/fieldReader';
import type { Entry } from '../../shared/jobs/entry';
import { toJob } from '../service/job';
import { jobResult, type ResultSettings } from '../../shared/jobs/jobResult';
import {
	describeJobs,
	describeResubmission,
	toCancelError,
	toError,
} from '../../shared/jobs/problems';
import type { UseapiClient } from '../../shared/api/client';

/** An item and the jobs that were made, or are waited for, on its behalf. */
export interface JobItem {
	entries: Entry[];
	settings: ResultSettings;
	/** What the file is called after. */
	title: string;
}

const DOWNLOADS_AT_ONCE = 5;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How fast and how long a run waits; the first item decides for all. */
export const readPace = (form: FieldReader) => ({
	concurrency: form.integer('concurrency') ?? 10,
	pollInterval: (form.number('pollInterval') ?? 5) * SECOND,
	timeout: (form.number('timeout') ?? 15) * MINUTE,
});

/**
 * Turns the jobs of a run into the outcomes of its items.
 *
 * @throws {NodeOperationError} when the execution was cancelled; it names every job
 * @throws {NodeApiError} the first problem, unless the node continues on fail; it names every job too
 */
export async function concludeItems(
	context: IExecuteFunctions,
	client: UseapiClient,
	items: ReadonlyArray<JobItem | ItemError>,
	entries: readonly Entry[],
): Promise<ItemOutcome[]> {
	if (client.signal?.aborted) {
		const error = toCancelError(context.getNode(), entries);
		// n8n does not keep the error of a cancelled execution.
		context.logger.warn(`LTX Studio: the execution was cancelled. ${error.description ?? ''}`);
		throw error;
	}
	if (!context.continueOnFail()) throwFirstProblem(context, client, items, entries);
	return await mapConcurrently(items, DOWNLOADS_AT_ONCE, async (item, index) => {
		if (isItemError(item)) return { ok: false, error: item };
		const outcome = await concludeItem(context, client, item, index);
		if (!outcome.ok && !context.continueOnFail()) {
			addToDescription(outcome.error, describeJobs(entries));
			throw outcome.error;
		}
		return outcome;
	});
}

function throwFirstProblem(
	context: IExecuteFunctions,
	client: UseapiClient,
	items: ReadonlyArray<JobItem | ItemError>,
	entries: readonly Entry[],
): void {
	for (const [index, item] of items.entries()) {
		if (isItemError(item)) throw item;
		for (const entry of item.entries) {
			if (entry.outcome?.ok !== false) continue;
			throw toError(entry.outcome.problem, {
				node: context.getNode(),
				client,
				item: index,
				others: [describeResubmission(entry), describeJobs(entries, entry)]
					.filter(Boolean)
					.join(' '),
			});
		}
	}
}

/** The error of an item one of whose jobs has a problem, with what must not be lost with it. */
export function problemOf(
	context: IExecuteFunctions,
	client: UseapiClient,
	{ entries }: JobItem,
	item: number,
): Extract<ItemOutcome, { ok: false }> | undefined {
	for (const entry of entries) {
		const { outcome, submission } = entry;
		if (outcome?.ok !== false) continue;
		const node = context.getNode();
		const others = describeResubmission(entry);
		const error = toError(outcome.problem, { node, client, item, others });
		const reference = submission ? { replyReference: submission.reference } : {};
		return { ok: false, error, known: { ...knownJobs(entries), ...reference } };
	}
	return undefined;
}

const knownJobs = (entries: readonly Entry[]): IDataObject => {
	const [jobId, ...others] = entries.flatMap((entry) => entry.jobId ?? []);
	if (others.length > 0) return { jobIds: [jobId, ...others] };
	return jobId === undefined ? {} : { jobId };
};

function addToDescription(error: ItemError, text: string): void {
	error.description = [error.description, text].filter(Boolean).join(' ');
}

/** What leads to the first job of an item that was submitted twice. */
export type Trace = { resubmitted: true; replyReference: string } | Record<string, never>;

export const traceOf = ({ resubmitted, submission }: Entry): Trace =>
	resubmitted && submission ? { resubmitted, replyReference: submission.reference } : {};

async function concludeItem(
	context: IExecuteFunctions,
	client: UseapiClient,
	item: JobItem,
	index: number,
): Promise<ItemOutcome> {
	const problem = problemOf(context, client, item, index);
	if (problem) return problem;
	const { entries, settings, title } = item;
	const result: INodeExecutionData[] = [];
	for (const entry of entries) {
		const { outcome, answer = {}, jobId } = entry;
		const job = outcome?.ok ? outcome.job : toJob(answer, jobId);
		try {
			const call = { context, client, item: index, settings, title };
			const output = await jobResult(call, answer, job);
			result.push({ ...output, json: { ...output.json, ...traceOf(entry) } });
		} catch (error) {
			const itemError = toItemError(context, error, index);
			addToDescription(itemError, describeResubmission(entry));
			return { ok: false, error: itemError, known: knownJobs(entries) };
		}
	}
	return { ok: true, result };
}
