import type { IDataObject } from 'n8n-workflow';

import type { JobReport } from '../../shared/jobs/service';
import { isRecord, textOf } from '../../shared/values';
import { withoutTokens } from '../service/job';
import { parseJobId } from '../service/jobId';

/** What the trigger's `webhook()` hands to its `execute()`. n8n stores it with the execution. */
export interface Arrival {
	jobId: string;
	/** Undefined when the job could not be read yet, although its callback is authentic. */
	answer?: IDataObject;
	/** What a job that is still to be read must have been submitted with. */
	replyRef?: string | undefined;
}

/** A job that was read, with nothing but what the API's pages know of it. */
export function toArrival({ jobId, answer }: JobReport): Arrival {
	const { generationId, status, replyRef, replyUrl, code } = withoutTokens(answer);
	const spelled = textOf(answer.jobId) ?? '';
	return {
		jobId: parseJobId(spelled) ? spelled : jobId,
		answer: { generationId, status, replyRef, replyUrl, code },
	};
}

/** What n8n has stored, as it was. */
export const readArrival = ({ jobId, answer, replyRef }: IDataObject): Arrival => ({
	jobId: textOf(jobId) ?? '',
	replyRef: textOf(replyRef),
	...(isRecord(answer) ? { answer } : {}),
});
