import { LTX_STUDIO } from '../../../shared/jobs/ltxStudioApi';
import { displayFor } from '../common/displayFor';
import { accountLocator } from '../common/locators';
import { simplifyField } from '../common/waiting';
import { itemOperation } from '../operation';
import { readEmail } from './email';
import { unknownAccount } from './meanings';
import { toAccount, type AccountAnswer } from './output';

/**
 * Gets one account with its balance.
 * @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-accounts-email
 */
export const get = itemOperation({
	description: displayFor('account', 'get', [
		accountLocator({ required: true, description: 'The account to get, with its balance' }),
		simplifyField,
	]),
	read: (form) => ({ email: readEmail(form), simplify: form.boolean('simplify') }),
	execute: async ({ client }, { email, simplify }) => {
		const answer = await client.request<AccountAnswer>({
			method: 'GET',
			path: `${LTX_STUDIO}/accounts/${encodeURIComponent(email)}`,
			meanings: unknownAccount(email),
		});
		return [{ json: toAccount(answer, simplify) }];
	},
});
