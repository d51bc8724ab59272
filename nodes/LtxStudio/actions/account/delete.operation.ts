import { displayFor } from '../../../shared/n8n/displayFor';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { readEmail } from '../../../shared/n8n/email';
import { LTX_STUDIO } from '../../service/api';
import { accountLocator } from '../../fields/locators';
import { unknownAccount } from '../../service/accountMeanings';

/**
 * Removes an account from useapi.net. The LTX Studio account itself stays as it is.
 * @see https://useapi.net/docs/api-ltxstudio-v1/del-ltxstudio-accounts-email
 */
export const remove = itemOperation({
	description: displayFor('account', 'delete', [
		accountLocator({
			required: true,
			description:
				'The account to remove from useapi.net. The LTX Studio account itself stays as it is.',
		}),
	]),
	read: readEmail,
	execute: async ({ client }, email) => {
		await client.request({
			method: 'DELETE',
			path: `${LTX_STUDIO}/accounts/${encodeURIComponent(email)}`,
			meanings: unknownAccount(email),
		});
		return [{ json: { deleted: true, email } }];
	},
});
