import {
	NodeOperationError,
	type IDataObject,
	type INodeExecutionData,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { clock } from '../shared/clock';
import { mapConcurrently } from '../shared/concurrency';
import { isFinished, toJob, type Job, type JobAnswer } from '../shared/jobs/job';
import { createLtxStudioApi, type LtxStudioApi } from '../shared/jobs/ltxStudioApi';
import { verifyReplyReference } from '../shared/jobs/replyReference';
import { connect, type UseapiClient } from '../shared/transport/client';
import { jobResult } from './actions/common/jobResult';
import { PARKED_KEY, type Parked, type ParkedItem } from './actions/parking';
import { readCallback, refuse } from '../shared/callbacks/callback';

type WaitingItem = Extract<ParkedItem, { jobId: string }>;

interface FinishedJob {
	job: Job;
	answer: JobAnswer;
}

const READS_AT_ONCE = 10;
/** How long a callback is believed to be ahead of the API, in milliseconds. */
const CATCH_UP_MS = 30_000;
const CATCH_UP_STEP_MS = 1_000;

const isWaiting = (item: ParkedItem): item is WaitingItem => 'jobId' in item;

/** Checks under way in this process, by execution and node: callbacks that come meanwhile only ask for another round. */
const checks = new Map<string, { again: boolean }>();

/**
 * Takes a callback for a stored execution. The execution goes on once all its jobs have finished, as read from the API;
 * until then n8n keeps it waiting.
 *
 * @throws {NodeOperationError} when a job has failed and the node stops on errors: n8n ends the execution with it
 */
export async function resume(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	const parked = readParked(this);
	if (!parked) return refuse(this, 410, 'Nothing is waited for here');
	const callback = readCallback(this);
	if (!callback.ok) return refuse(this, callback.status, callback.message);

	const client = await connect(this);
	const { replyRef, jobId } = callback.body;
	const isOurs =
		verifyReplyReference(replyRef, client.token, parked.relayedUrl) !== undefined &&
		parked.items.some((item) => isWaiting(item) && item.reference === replyRef);
	if (!isOurs) return refuse(this, 403, 'The reply reference is not one of this execution');

	const key = `${this.getNode().id} ${parked.items.find(isWaiting)?.reference ?? ''}`;
	const underWay = checks.get(key);
	if (underWay) {
		underWay.again = true;
		return accepted();
	}
	const check = { again: false };
	checks.set(key, check);
	try {
		return await conclude(this, client, parked, jobId, check);
	} finally {
		checks.delete(key);
	}
}

async function conclude(
	context: IWebhookFunctions,
	client: UseapiClient,
	parked: Parked,
	jobId: string | undefined,
	check: { again: boolean },
): Promise<IWebhookResponseData> {
	const api = createLtxStudioApi(client);
	const waiting = parked.items.filter(isWaiting);
	const deadline = clock.now() + CATCH_UP_MS;
	let hasAnswered = false;
	for (;;) {
		const round = startRound(check);
		const state = await readAll(api, waiting, jobId);
		if (state.finished) {
			return await goOn(context, client, parked, state.finished, hasAnswered);
		}
		const mayCatchUp = state.isBehind && clock.now() < deadline;
		if (!mayCatchUp && !round.isAskedAgain()) break;
		if (!hasAnswered) answerNow(context);
		hasAnswered = true;
		if (!round.isAskedAgain()) await clock.sleep(CATCH_UP_STEP_MS);
	}
	return hasAnswered ? { noWebhookResponse: true } : accepted();
}

/** Another callback may ask for one more round while this one is under way. */
function startRound(check: { again: boolean }): { isAskedAgain: () => boolean } {
	check.again = false;
	return { isAskedAgain: () => check.again };
}

/** Reads all jobs that have left the scheduler, and the one that the callback is about. */
async function readAll(
	api: LtxStudioApi,
	waiting: readonly WaitingItem[],
	calledBack: string | undefined,
): Promise<{ finished?: Map<string, FinishedJob>; isBehind: boolean }> {
	const listed = await api.runningJobs();
	if (!listed.ok) return { isBehind: true };
	const running = new Set(listed.body.map(({ jobId }) => jobId));
	const others = waiting.filter(({ jobId }) => jobId !== calledBack && running.has(jobId));
	const left = waiting.filter(({ jobId }) => jobId === calledBack || !running.has(jobId));
	if (others.length > 0 && left.every(({ jobId }) => jobId !== calledBack)) {
		return { isBehind: false };
	}
	const toRead = others.length > 0 ? left.filter(({ jobId }) => jobId === calledBack) : left;
	const finished = new Map<string, FinishedJob>();
	await mapConcurrently(toRead, READS_AT_ONCE, async ({ jobId }) => {
		const answer = await api.job(jobId);
		const job = answer.ok ? toJob(answer.body, jobId) : lostJob(jobId, answer.failure.status);
		if (job && isFinished(job)) finished.set(jobId, { job, answer: answer.ok ? answer.body : {} });
	});
	const isBehind = toRead.some(({ jobId }) => !finished.has(jobId));
	return isBehind || others.length > 0 ? { isBehind } : { finished, isBehind };
}

/** A job that the API does not know any more cannot be waited for. */
function lostJob(jobId: string, status: number | undefined): Job | undefined {
	if (status !== 404) return undefined;
	return { ...toJob({}, jobId), status: 'failed', message: 'it has expired or was cancelled' };
}

async function goOn(
	context: IWebhookFunctions,
	client: UseapiClient,
	{ items }: Parked,
	finished: ReadonlyMap<string, FinishedJob>,
	hasAnswered: boolean,
): Promise<IWebhookResponseData> {
	const failed = [...finished.values()].map(({ job }) => job).filter(isFailed);
	const continues = continuesOnFail(context);
	if (failed.length > 0 && !continues && !hasAnswered) {
		throw failure(context, items, failed, finished);
	}
	if (!hasAnswered) answerNow(context);
	const output = await mapConcurrently(items, READS_AT_ONCE, async (item, index) => {
		const outcome = await toOutputItem(context, client, item, index, finished);
		return { ...outcome, pairedItem: { item: index } };
	});
	return { noWebhookResponse: true, workflowData: [output] };
}

const isFailed = ({ status }: Job) => status === 'failed';

async function toOutputItem(
	context: IWebhookFunctions,
	client: UseapiClient,
	item: ParkedItem,
	index: number,
	finished: ReadonlyMap<string, FinishedJob>,
): Promise<INodeExecutionData> {
	if (!isWaiting(item)) {
		return errorItem(context, index, item.message, item.description, item.known);
	}
	const { jobId, settings, title } = item;
	const { job = toJob({}, jobId), answer = {} } = finished.get(jobId) ?? {};
	if (isFailed(job)) {
		return errorItem(context, index, failureOf(job), `Job ${jobId}.`, { jobId });
	}
	try {
		return await jobResult({ context, client, item: index, settings, title }, answer, job);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		return errorItem(context, index, message, `Job ${jobId} is at ${job.assetUrl ?? ''}.`, {
			jobId,
		});
	}
}

const failureOf = ({ message }: Job) =>
	`The generation failed: ${message ?? 'LTX Studio gave no reason'}`;

function errorItem(
	context: IWebhookFunctions,
	index: number,
	message: string,
	details: string,
	known: IDataObject,
): INodeExecutionData {
	return {
		json: { error: message, details, ...known },
		error: new NodeOperationError(context.getNode(), message, {
			description: details,
			itemIndex: index,
		}),
	};
}

function failure(
	context: IWebhookFunctions,
	items: readonly ParkedItem[],
	failed: readonly Job[],
	finished: ReadonlyMap<string, FinishedJob>,
): NodeOperationError {
	const [first] = failed;
	const index = items.findIndex((item) => isWaiting(item) && item.jobId === first?.jobId);
	const others = [...finished.keys()].filter((jobId) => jobId !== first?.jobId);
	return new NodeOperationError(context.getNode(), first ? failureOf(first) : 'A job failed', {
		description: [
			`Item ${index}: job ${first?.jobId ?? ''}.`,
			others.length > 0 ? `The other jobs have ended: ${others.join(', ')}.` : '',
		]
			.filter(Boolean)
			.join(' '),
		itemIndex: index,
	});
}

function continuesOnFail(context: IWebhookFunctions): boolean {
	const { onError, continueOnFail } = context.getNode();
	return onError === undefined ? continueOnFail === true : onError !== 'stopWorkflow';
}

const accepted = (): IWebhookResponseData => ({ webhookResponse: { accepted: true } });

function answerNow(context: IWebhookFunctions): void {
	context.getResponseObject().status(200).json({ accepted: true });
}

function readParked(context: IWebhookFunctions): Parked | undefined {
	const name = JSON.stringify(context.getNode().name);
	const value: unknown = context.evaluateExpression(`{{ $node[${name}].context.${PARKED_KEY} }}`);
	return isParked(value) ? value : undefined;
}

const isParked = (value: unknown): value is Parked =>
	typeof value === 'object' && value !== null && Array.isArray((value as Partial<Parked>).items);
