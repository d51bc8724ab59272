import { displayFor } from '../common/displayFor';
import { simplifyField } from '../common/waiting';
import { itemOperation } from '../operation';
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
