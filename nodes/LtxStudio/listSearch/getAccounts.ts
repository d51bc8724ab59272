import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { createLtxStudioApi } from '../service/api';
import { connectForList, toListError } from '../../shared/n8n/lists';
import { textOf } from '../../shared/values';
import { NO_ACCOUNT_TO_LIST, readAccounts } from '../service/account';
import { LTX_STUDIO_API } from '../service/texts';

/** Lists the configured accounts with their free slots and when their session ends. */
export async function getAccounts(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await connectForList(this, LTX_STUDIO_API);
	const [accounts, capacity] = await Promise.all([
		readAccounts(client),
		createLtxStudioApi(client).capacity(),
	]);
	const slots = new Map(
		capacity.ok ? capacity.body.available.map((account) => [account.email, account]) : [],
	);
	const results = Object.entries(accounts)
		.filter(([email]) => email.toLowerCase().includes(filter.toLowerCase()))
		.map(([email, { refreshTokenExpireUTC, error }]) => {
			const free = slots.get(email);
			const end = textOf(refreshTokenExpireUTC)?.slice(0, 10);
			const facts = [
				free ? `${free.available} of ${free.maxJobs} free` : '',
				error ? 'not usable' : '',
				end ? `until ${end}` : '',
			].filter(Boolean);
			return { name: [email, ...facts].join(' · '), value: email };
		});
	if (Object.keys(accounts).length === 0) throw toListError(this, NO_ACCOUNT_TO_LIST);
	return { results };
}
