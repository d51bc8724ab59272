import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { accept, readCallback, refuse } from '../shared/jobs/waiting/callback';
import { clock } from '../shared/n8n/clock';
import { mapConcurrently } from '../shared/n8n/concurrency';
import { isFinished, toJob, type Job } from './service/job';
import { createLtxStudioApi, type LtxStudioApi } from './service/api';
import { verifyReplyReference } from '../shared/jobs/reference';
import { connect, type UseapiClient } from '../shared/api/client';
import { PARKED_KEY, type Parked } from './actions/parking';
import { isWaiting, resumedItems, type FinishedJob, type WaitingItem } from './resumedItems';

const READS_AT_ONCE = 10;
/** How long a callback is believed to be ahead of the API, in milliseconds. */
const CATCH_UP_MS = 30_000;
const CATCH_UP_STEP_MS = 1_000;

/** What this process does about a stored execution. */
interface Vigil {
	/** The jobs that were called back: the scheduler may still list them for a moment. */
	calledBack: Set<string>;
	/** What was read of the jobs that have finished. */
	finished: Map<string, FinishedJob>;
	isUnderWay: boolean;
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
			parked.items.some(
				(item) => isWaiting(item) && item.reference === replyRef && item.jobId === jobId,
			);
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
	const vigil = vigils.get(key) ?? {
		calledBack: new Set(),
		finished: new Map(),
		isUnderWay: false,
		again: false,
		isOver: false,
	};
	vigils.set(key, vigil);
	forgetOldVigils();
	vigil.calledBack.add(jobId);
	vigil.again = true;
	if (vigil.isUnderWay || vigil.isOver) return accept(context);
	vigil.isUnderWay = true;
	try {
		return await conclude(context, client, parked, vigil);
	} finally {
		vigil.isUnderWay = false;
	}
}

function forgetOldVigils(): void {
	for (const [key, { isUnderWay }] of vigils) {
		if (vigils.size <= MAX_VIGILS) return;
		if (!isUnderWay) vigils.delete(key);
	}
}

async function conclude(
	context: IWebhookFunctions,
	client: UseapiClient,
	parked: Parked,
	vigil: Vigil,
): Promise<IWebhookResponseData> {
	const api = createLtxStudioApi(client);
	const waiting = parked.items.filter(isWaiting);
	const deadline = clock.now() + CATCH_UP_MS;
	const response = accept(context);
	for (;;) {
		const round = startRound(vigil);
		const state = await readJobs(api, waiting, vigil);
		if (state === 'finished') {
			const output = await resumedItems(context, client, parked.items, vigil.finished);
			vigil.isOver = true;
			return { ...response, workflowData: [output] };
		}
		const mayCatchUp = state === 'behind' && clock.now() < deadline;
		if (!mayCatchUp && !round.isAskedAgain()) return response;
		if (!round.isAskedAgain()) await clock.sleep(CATCH_UP_STEP_MS);
	}
}

/** Another callback may ask for one more round while this one is under way. */
function startRound(check: { again: boolean }): { isAskedAgain: () => boolean } {
	check.again = false;
	return { isAskedAgain: () => check.again };
}

/**
 * Reads the jobs that have left the scheduler or were called back: each as soon as it can be, so that little is left to read
 * when the last one ends.
 *
 * @returns `behind` if the API does not yet say what a callback has said
 */
async function readJobs(
	api: LtxStudioApi,
	waiting: readonly WaitingItem[],
	{ calledBack, finished }: Vigil,
): Promise<'running' | 'behind' | 'finished'> {
	const listed = await api.runningJobs();
	if (!listed.ok) return 'behind';
	const running = new Set(listed.body.map(({ jobId }) => jobId));
	const stillRuns = ({ jobId }: WaitingItem) => running.has(jobId) && !calledBack.has(jobId);
	const unread = waiting.filter((item) => !finished.has(item.jobId) && !stillRuns(item));
	await mapConcurrently(unread, READS_AT_ONCE, async ({ jobId }) => {
		const answer = await api.job(jobId);
		const job = answer.ok ? toJob(answer.body, jobId) : lostJob(jobId, answer.failure.status);
		if (job && isFinished(job)) finished.set(jobId, { job, answer: answer.ok ? answer.body : {} });
	});
	if (waiting.every(({ jobId }) => finished.has(jobId))) return 'finished';
	return waiting.some(stillRuns) ? 'running' : 'behind';
}

/** A job that the API does not know any more cannot be waited for. */
function lostJob(jobId: string, status: number | undefined): Job | undefined {
	if (status !== 404) return undefined;
	return { ...toJob({}, jobId), status: 'failed', message: 'it has expired or was cancelled' };
}

function readParked(context: IWebhookFunctions): Parked | undefined {
	const name = JSON.stringify(context.getNode().name);
	const value: unknown = context.evaluateExpression(`{{ $node[${name}].context.${PARKED_KEY} }}`);
	return isParked(value) ? value : undefined;
}

const isParked = (value: unknown): value is Parked =>
	typeof value === 'object' && value !== null && Array.isArray((value as Partial<Parked>).items);
