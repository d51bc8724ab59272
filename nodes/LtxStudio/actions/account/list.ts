import { LTX_STUDIO } from '../../../shared/jobs/ltxStudioApi';
import type { UseapiClient } from '../../../shared/transport/client';
import { isRetired } from '../../../shared/transport/failure';
import type { AccountAnswer } from './output';

/** The API answers so as long as no account is configured. */
const NONE_CONFIGURED = 404;

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
	const { failure } = answer;
	if (failure.status === NONE_CONFIGURED && !isRetired(failure)) return {};
	throw client.error(failure);
}
