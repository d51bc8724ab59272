import { displayFor } from '../../../shared/actions/displayFor';
import { itemOperation } from '../../../shared/actions/itemOperation';
import { simplifyField } from '../../../shared/fields/commonFields';
import { readAccounts } from './list';
import { toAccount } from './output';

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
