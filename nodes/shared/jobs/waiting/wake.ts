import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { printable } from '../../api/text';
import { mayWaitAgain } from '../../n8n/childNodes';
import { clock } from '../../n8n/clock';
import { mapConcurrently, once } from '../../n8n/concurrency';
import { quoteName } from '../../n8n/evaluate';
import { toErrorJson } from '../../n8n/items';
import { letsOnlySleepersGoOn } from '../../n8n/version';
import { isRecord } from '../../values';
import { concludeSleeper, DOWNLOADS_AT_ONCE, type Desk } from '../outcome';
import { isSameText } from '../reference';
import { accept, readCallback, refuse } from './callback';
import type { Ring } from './knock';
import { isSleepingJob, ownResumeUrl, SLEEP_KEY, type Sleep, type SleepingJob } from './sleep';
import { isJobItem, Watch, type AwakeItem, type Knock } from './watch';

/** How long a callback may be twice, or late, after the execution was told to go on, in milliseconds. */
const OVER_FOR_MS = 60 * 60_000;
/**
 * What n8n has read of an execution counts as true for so long, in milliseconds: it has to run, and be stored again, meanwhile.
 * Where it can't be stored again, n8n itself sees that it does not wait any more.
 */
const TRUE_FOR_MS = 250;

/** Connects a stored execution to its service. */
export type Connect = (context: IWebhookFunctions) => Promise<Desk>;

/** The watches of this process, by the reference of their first job: one for each execution that was knocked at. */
const watches = new Map<string, Watch>();

/** When executions of this process were told to go on, in milliseconds since the epoch; the earliest comes first. */
const over = new Map<string, number>();

/**
 * Takes a callback, or a ring, for a stored execution. Whatever it says, it is only a reason to look. A watch goes on from there,
 * until all jobs are over or their time is up; who finds it over lets the execution go on, unless another process has done so
 * meanwhile: n8n goes on from what it has read for this call, even if the execution has come to sleep elsewhere since. It never
 * throws: n8n would end the wait and run the next nodes with an empty item.
 *
 * @param path of the node's webhook
 */
export async function wake(
	context: IWebhookFunctions,
	connect: Connect,
	path: string,
): Promise<IWebhookResponseData> {
	let watch: Watch | undefined;
	let isMine = false;
	const calledAt = clock.now();
	try {
		const sleep = readSleep(context);
		const jobs = sleep?.items.filter(isSleepingJob) ?? [];
		const [first] = jobs;
		if (!sleep || !first) return refuse(context, 410, 'Nothing is waited for here');
		const knock = readKnock(context, jobs, first.reference);
		if ('status' in knock) return refuse(context, knock.status, knock.message);
		const key = first.reference;
		// Connecting asks n8n for the credential, which most calls of a watched execution can do without.
		const openDesk = once(async () => await connect(context));
		const urlOf = () => sleep.ownUrl ?? ownResumeUrl(context, path);
		watch = await findWatch(key, openDesk, sleep, urlOf);
		if (!watch) return refuse(context, 200, 'The execution was told to go on before');
		const response = accept(context);
		await watch.hear(knock);
		if (!watch.isOver) return response;
		const desk = await openDesk();
		// Another watch has begun where this one was given up meanwhile.
		const isCurrent = (watches.get(key) ?? watch) === watch && !over.has(key);
		isMine = isCurrent && watch.claim();
		if (!isMine) return response;
		watches.set(key, watch);
		const output = await conclude(desk, watch.items);
		const mayBeStale =
			clock.now() - calledAt > TRUE_FOR_MS &&
			(!letsOnlySleepersGoOn(context) || mayWaitAgain(context));
		over.set(key, clock.now());
		forget(watch);
		if (mayBeStale && (await watch.hasGoneOn())) return response;
		return { ...response, workflowData: [output] };
	} catch (error) {
		// The next knock begins anew, unless the watch goes on, or somebody else concludes it.
		if (watch && (isMine || watch.isIdle)) forget(watch);
		const reason = error instanceof Error ? error.message : 'unknown';
		context.logger.error(`A stored execution could not be woken: ${printable(reason)}`);
		return context.getResponseObject().headersSent
			? { noWebhookResponse: true }
			: refuse(context, 503, 'The callback could not be handled now');
	}
}

/** @returns the watch of whoever knocked first; undefined once the execution was told to go on */
async function findWatch(
	key: string,
	openDesk: () => Promise<Desk>,
	sleep: Sleep,
	urlOf: () => string,
): Promise<Watch | undefined> {
	forgetOld();
	if (watches.has(key) || over.has(key)) return watches.get(key);
	const desk = await openDesk();
	// Somebody who was quicker to connect may have begun a watch meanwhile, or have ended it.
	if (watches.has(key) || over.has(key)) return watches.get(key);
	const watch = new Watch(desk, sleep, {
		url: urlOf(),
		reference: key,
		onEnd: () => {
			forget(watch);
		},
	});
	watches.set(key, watch);
	return watch;
}

function forget(watch: Watch): void {
	watch.letGo();
	if (watches.get(watch.key) === watch) watches.delete(watch.key);
}

function forgetOld(): void {
	const now = clock.now();
	for (const [key, since] of over) {
		if (now - since <= OVER_FOR_MS) return;
		over.delete(key);
	}
}

async function conclude(desk: Desk, items: readonly AwakeItem[]): Promise<INodeExecutionData[]> {
	return await mapConcurrently(items, DOWNLOADS_AT_ONCE, async (item, index) => {
		if (isJobItem(item)) return await concludeSleeper(desk, item, index);
		const { message, description, known } = item;
		const json = toErrorJson(desk.context.getNode(), message, description, known);
		return { json, pairedItem: { item: index } };
	});
}

/** What somebody who knocks brings along: the reference of a job of this execution, or nothing that counts. */
function readKnock(
	context: IWebhookFunctions,
	jobs: readonly SleepingJob[],
	ownReference: string,
): Knock | { status: number; message: string } {
	const body: unknown = context.getBodyData();
	const call: Partial<Record<keyof Ring, unknown>> = isRecord(body) ? body : {};
	if (typeof call.ring === 'string') {
		if (!isSameText(call.ring, ownReference)) {
			return { status: 403, message: 'The ring is not for this execution' };
		}
		if (call.isProbe === true) return { status: 200, message: 'The execution is stored' };
		return { jobId: undefined, isRingerBlind: call.isBlind === true };
	}
	const callback = readCallback(context);
	if (!callback.ok) return callback;
	const { replyRef, jobId } = callback.body;
	const isOurs = jobs.some(
		(job) =>
			job.jobId === jobId && typeof replyRef === 'string' && isSameText(job.reference, replyRef),
	);
	return isOurs
		? { jobId, isRingerBlind: false }
		: { status: 403, message: 'The reply reference is not one of this execution' };
}

function readSleep(context: IWebhookFunctions): Sleep | undefined {
	const name = quoteName(context.getNode().name);
	const stored: unknown = context.evaluateExpression(`{{ $node[${name}].context.${SLEEP_KEY} }}`);
	const value: unknown = typeof stored === 'string' ? JSON.parse(stored) : stored;
	return isSleep(value) ? value : undefined;
}

const isSleep = (value: unknown): value is Sleep => isRecord(value) && Array.isArray(value.items);
