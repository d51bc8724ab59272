import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import {
	accept,
	queryText,
	readCallback,
	refuse,
	RESUME_PARAMETER,
} from '../../shared/jobs/waiting/callback';
import { isFinished, toJob, type Job, type JobAnswer } from '../service/job';
import { parseJobId } from '../service/jobId';
import { createLtxStudioApi } from '../service/api';
import { readFinishedJob } from '../../shared/jobs/readFinishedJob';
import { connect, type UseapiClient } from '../../shared/api/client';
import { explain } from '../../shared/api/explain';
import { passes, type Filters, type Settings } from './settings';
import { judge, type Standing } from './standing';
import { claimJob } from './startedJobs';

/** What the trigger's `webhook()` hands to its `execute()`. */
export interface Arrival {
	jobId: string;
	/** Undefined when the job could not be read, although its callback is authentic. */
	answer: JobAnswer | undefined;
}

/** The query parameter for the callbacks of other programs. */
export const SECRET_PARAMETER = 'secret';

/** Takes a callback, and starts the workflow if it is about a finished job that the user wants. */
export async function startWorkflow(
	context: IWebhookFunctions,
	settings: Settings,
): Promise<IWebhookResponseData> {
	const callback = readCallback(context);
	if (!callback.ok) return refuse(context, callback.status, callback.message);
	const { body } = callback;
	const { jobId } = body;
	if (!parseJobId(jobId)) return refuse(context, 400, 'The jobId is not one of LTX Studio');

	const client = await connect(context);
	const standing = judge(body, {
		token: client.token,
		secret: settings.secret,
		givenSecret: queryText(context, SECRET_PARAMETER),
		resumeUrl: queryText(context, RESUME_PARAMETER),
	});
	if (standing === 'forged') return refuse(context, 403, 'The reference or secret is not right');
	if (standing === 'unproven' && !settings.verify) {
		return refuse(context, 403, 'The callback has neither a reference nor a secret');
	}
	const claim = claimJob(context, jobId);
	if (!claim) return refuse(context, 200, 'The job has been reported before');

	const response = accept(context);
	try {
		const verdict = await decide(client, body, standing, settings);
		if (!verdict.starts) {
			context.logger[verdict.level](`Job ${jobId} does not start the workflow: ${verdict.reason}`);
			return response;
		}
		claim.keep();
		return { ...response, workflowData: [[{ json: { ...verdict.arrival } }]] };
	} finally {
		claim.release();
	}
}

type Verdict =
	{ starts: true; arrival: Arrival } | { starts: false; level: 'debug' | 'warn'; reason: string };

const dismiss = (reason: string): Verdict => ({ starts: false, level: 'warn', reason });

async function decide(
	client: UseapiClient,
	callback: JobAnswer & { jobId: string },
	standing: Standing,
	{ filters, verify }: Settings,
): Promise<Verdict> {
	const { jobId, replyRef } = callback;
	const reported = finish(callback, toJob(callback, jobId), filters);
	if (!verify) return reported;
	const reading = await readFinishedJob(createLtxStudioApi(client), jobId);
	if (reading.kind === 'unreadable') {
		if (reading.failure.status === 404 || standing === 'unproven') {
			return dismiss(explain(reading.failure, client.baseUrl.host).message);
		}
		// It shall not be lost: the execution fails with the reason, and can be retried.
		return reported.starts ? { starts: true, arrival: { jobId, answer: undefined } } : reported;
	}
	const { job, answer } = reading;
	return standing === 'reference' && answer.replyRef !== replyRef
		? dismiss('it was submitted with another reference')
		: finish(answer, job, filters);
}

function finish(answer: JobAnswer, job: Job, filters: Filters): Verdict {
	if (!isFinished(job)) return dismiss('it has not finished');
	return passes(job, filters)
		? { starts: true, arrival: { jobId: job.jobId, answer } }
		: { starts: false, level: 'debug', reason: 'the filters leave it out' };
}
