import { displayFor } from '../../../shared/actions/displayFor';
import { itemOperation } from '../../../shared/actions/itemOperation';
import { readEmail } from '../../../shared/fields/email';
import { LTX_STUDIO } from '../../../shared/jobs/ltxStudioApi';
import { accountLocator } from '../common/locators';
import { unknownAccount } from './meanings';

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
