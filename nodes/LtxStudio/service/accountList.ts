import { LTX_STUDIO } from './api';
import type { UseapiClient } from '../../shared/api/client';
import { isNotConfigured } from '../../shared/api/failure';
import type { AccountAnswer } from './account';

/**
 * @returns the configured accounts by e-mail
 * @throws {NodeApiError} when the API does not answer
 */
export async function readAccounts(client: UseapiClient): Promise<Record<string, AccountAnswer>> {
	const answer = await client.send<Record<string, AccountAnswer>>({
		method: 'GET',
		path: `${LTX_STUDIO}/accounts`,
	});
	if (answer.ok) return answer.body;
	if (isNotConfigured(answer.failure)) return {};
	throw client.error(answer.failure);
}
