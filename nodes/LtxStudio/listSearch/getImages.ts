import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { createLtxStudioApi, type AssetItem } from '../service/api';
import { connectForList } from '../../shared/n8n/connectForList';
import { chosenAccount } from './chosenAccount';

const PAGE_SIZE = 20;

/** Lists the pictures of the account, a page at a time. */
export async function getImages(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken = '1',
): Promise<INodeListSearchResult> {
	const client = await connectForList(this);
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
	return `${jobId ? 'Generated' : 'Uploaded'} ${kind} · ${id.slice(0, 8)}`;
}

const link = ({ signedAsset, relatedAssets }: AssetItem) => {
	const url = signedAsset?.assetUrl ?? relatedAssets?.thumbnails?.large?.assetUrl;
	return url ? { url } : {};
};
