import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { ApiClient } from '../../../shared/api/client';
import { itemOperation, type OutputFields } from '../../../shared/n8n/itemOperation';
import { simplifyField } from '../../../shared/n8n/commonFields';
import { toIsoDate } from '../../service/job';
import {
	createLtxStudioApi,
	type AssetItem,
	type AssetPage,
	type AssetQuery,
} from '../../service/api';
import { onlyAccount, unknownAccount } from '../../service/account';
import { accountLocator } from '../../fields/locators';
import { ofVersion1, sinceVersion11 } from '../../versions';
import { PAGES } from '../operation';

/** The vendor gives no greatest page size: this is asked for, and what comes is taken. */
const PAGE_SIZE = 100;

/** How many results the API puts on a page. */
const PAGE_DEFAULT = 20;

const limitField: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	default: 50,
	typeOptions: { minValue: 1 },
	description: 'Max number of results to return',
	displayOptions: { show: { returnAll: [false] } },
};

const fields: INodeProperties[] = [
	accountLocator({
		description: 'The account to list. Needed as soon as several are configured.',
	}),
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	sinceVersion11({
		displayName: 'Page',
		name: 'page',
		type: 'number',
		default: 1,
		typeOptions: { minValue: 1 },
		description:
			'Which page of results to return, each of as many as the limit. The newest are on the first.',
		displayOptions: { show: { returnAll: [false] } },
	}),
	ofVersion1(limitField),
	sinceVersion11({ ...limitField, default: PAGE_DEFAULT }),
	{
		displayName: 'Type',
		name: 'filter',
		type: 'options',
		default: '',
		description: 'Which assets to return',
		options: [
			{ name: 'All', value: '' },
			{ name: 'Audio', value: 'audio' },
			{ name: 'Images', value: 'images' },
			{ name: 'Other', value: 'other' },
			{ name: 'Videos', value: 'videos' },
		],
	},
	simplifyField,
];

export const ASSET_OUTPUT: OutputFields = {
	id: 'string',
	jobId: 'string',
	assetUrl: 'string',
	fileId: 'string',
	mimeType: 'string',
	expiresAt: 'string',
	thumbnailUrl: 'string',
	email: 'string',
};

/** Lists what an account has uploaded and made, page by page. */
export const getAll = itemOperation({
	name: 'Get Many',
	summary: 'List what an account has uploaded and made',
	action: 'Get many assets',
	endpoint: 'GET v1/ltxstudio/assets/',
	page: `${PAGES}/get-ltxstudio-assets`,
	output: ASSET_OUTPUT,
	description: fields,
	read: (form) => {
		// Nodes of version 1 have no page.
		const page = form.integer('page', { optional: true }) ?? 1;
		return {
			chosen: form.email('email'),
			pages: form.boolean('returnAll')
				? { page: 1, limit: Infinity }
				: { page, limit: form.integer('limit') },
			filter: form.choice('filter') as AssetQuery['filter'],
			simplify: form.boolean('simplify'),
		};
	},
	execute: async ({ context, client, item }, { chosen, pages, filter, simplify }) => {
		const { length: count } = context.getInputData();
		const email = chosen ?? (await onlyAccount(context, client, { item, count }));
		const query = { email, ...(filter ? { filter } : {}) };
		const { items, meta } = await readAssets(client, query, pages);
		return items.map((asset) => ({
			json: simplify ? toAsset(asset, email) : { ...asset, email, meta: { ...meta } },
		}));
	},
});

/**
 * @param page from 1
 * @param limit how many assets a page has, and how many to read at most
 * @returns the assets, and what the API says of the last page that was read
 */
async function readAssets(
	client: ApiClient,
	query: AssetQuery,
	{ page: first, limit }: { page: number; limit: number },
): Promise<Pick<AssetPage, 'items' | 'meta'>> {
	const api = createLtxStudioApi(client);
	// A page of its own has the size that the user has chosen; from the first one on, large pages are read until there are enough.
	const size = first === 1 ? Math.min(limit, PAGE_SIZE) : limit;
	const items: AssetItem[] = [];
	for (let page = first; ; page++) {
		const answer = await api.assets({ ...query, page, limit: size });
		if (!answer.ok) throw client.error(answer.failure, unknownAccount(query.email ?? ''));
		const { items: more, meta } = answer.body;
		items.push(...more);
		if (first > 1 || items.length >= limit || more.length === 0 || page >= meta.totalPages) {
			return { items: items.slice(0, limit), meta };
		}
	}
}

const toAsset = (
	{ id, jobId, signedAsset, relatedAssets }: AssetItem,
	email: string,
): IDataObject => ({
	id: id ?? null,
	jobId: jobId ?? null,
	assetUrl: signedAsset?.assetUrl ?? null,
	fileId: signedAsset?.asset?.fileId ?? null,
	mimeType: signedAsset?.asset?.mimeType ?? null,
	expiresAt: toIsoDate(signedAsset?.expirationDateString),
	thumbnailUrl: relatedAssets?.thumbnails?.large?.assetUrl ?? null,
	email,
});
