import { simplifyField } from '../../../shared/n8n/commonFields';
import { itemOperation, requestTo } from '../../../shared/n8n/itemOperation';
import { accountLocator } from '../../fields/locators';
import { ACCOUNT_OUTPUT, sendForAccount, toAccount, unknownAccount } from '../../service/account';
import { PAGES } from '../operation';

const endpoint = 'GET v1/ltxstudio/accounts/{email}';

/** Gets one account with its balance. */
export const get = itemOperation({
	name: 'Get',
	summary: 'Get an account with its balance',
	action: 'Get an account',
	endpoint,
	page: `${PAGES}/get-ltxstudio-accounts-email`,
	output: ACCOUNT_OUTPUT,
	description: [
		accountLocator({ required: true, description: 'The account to get, with its balance' }),
		simplifyField,
	],
	read: (form) => ({
		email: form.email('email', { required: true }),
		simplify: form.boolean('simplify'),
	}),
	execute: async ({ client }, { email, simplify }) => {
		const answer = await sendForAccount(client, requestTo(endpoint, { email }));
		if (!answer.ok) throw client.error(answer.failure, unknownAccount(email));
		return [{ json: toAccount(answer.body, { simplify }) }];
	},
});
