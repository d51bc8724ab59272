import type { IDataObject } from 'n8n-workflow';

import { itemOperation } from '../../../shared/n8n/itemOperation';
import { simplifyField } from '../../../shared/n8n/commonFields';
import { userReferenceOf, withoutTokens } from '../../service/job';
import { parseJobId } from '../../service/jobId';
import { createLtxStudioApi, type SchedulerJob } from '../../service/api';
import { readReplyReference } from '../../../shared/jobs/reference';
import { PAGES } from '../operation';

/** Lists the running jobs of all accounts, one item each. */
export const getAll = itemOperation({
	name: 'Get Many',
	summary: 'List the jobs that are running, of every account',
	action: 'Get many running jobs',
	endpoint: 'GET v1/ltxstudio/scheduler',
	page: `${PAGES}/get-ltxstudio-scheduler`,
	output: {
		jobId: 'string',
		type: 'string',
		status: 'string',
		email: 'string',
		startedAt: 'string',
		elapsed: 'string',
		replyRef: 'string',
		executionId: 'string',
	},
	description: [simplifyField],
	read: (form) => form.boolean('simplify'),
	execute: async ({ client }, simplify) => {
		const answer = await createLtxStudioApi(client).runningJobs();
		if (!answer.ok) throw client.error(answer.failure);
		return answer.body.map((job) => ({
			json: simplify ? schedulerJobOutput(job) : withoutTokens(job.answer),
		}));
	},
});

/** The reply URL is left out: it may hold the token by which an execution is resumed. */
export function schedulerJobOutput({
	jobId,
	email,
	started,
	elapsed,
	replyRef,
}: SchedulerJob): IDataObject {
	return {
		jobId,
		type: parseJobId(jobId)?.type ?? null,
		status: 'active',
		email,
		startedAt: started ?? null,
		elapsed: elapsed ?? null,
		replyRef: userReferenceOf(replyRef),
		executionId: readReplyReference(replyRef)?.executionId ?? null,
	};
}
