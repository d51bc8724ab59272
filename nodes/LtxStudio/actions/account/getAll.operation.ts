import { displayFor } from '../../../shared/n8n/displayFor';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { simplifyField } from '../../../shared/n8n/commonFields';
import { readAccounts } from '../../service/accountList';
import { toAccount } from '../../service/account';

/**
 * Lists the configured accounts, one item each.
 * @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-accounts
 */
export const getAll = itemOperation({
	description: displayFor('account', 'getAll', [simplifyField]),
	read: (form) => form.boolean('simplify'),
	execute: async ({ client }, simplify) => {
		const accounts = await readAccounts(client);
		return Object.entries(accounts).map(([email, answer]) => ({
			json: toAccount(answer, simplify, email),
		}));
	},
});
