import type { IDataObject } from 'n8n-workflow';

import type { Answer } from '../../shared/api/failure';
import type { ApiRequest, UseapiClient } from '../../shared/api/client';
import type { JobAnswer, SignedAsset } from './job';
import type { MediaType } from './jobId';

export const LTX_STUDIO = 'v1/ltxstudio';

/** @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-scheduler */
export interface RunningJob {
	jobId: string;
	email: string;
	/** ISO 8601 */
	started?: string;
	/** `MM:SS` */
	elapsed?: string;
	replyUrl?: string;
	replyRef?: string;
}

/** @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-scheduler-available */
export interface AccountCapacity {
	email: string;
	maxJobs: number;
	executing: number;
	available: number;
}

export interface Capacity {
	executing: RunningJob[];
	available: AccountCapacity[];
}

export interface AssetItem {
	id: string;
	jobId?: string;
	signedAsset?: SignedAsset;
	relatedAssets?: { thumbnails?: { large?: SignedAsset } };
}

/** @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-assets */
export interface AssetPage {
	items: AssetItem[];
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
const POLL_ATTEMPT_MS = 3_000;

/** The calls that submitting and waiting are made of. */
export interface LtxStudioApi {
	submit(path: string, body: IDataObject): Promise<Answer<JobAnswer>>;
	job(jobId: string): Promise<Answer<JobAnswer>>;
	runningJobs(): Promise<Answer<RunningJob[]>>;
	capacity(): Promise<Answer<Capacity>>;
	assets(query: AssetQuery): Promise<Answer<AssetPage>>;
}

/** The request that reads one job. */
export const jobRequest = (jobId: string): ApiRequest => ({
	method: 'GET',
	path: `${LTX_STUDIO}/assets/${encodeURIComponent(jobId)}`,
	meanings: {
		404: {
			message: `The job is not known: ${jobId}`,
			description:
				'It has expired, was cancelled, or belongs to another useapi.net subscription. Check the Job field.',
		},
	},
});

/** Binds the calls to a client. */
export function createLtxStudioApi(client: UseapiClient): LtxStudioApi {
	const get = async <Body>(path: string, query?: IDataObject) =>
		await client.send<Body>({
			method: 'GET',
			path: `${LTX_STUDIO}/${path}`,
			...(query ? { query } : {}),
		});
	return {
		submit: async (path, body) =>
			await client.send<JobAnswer>({
				method: 'POST',
				path: `${LTX_STUDIO}/${path}`,
				body,
				timeout: CREATE_TIMEOUT_MS + Number(body.pollForResult ?? 0) * POLL_ATTEMPT_MS,
			}),
		job: async (jobId) => await client.send<JobAnswer>(jobRequest(jobId)),
		runningJobs: async () => await get<RunningJob[]>('scheduler'),
		capacity: async () => await get<Capacity>('scheduler/available'),
		assets: async (query) => await get<AssetPage>('assets/', { ...query }),
	};
}
