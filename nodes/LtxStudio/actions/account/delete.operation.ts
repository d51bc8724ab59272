import { itemOperation, requestTo } from '../../../shared/n8n/itemOperation';
import { accountLocator } from '../../fields/locators';
import { unknownAccount } from '../../service/account';
import { PAGES } from '../operation';

const endpoint = 'DELETE v1/ltxstudio/accounts/{email}';

/** Removes an account from useapi.net. The LTX Studio account itself stays as it is. */
export const remove = itemOperation({
	name: 'Delete',
	summary: 'Remove an account from useapi.net',
	action: 'Delete an account',
	endpoint,
	page: `${PAGES}/del-ltxstudio-accounts-email`,
	output: { deleted: 'boolean', email: 'string' },
	description: [
		accountLocator({
			required: true,
			description:
				'The account to remove from useapi.net. The LTX Studio account itself stays as it is.',
		}),
	],
	read: (form) => form.email('email', { required: true }),
	execute: async ({ client }, email) => {
		await client.request({ ...requestTo(endpoint, { email }), meanings: unknownAccount(email) });
		return [{ json: { deleted: true, email } }];
	},
});
