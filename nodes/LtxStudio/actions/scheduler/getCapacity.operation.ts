import { itemOperation } from '../../../shared/n8n/itemOperation';
import { simplifyField } from '../../../shared/n8n/commonFields';
import { createLtxStudioApi } from '../../service/api';
import { withoutTokens } from '../../service/job';
import { PAGES } from '../operation';
import { schedulerJobOutput } from './getAll.operation';

/** Tells how many more jobs each account can run, one item an account. */
export const getCapacity = itemOperation({
	name: 'Get Capacity',
	summary: 'See how many more jobs each account can run',
	action: 'Get the capacity',
	endpoint: 'GET v1/ltxstudio/scheduler/available',
	page: `${PAGES}/get-ltxstudio-scheduler-available`,
	output: {
		email: 'string',
		maxJobs: 'number',
		executing: 'number',
		available: 'number',
		jobs: 'array',
	},
	description: [simplifyField],
	read: (form) => form.boolean('simplify'),
	execute: async ({ client }, simplify) => {
		const answer = await createLtxStudioApi(client).capacity();
		if (!answer.ok) throw client.error(answer.failure);
		const { available, executing, answer: told } = answer.body;
		if (!simplify) {
			return [{ json: { ...told, executing: executing.map((job) => withoutTokens(job.answer)) } }];
		}
		return available.map((account) => ({
			json: {
				...account,
				jobs: executing.filter(({ email }) => email === account.email).map(schedulerJobOutput),
			},
		}));
	},
});
