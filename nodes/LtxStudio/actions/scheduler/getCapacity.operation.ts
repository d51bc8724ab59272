import type { INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { simplifyField } from '../../../shared/n8n/commonFields';
import { createLtxStudioApi } from '../../service/api';
import { toRunningJob } from './getAll.operation';

const fields: INodeProperties[] = [simplifyField];

/**
 * Tells how many more jobs each account can run, one item an account.
 * @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-scheduler-available
 */
export const getCapacity = itemOperation({
	description: displayFor('scheduler', 'getCapacity', fields),
	read: (form) => form.boolean('simplify'),
	execute: async ({ client }, simplify) => {
		const answer = await createLtxStudioApi(client).capacity();
		if (!answer.ok) throw client.error(answer.failure);
		const { available, executing } = answer.body;
		if (!simplify) return [{ json: { available, executing } }];
		return available.map((account) => ({
			json: {
				...account,
				jobs: executing.filter(({ email }) => email === account.email).map(toRunningJob),
			},
		}));
	},
});
