import type { IDataObject } from 'n8n-workflow';

import type { ApiClient } from '../../shared/api/client';
import type { ApiRequest } from '../../shared/api/request';
import { SESSION_DEAD, unreadableFailure, type Answer } from '../../shared/api/failure';
import type { JobAnswer, SignedAsset } from './job';
import type { MediaType } from './jobId';
import { pathSegment } from '../../shared/api/text';
import { isRecord, isText, numberOf, textOf } from '../../shared/values';

export const LTX_STUDIO = 'v1/ltxstudio';

/** @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-scheduler */
export interface SchedulerJob {
	jobId: string;
	email: string | undefined;
	/** ISO 8601 */
	started: string | undefined;
	/** `MM:SS` */
	elapsed: string | undefined;
	replyRef: string | undefined;
	/** As the API tells it. */
	answer: IDataObject;
}

/** @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-scheduler-available */
export interface SchedulerAccount {
	email: string;
	maxJobs: number;
	executing: number;
	available: number;
}

export interface SchedulerCapacity {
	executing: SchedulerJob[];
	/** Whether each job that runs could be made out. */
	isWhole: boolean;
	available: SchedulerAccount[];
	/** As the API tells it. */
	answer: IDataObject;
}

export interface AssetItem {
	id?: string;
	jobId?: string;
	signedAsset?: SignedAsset;
	relatedAssets?: { thumbnails?: { large?: SignedAsset } };
}

/** @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-assets */
export interface AssetPage {
	items: AssetItem[];
	/** Whether each entry could be made out. */
	isWhole: boolean;
	meta: {
		totalItems: number;
		itemCount: number;
		itemsPerPage: number;
		totalPages: number;
		currentPage: number;
	};
}

export interface AssetQuery {
	email?: string;
	page?: number;
	limit?: number;
	filter?: 'images' | 'videos' | 'audio' | 'other';
}

/** The `filter` that finds what a job of a type has made. */
export const ASSET_FILTER: Readonly<Record<MediaType, 'images' | 'videos'>> = {
	image: 'images',
	video: 'videos',
};

const CREATE_TIMEOUT_MS = 60_000;
/** Each attempt of `pollForResult` holds the request for this long. */
export const POLL_ATTEMPT_MS = 3_000;

/** The calls that submitting and waiting are made of; what they answer has the shape that they say. */
export interface LtxStudioApi {
	submit(path: string, body: IDataObject): Promise<Answer<JobAnswer>>;
	job(jobId: string): Promise<Answer<JobAnswer>>;
	runningJobs(): Promise<Answer<SchedulerJob[]>>;
	capacity(): Promise<Answer<SchedulerCapacity>>;
	/** The credits of an account; undefined where the API does not say. Fails where its session is dead. */
	balance(email: string): Promise<Answer<number | undefined>>;
	assets(query: AssetQuery): Promise<Answer<AssetPage>>;
}

/** What a refused reading of a job means to whoever asked for that one. */
export const jobMeanings = (jobId: string): NonNullable<ApiRequest['meanings']> => ({
	404: {
		message: `The job is not known: ${jobId}`,
		description:
			'It has expired, was cancelled, or belongs to another useapi.net subscription. Check the Job field.',
	},
});

/** Binds the calls to a client. */
export function createLtxStudioApi(client: Pick<ApiClient, 'send'>): LtxStudioApi {
	const get = async (path: string, query?: IDataObject) =>
		await client.send<unknown>({
			method: 'GET',
			path: `${LTX_STUDIO}/${path}`,
			...(query ? { query } : {}),
		});
	return {
		submit: async (path, body) =>
			named(
				await client.send<unknown>({
					method: 'POST',
					path: `${LTX_STUDIO}/${path}`,
					body,
					timeout: CREATE_TIMEOUT_MS + (numberOf(body.pollForResult) ?? 0) * POLL_ATTEMPT_MS,
				}),
			),
		job: async (jobId) => toJobAnswer(await get(`assets/${pathSegment(jobId)}`)),
		runningJobs: async () => shaped(await get('scheduler'), toRunningJobs),
		capacity: async () => shaped(await get('scheduler/available'), toCapacity),
		balance: async (email) => toBalance(await get(`accounts/${pathSegment(email)}`)),
		assets: async (query) => shaped(await get('assets/', { ...query }), toAssetPage),
	};
}

/** An answer of another shape than the API's is as good as a page of a gateway. */
export function shaped<Body>(
	answer: Answer<unknown>,
	read: (body: unknown) => Body | undefined,
): Answer<Body> {
	if (!answer.ok) return answer;
	const body = read(answer.body);
	return body === undefined
		? { ok: false, failure: unreadableFailure(200, {}) }
		: { ok: true, body };
}

/** The answer of a create call names the job, also where the job has failed by then and the answer has the status of an error. */
function named(answer: Answer<unknown>): Answer<JobAnswer> {
	const body = answer.ok ? answer.body : answer.failure.body;
	if (isRecord(body) && isText(body.jobId)) return { ok: true, body };
	return answer.ok ? { ok: false, failure: unreadableFailure(200, {}) } : answer;
}

/** A failed job may be told with the status of an error: it is a job all the same. */
function toJobAnswer(answer: Answer<unknown>): Answer<JobAnswer> {
	if (answer.ok) {
		return shaped(answer, (body) => (isJob(body) ? body : undefined));
	}
	const { body } = answer.failure;
	return isJob(body) ? { ok: true, body } : answer;
}

const isJob = (body: unknown): body is IDataObject =>
	isRecord(body) && isRecord(body.status) && isText(body.status.type);

const toRunningJobs = (body: unknown): SchedulerJob[] | undefined =>
	Array.isArray(body) ? body.flatMap(toSchedulerJob) : undefined;

/** @returns the job, or nothing where it cannot be made out */
function toSchedulerJob(answer: unknown): SchedulerJob[] {
	const jobId = isRecord(answer) ? textOf(answer.jobId) : undefined;
	if (!isRecord(answer) || jobId === undefined) return [];
	return [
		{
			jobId,
			email: textOf(answer.email),
			started: textOf(answer.started),
			elapsed: textOf(answer.elapsed),
			replyRef: textOf(answer.replyRef),
			answer,
		},
	];
}

function toCapacity(answer: unknown): SchedulerCapacity | undefined {
	if (!isRecord(answer) || !Array.isArray(answer.available)) return undefined;
	const listed: unknown = answer.executing ?? [];
	if (!Array.isArray(listed)) return undefined;
	const executing = listed.flatMap(toSchedulerJob);
	const available = answer.available.flatMap((account: unknown): SchedulerAccount[] => {
		const email = isRecord(account) ? textOf(account.email) : undefined;
		if (!isRecord(account) || email === undefined) return [];
		const listedHere = executing.filter((job) => job.email === email).length;
		const free = numberOf(account.available);
		const most = numberOf(account.maxJobs);
		// The list may be behind the numbers.
		const counted = most === undefined || free === undefined ? listedHere : most - free;
		const running = numberOf(account.executing) ?? counted;
		const maxJobs = most ?? running + (free ?? 1);
		return [{ email, maxJobs, executing: running, available: free ?? maxJobs - running }];
	});
	const isListed = Array.isArray(answer.executing) || available.every((one) => one.executing === 0);
	const isWhole = isListed && executing.length === listed.length && listed.every(tellsReference);
	return { executing, isWhole, available, answer };
}

/** Whether an entry says whose it is. A number is some other program's; what makes no sense at all may be one that is sought. */
const tellsReference = (entry: unknown) =>
	isRecord(entry) && typeof (entry.replyRef ?? '') !== 'object';

function toBalance(answer: Answer<unknown>): Answer<number | undefined> {
	if (!answer.ok || !isRecord(answer.body)) {
		return answer.ok ? { ok: true, body: undefined } : answer;
	}
	const { balance, error } = answer.body;
	const detail = textOf(error);
	// The page of an account tells so by a field of its own; any use of it is answered so.
	if (detail !== undefined) {
		return { ok: false, failure: { status: SESSION_DEAD, detail, effect: 'none' } };
	}
	return { ok: true, body: isRecord(balance) ? numberOf(balance.LTXStudio_token) : undefined };
}

function toAssetPage(body: unknown): AssetPage | undefined {
	if (!isRecord(body) || !Array.isArray(body.items)) return undefined;
	const listed: unknown[] = body.items;
	const items = listed.filter(isAssetItem);
	const meta = isRecord(body.meta) ? body.meta : {};
	return {
		items,
		isWhole: listed.every(isKnownAsset),
		meta: {
			totalItems: numberOf(meta.totalItems) ?? items.length,
			itemCount: numberOf(meta.itemCount) ?? items.length,
			itemsPerPage: numberOf(meta.itemsPerPage) ?? items.length,
			// Without a word on it, pages are asked for until one is empty.
			totalPages: numberOf(meta.totalPages) ?? Infinity,
			currentPage: numberOf(meta.currentPage) ?? 1,
		},
	};
}

const isAssetItem = (item: unknown): item is AssetItem => isRecord(item);

/** Whether an asset was made, and not uploaded. */
export const isResult = ({ signedAsset }: AssetItem): boolean =>
	signedAsset?.asset?.type === 'artifact';

/** What was uploaded was made by no job. */
function isKnownAsset(item: unknown): boolean {
	if (!isAssetItem(item)) return false;
	if (item.jobId !== undefined) return isText(item.jobId);
	return !isResult(item) || isText(item.id);
}
