import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { itemOperation, type OutputFields } from '../../../shared/n8n/itemOperation';
import { simplifyField } from '../../../shared/n8n/commonFields';
import { toIsoDate } from '../../service/job';
import { createLtxStudioApi, type AssetItem, type AssetQuery } from '../../service/api';
import { onlyAccount, unknownAccount } from '../../service/account';
import { accountLocator } from '../../fields/locators';
import { PAGES } from '../operation';

/** The vendor gives no greatest page size: this is asked for, and what comes is taken. */
const PAGE_SIZE = 100;

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
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		default: 50,
		typeOptions: { minValue: 1 },
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
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
	read: (form) => ({
		chosen: form.email('email'),
		limit: form.boolean('returnAll') ? Infinity : form.integer('limit'),
		filter: form.choice('filter') as AssetQuery['filter'],
		simplify: form.boolean('simplify'),
	}),
	execute: async ({ context, client, item }, { chosen, limit, filter, simplify }) => {
		const api = createLtxStudioApi(client);
		const { length: count } = context.getInputData();
		const email = chosen ?? (await onlyAccount(context, client, { item, count }));
		const assets: AssetItem[] = [];
		for (let page = 1; assets.length < limit; page++) {
			const answer = await api.assets({
				email,
				page,
				limit: Math.min(limit, PAGE_SIZE),
				...(filter ? { filter } : {}),
			});
			if (!answer.ok) throw client.error(answer.failure, unknownAccount(email));
			const { items, meta } = answer.body;
			assets.push(...items);
			if (items.length === 0 || page >= meta.totalPages) break;
		}
		return assets
			.slice(0, limit)
			.map((asset) => ({ json: simplify ? toAsset(asset, email) : { ...asset, email } }));
	},
});

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
