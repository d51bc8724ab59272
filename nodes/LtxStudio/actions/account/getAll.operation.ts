import { simplifyField } from '../../../shared/n8n/commonFields';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { ACCOUNT_OUTPUT, readAccounts, toAccount } from '../../service/account';
import { PAGES } from '../operation';

/** Lists the configured accounts, one item each. */
export const getAll = itemOperation({
	name: 'Get Many',
	summary: 'Get many configured accounts',
	action: 'Get many accounts',
	endpoint: 'GET v1/ltxstudio/accounts',
	page: `${PAGES}/get-ltxstudio-accounts`,
	output: ACCOUNT_OUTPUT,
	description: [simplifyField],
	read: (form) => form.boolean('simplify'),
	execute: async ({ client }, simplify) => {
		const accounts = await readAccounts(client);
		return Object.entries(accounts).map(([email, answer]) => ({
			json: toAccount(answer, { simplify, email }),
		}));
	},
});
