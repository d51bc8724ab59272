import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { displayFor } from '../../../shared/n8n/displayFor';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { simplifyField } from '../../../shared/n8n/commonFields';
import { userReferenceOf, withoutTokens } from '../../service/job';
import { parseJobId } from '../../service/jobId';
import { createLtxStudioApi, type RunningJob } from '../../service/api';
import { readReplyReference } from '../../../shared/jobs/reference';

const fields: INodeProperties[] = [simplifyField];

/**
 * Lists the running jobs of all accounts, one item each.
 * @see https://useapi.net/docs/api-ltxstudio-v1/get-ltxstudio-scheduler
 */
export const getAll = itemOperation({
	description: displayFor('scheduler', 'getAll', fields),
	read: (form) => form.boolean('simplify'),
	execute: async ({ client }, simplify) => {
		const answer = await createLtxStudioApi(client).runningJobs();
		if (!answer.ok) throw client.error(answer.failure);
		return answer.body.map((job) => ({
			json: simplify ? toRunningJob(job) : withoutTokens(job.answer),
		}));
	},
});

/** The reply URL is left out: it may hold the token by which an execution is resumed. */
export function toRunningJob({
	jobId,
	email,
	started,
	elapsed,
	replyRef,
}: RunningJob): IDataObject {
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
