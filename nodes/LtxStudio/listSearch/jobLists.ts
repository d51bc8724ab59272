import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { parseJobId, type MediaType } from '../service/jobId';
import { ASSET_FILTER, createLtxStudioApi, type LtxStudioApi } from '../service/api';
import { readReplyReference } from '../../shared/jobs/reference';
import { connectForList } from '../../shared/n8n/lists';
import type { ApiClient } from '../../shared/api/client';
import { SESSION_DEAD, type Failure } from '../../shared/api/failure';
import { readAccounts } from '../service/account';
import { LTX_STUDIO_API } from '../service/texts';

const PAGE_SIZE = 20;

const NAMES: Readonly<Record<MediaType, string>> = { image: 'Image', video: 'Video' };

/** What a job is called in a list. */
function nameOf(jobId: string, state: string): string {
	const { type = 'video', uuid = jobId, email = '' } = parseJobId(jobId) ?? {};
	return `${NAMES[type]} · ${state} · ${uuid.slice(0, 8)} · ${email}`;
}

const matches = (filter: string) => {
	const wanted = filter.toLowerCase();
	return ({ name, value }: INodeListSearchItems) =>
		`${name} ${String(value)}`.toLowerCase().includes(wanted);
};

async function runningItems(client: ApiClient, api: LtxStudioApi): Promise<INodeListSearchItems[]> {
	const answer = await api.runningJobs();
	if (!answer.ok) throw client.error(answer.failure);
	return answer.body.map(({ jobId, elapsed, replyRef }) => {
		const own = readReplyReference(replyRef)?.userReference;
		const state = ['running', elapsed, own].filter(Boolean).join(' ');
		return { name: nameOf(jobId, state), value: jobId };
	});
}

async function finishedItems(
	client: ApiClient,
	api: LtxStudioApi,
	page: number,
	type?: MediaType,
): Promise<{ items: INodeListSearchItems[]; hasMore: boolean }> {
	const items: INodeListSearchItems[] = [];
	let hasMore = false;
	let isAnyAlive = false;
	let deadSession: Failure | undefined;
	for (const email of Object.keys(await readAccounts(client))) {
		const answer = await api.assets({
			email,
			page,
			limit: PAGE_SIZE,
			...(type ? { filter: ASSET_FILTER[type] } : {}),
		});
		if (!answer.ok) {
			if (answer.failure.status !== SESSION_DEAD) throw client.error(answer.failure);
			deadSession = answer.failure;
			continue;
		}
		isAnyAlive = true;
		hasMore ||= page < answer.body.meta.totalPages;
		for (const { jobId, signedAsset } of answer.body.items) {
			if (!jobId) continue;
			const url = signedAsset?.assetUrl;
			items.push({ name: nameOf(jobId, 'finished'), value: jobId, ...(url ? { url } : {}) });
		}
	}
	if (deadSession && !isAnyAlive) throw client.error(deadSession);
	return { items, hasMore };
}

/** Lists the running jobs. */
export async function getRunningJobs(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await connectForList(this, LTX_STUDIO_API);
	const items = await runningItems(client, createLtxStudioApi(client));
	return { results: items.filter(matches(filter)) };
}

/** Lists the running jobs, then the finished ones page by page. */
export async function getJobs(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken = '1',
): Promise<INodeListSearchResult> {
	const client = await connectForList(this, LTX_STUDIO_API);
	const api = createLtxStudioApi(client);
	const page = Number(paginationToken);
	const running = page === 1 ? await runningItems(client, api) : [];
	const { items, hasMore } = await finishedItems(client, api, page);
	const results = [...running, ...items].filter(matches(filter));
	return hasMore ? { results, paginationToken: String(page + 1) } : { results };
}

/** Lists the finished jobs that made an image, page by page. */
export async function getImageJobs(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken = '1',
): Promise<INodeListSearchResult> {
	const client = await connectForList(this, LTX_STUDIO_API);
	const page = Number(paginationToken);
	const { items, hasMore } = await finishedItems(client, createLtxStudioApi(client), page, 'image');
	const results = items.filter(matches(filter));
	return hasMore ? { results, paginationToken: String(page + 1) } : { results };
}
