import { displayFor } from '../../../shared/actions/displayFor';
import { itemOperation } from '../../../shared/actions/itemOperation';
import { simplifyField } from '../../../shared/fields/commonFields';
import { readEmail } from '../../../shared/fields/email';
import { LTX_STUDIO } from '../../../shared/jobs/ltxStudioApi';
import { accountLocator } from '../common/locators';
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
