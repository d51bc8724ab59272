import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { connectForList, toListError } from '../../shared/n8n/lists';
import { isNotConfigured } from '../../shared/api/failure';
import { USEAPI } from '../../shared/useapi/api';
import { LUMA, type AccountsAnswer } from '../lumaApi';

/** Lists the Luma accounts that are configured at useapi.net. */
export async function getAccounts(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await connectForList(this, USEAPI);
	const answer = await client.send<AccountsAnswer | null>({
		method: 'GET',
		path: `${LUMA}/accounts`,
	});
	if (!answer.ok && !isNotConfigured(answer.failure)) {
		const { message } = client.error(answer.failure);
		throw toListError(this, `${message}. The address can also be typed under By Email.`);
	}
	const accounts = Object.entries((answer.ok ? answer.body : undefined) ?? {});
	if (accounts.length === 0) {
		throw toListError(this, 'No Luma account is configured: add one at useapi.net first');
	}
	const results = accounts
		.filter(([email]) => email.toLowerCase().includes(filter.toLowerCase()))
		.map(([email, account]) => ({
			name: account?.error === undefined ? email : `${email} · not usable`,
			value: email,
		}));
	return { results };
}
