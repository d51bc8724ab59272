import { displayFor } from '../../../shared/n8n/displayFor';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { simplifyField } from '../../../shared/n8n/commonFields';
import { readEmail } from '../../../shared/n8n/email';
import { LTX_STUDIO } from '../../service/api';
import { accountLocator } from '../../fields/locators';
import { unknownAccount } from '../../service/accountMeanings';
import { toAccount, type AccountAnswer } from '../../service/account';

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
