import {
	isResourceLocatorValue,
	type ILoadOptionsFunctions,
	type INodeListSearchResult,
} from 'n8n-workflow';

import { createLtxStudioApi, type AssetItem } from '../service/api';
import type { ApiClient } from '../../shared/api/client';
import { connectForList, toListError } from '../../shared/n8n/lists';
import { NO_ACCOUNT_TO_LIST, readAccounts } from '../service/account';
import { LTX_STUDIO_API } from '../service/texts';

const PAGE_SIZE = 20;

/** Lists the pictures of the account, a page at a time. */
export async function getImages(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken = '1',
): Promise<INodeListSearchResult> {
	const client = await connectForList(this, LTX_STUDIO_API);
	const email = await chosenAccount(this, client);
	const page = Number(paginationToken);
	const answer = await createLtxStudioApi(client).assets({
		email,
		page,
		limit: PAGE_SIZE,
		filter: 'images',
	});
	if (!answer.ok) throw client.error(answer.failure);
	const { items, meta } = answer.body;
	const results = items.flatMap((asset) => {
		const fileId = asset.signedAsset?.asset?.fileId;
		const name = describe(asset);
		return fileId && `${name} ${fileId}`.toLowerCase().includes(filter.toLowerCase())
			? [{ name, value: fileId, ...link(asset) }]
			: [];
	});
	return page < meta.totalPages ? { results, paginationToken: String(page + 1) } : { results };
}

function describe({ id, jobId, signedAsset }: AssetItem): string {
	const kind = signedAsset?.asset?.mimeType?.replace('image/', '').toUpperCase() ?? 'Image';
	return `${jobId ? 'Generated' : 'Uploaded'} ${kind} · ${(id ?? '').slice(0, 8)}`;
}

const link = ({ signedAsset, relatedAssets }: AssetItem) => {
	const url = signedAsset?.assetUrl ?? relatedAssets?.thumbnails?.large?.assetUrl;
	return url ? { url } : {};
};

/**
 * The account whose things are listed: the one chosen in the form, else the only one.
 *
 * @throws {NodeOperationError} when there is none, or when it could be one of several
 */
async function chosenAccount(context: ILoadOptionsFunctions, client: ApiClient): Promise<string> {
	for (const place of ['email', 'options.email']) {
		const parameter = context.getCurrentNodeParameter(place);
		const value = isResourceLocatorValue(parameter) ? parameter.value : parameter;
		if (typeof value === 'string' && value !== '') return value;
	}
	const [first, ...others] = Object.keys(await readAccounts(client));
	if (first === undefined) throw toListError(context, NO_ACCOUNT_TO_LIST);
	if (others.length > 0) {
		throw toListError(context, 'Choose an account first: several are configured');
	}
	return first;
}
