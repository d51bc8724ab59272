import type { INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import { toErrorJson } from '../shared/n8n/items';
import { mapConcurrently } from '../shared/n8n/concurrency';
import { toJob, type Job, type JobAnswer } from './service/job';
import { jobResult } from '../shared/jobs/jobResult';
import type { UseapiClient } from '../shared/api/client';
import type { ParkedItem } from './actions/parking';

export type WaitingItem = Extract<ParkedItem, { jobId: string }>;

export interface FinishedJob {
	job: Job;
	answer: JobAnswer;
}

const DOWNLOADS_AT_ONCE = 5;

export const isWaiting = (item: ParkedItem): item is WaitingItem => 'jobId' in item;

/** The items that a stored execution goes on with, in their order: n8n pairs them by it. */
export async function resumedItems(
	context: IWebhookFunctions,
	client: UseapiClient,
	items: readonly ParkedItem[],
	finished: ReadonlyMap<string, FinishedJob>,
): Promise<INodeExecutionData[]> {
	return await mapConcurrently(items, DOWNLOADS_AT_ONCE, async (item, index) => ({
		...(await toOutputItem(context, client, item, index, finished)),
		pairedItem: { item: index },
	}));
}

const isFailed = ({ status }: Job) => status === 'failed';

async function toOutputItem(
	context: IWebhookFunctions,
	client: UseapiClient,
	item: ParkedItem,
	index: number,
	finished: ReadonlyMap<string, FinishedJob>,
): Promise<INodeExecutionData> {
	const node = context.getNode();
	if (!isWaiting(item)) {
		return { json: toErrorJson(node, item.message, item.description, item.known) };
	}
	const { jobId, settings, title, trace = {} } = item;
	const known = { jobId, ...trace };
	const { job = toJob({}, jobId), answer = {} } = finished.get(jobId) ?? {};
	if (isFailed(job)) {
		// n8n cannot stop a workflow here: a node that does not continue on fail hands the failed job on.
		return continuesOnFail(context)
			? { json: toErrorJson(node, failureOf(job), describe(known), known) }
			: { json: { ...job, ...trace } };
	}
	try {
		const call = { context, client, item: index, settings, title };
		const output = await jobResult(call, answer, job);
		return { ...output, json: { ...output.json, ...trace } };
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const description = `${describe(known)} It is at ${job.assetUrl ?? ''}.`;
		return { json: toErrorJson(node, message, description, known) };
	}
}

const describe = ({ jobId, replyReference }: { jobId: string; replyReference?: string }): string =>
	replyReference === undefined
		? `Job ${jobId}.`
		: `Job ${jobId}, submitted twice with the reply reference ${replyReference}.`;

const failureOf = ({ message }: Job) =>
	`The generation failed: ${message ?? 'LTX Studio gave no reason'}`;

function continuesOnFail(context: IWebhookFunctions): boolean {
	const { onError, continueOnFail } = context.getNode();
	return onError === undefined ? continueOnFail === true : onError !== 'stopWorkflow';
}
