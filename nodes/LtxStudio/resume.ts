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

/** What this process does about a stored execution. */
interface Vigil {
	/** Another callback came meanwhile and asks for one more round. */
	again: boolean;
	/** The execution was told to go on. */
	isOver: boolean;
}

/**
 * Vigils by the reference of their first job. n8n compares only an execution's status when it resumes one, so that a second
 * answer could start the rest of the workflow twice: here only the first one counts.
 */
const vigils = new Map<string, Vigil>();
const MAX_VIGILS = 10_000;

/**
 * Takes a callback for a stored execution. The execution goes on once all its jobs have finished, as read from the API;
 * until then n8n keeps it waiting. It never throws: n8n would end the wait and run the next nodes with an empty item.
 */
export async function resume(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	const parked = readParked(this);
	if (!parked) return refuse(this, 410, 'Nothing is waited for here');
	const callback = readCallback(this);
	if (!callback.ok) return refuse(this, callback.status, callback.message);
	try {
		const client = await connect(this);
		const { replyRef, jobId } = callback.body;
		const isOurs =
			verifyReplyReference(replyRef, client.token, parked.relayedUrl) !== undefined &&
			parked.items.some((item) => isWaiting(item) && item.reference === replyRef);
		if (!isOurs) return refuse(this, 403, 'The reply reference is not one of this execution');
		return await keepVigil(this, client, parked, jobId);
	} catch (error) {
		const reason = error instanceof Error ? error.message : 'unknown';
		this.logger.error(`A callback of LTX Studio could not be handled: ${reason}`);
		return this.getResponseObject().headersSent
			? { noWebhookResponse: true }
			: refuse(this, 503, 'The callback could not be handled now');
	}
}

async function keepVigil(
	context: IWebhookFunctions,
	client: UseapiClient,
	parked: Parked,
	jobId: string,
): Promise<IWebhookResponseData> {
	const key = parked.items.find(isWaiting)?.reference ?? '';
	const known = vigils.get(key);
	if (known) {
		known.again = true;
		return accepted(context);
	}
	const vigil: Vigil = { again: false, isOver: false };
	vigils.set(key, vigil);
	try {
		return await conclude(context, client, parked, jobId, vigil);
	} finally {
		if (!vigil.isOver) vigils.delete(key);
		forgetOldVigils();
	}
}

function forgetOldVigils(): void {
	for (const [key, { isOver }] of vigils) {
		if (vigils.size <= MAX_VIGILS) return;
		if (isOver) vigils.delete(key);
	}
}

async function conclude(
	context: IWebhookFunctions,
	client: UseapiClient,
	parked: Parked,
	jobId: string,
	vigil: Vigil,
): Promise<IWebhookResponseData> {
	const api = createLtxStudioApi(client);
	const waiting = parked.items.filter(isWaiting);
	const deadline = clock.now() + CATCH_UP_MS;
	const response = accepted(context);
	for (;;) {
		const round = startRound(vigil);
		const state = await readAll(api, waiting, jobId);
		if (state.finished) {
			const output = await toOutput(context, client, parked, state.finished);
			vigil.isOver = true;
			return { ...response, workflowData: [output] };
		}
		const mayCatchUp = state.isBehind && clock.now() < deadline;
		if (!mayCatchUp && !round.isAskedAgain()) return response;
		if (!round.isAskedAgain()) await clock.sleep(CATCH_UP_STEP_MS);
	}
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

async function toOutput(
	context: IWebhookFunctions,
	client: UseapiClient,
	{ items }: Parked,
	finished: ReadonlyMap<string, FinishedJob>,
): Promise<INodeExecutionData[]> {
	return await mapConcurrently(items, READS_AT_ONCE, async (item, index) => ({
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
	if (!isWaiting(item)) {
		return errorItem(context, index, item.message, item.description, item.known);
	}
	const { jobId, settings, title } = item;
	const { job = toJob({}, jobId), answer = {} } = finished.get(jobId) ?? {};
	if (isFailed(job)) {
		// n8n cannot stop a workflow here: a node that does not continue on fail hands the failed job on.
		return continuesOnFail(context)
			? errorItem(context, index, failureOf(job), `Job ${jobId}.`, { jobId })
			: { json: { ...job } };
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

function continuesOnFail(context: IWebhookFunctions): boolean {
	const { onError, continueOnFail } = context.getNode();
	return onError === undefined ? continueOnFail === true : onError !== 'stopWorkflow';
}

/** Answers at once; what follows may take its time. */
function accepted(context: IWebhookFunctions): IWebhookResponseData {
	context.getResponseObject().status(200).json({ accepted: true });
	return { noWebhookResponse: true };
}

function readParked(context: IWebhookFunctions): Parked | undefined {
	const name = JSON.stringify(context.getNode().name);
	const value: unknown = context.evaluateExpression(`{{ $node[${name}].context.${PARKED_KEY} }}`);
	return isParked(value) ? value : undefined;
}

const isParked = (value: unknown): value is Parked =>
	typeof value === 'object' && value !== null && Array.isArray((value as Partial<Parked>).items);
