import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { simplifyField } from '../../../shared/n8n/commonFields';
import { toIsoDate } from '../../service/job';
import { createLtxStudioApi, type AssetItem, type AssetQuery } from '../../service/api';
import { onlyAccount } from '../../service/chooseAccount';
import { unknownAccount } from '../../service/accountMeanings';
import { accountLocator } from '../../fields/locators';

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

/**
 * Lists what an account has uploaded and made, page by page.
 * @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-assets
 */
export const getAll = itemOperation({
	description: displayFor('asset', 'getAll', fields),
	read: (form) => ({
		chosen: form.text('email'),
		limit: form.boolean('returnAll') ? Infinity : (form.integer('limit') ?? 50),
		filter: form.choice('filter') as AssetQuery['filter'],
		simplify: form.boolean('simplify'),
	}),
	execute: async ({ context, client, item }, { chosen, limit, filter, simplify }) => {
		const api = createLtxStudioApi(client);
		const email = chosen ?? (await onlyAccount(context, client, item));
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
	id,
	jobId: jobId ?? null,
	assetUrl: signedAsset?.assetUrl ?? null,
	fileId: signedAsset?.asset?.fileId ?? null,
	mimeType: signedAsset?.asset?.mimeType ?? null,
	expiresAt: toIsoDate(signedAsset?.expirationDateString),
	thumbnailUrl: relatedAssets?.thumbnails?.large?.assetUrl ?? null,
	email,
});
