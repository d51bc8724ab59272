import { isResourceLocatorValue, type ILoadOptionsFunctions } from 'n8n-workflow';

import { toListError } from '../../shared/n8n/listError';
import type { UseapiClient } from '../../shared/api/client';
import { readAccounts } from '../service/accountList';

/**
 * The account whose things are listed: the one chosen in the form, else the only one.
 *
 * @throws {NodeOperationError} when there is none, or when it could be one of several
 */
export async function chosenAccount(
	context: ILoadOptionsFunctions,
	client: UseapiClient,
): Promise<string> {
	const parameter = context.getCurrentNodeParameter('email', { extractValue: true });
	const value = isResourceLocatorValue(parameter) ? parameter.value : parameter;
	if (typeof value === 'string' && value !== '') return value;
	const [first, ...others] = Object.keys(await readAccounts(client));
	if (first === undefined) {
		throw toListError(context, 'No account is configured: use Account > Create or Update first');
	}
	if (others.length > 0) throw toListError(context, 'Choose an account in the Account field first');
	return first;
}
