import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import {
	accept,
	queryText,
	readCallback,
	refuse,
	RESUME_PARAMETER,
} from '../../shared/jobs/waiting/callback';
import { connect, type ApiClient } from '../../shared/api/client';
import { isOver, type JobReport } from '../../shared/jobs/service';
import type { Outcome, Problem } from '../../shared/jobs/state';
import { readUntilOver } from '../../shared/jobs/waiting/readUntilOver';
import { jobMeanings } from '../service/api';
import { toReport, type JobAnswer } from '../service/job';
import { parseJobId } from '../service/jobId';
import { createJobService } from '../service/jobService';
import { passes, type Filters, type Settings } from './settings';
import { judge, type Standing } from './standing';
import { claimJob } from './startedJobs';
import { LTX_STUDIO_API } from '../service/texts';

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

	const client = await connect(context, LTX_STUDIO_API);
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

/** How long a callback is believed to be ahead of the API, in milliseconds. */
const CATCH_UP_MS = 30_000;

async function decide(
	client: ApiClient,
	callback: JobAnswer & { jobId: string },
	standing: Standing,
	{ filters, verify }: Settings,
): Promise<Verdict> {
	const { jobId, replyRef } = callback;
	const reported = finish(callback, toReport(callback, jobId), filters);
	if (!verify) return reported;
	const outcome = await readUntilOver(createJobService(client), jobId, CATCH_UP_MS);
	const report = reportOf(outcome);
	if (!outcome.ok && standing !== 'unproven' && hasNotBeenRead(outcome.problem)) {
		// It shall not be lost: the execution fails with the reason, and can be retried.
		return reported.starts ? { starts: true, arrival: { jobId, answer: undefined } } : reported;
	}
	if (!outcome.ok && 'failure' in outcome.problem && outcome.problem.failure) {
		return dismiss(client.explain(outcome.problem.failure, jobMeanings(jobId)).message);
	}
	if (!report) return dismiss('it has not finished');
	return standing === 'reference' && report.reference !== replyRef
		? dismiss('it was submitted with another reference')
		: finish(report.answer, report, filters);
}

/** Whether nothing was heard of the job: the API does not answer, or not with a job. */
const hasNotBeenRead = (problem: Problem) =>
	problem.kind === 'unreadable' ||
	(problem.kind === 'timedOut' && Object.keys(problem.report.answer).length === 0);

function reportOf(outcome: Outcome): JobReport | undefined {
	if (outcome.ok) return outcome.report;
	return 'report' in outcome.problem ? outcome.problem.report : undefined;
}

function finish(answer: JobAnswer, report: JobReport, filters: Filters): Verdict {
	if (!isOver(report)) return dismiss('it has not finished');
	return passes(report, filters)
		? { starts: true, arrival: { jobId: report.jobId, answer } }
		: { starts: false, level: 'debug', reason: 'the filters leave it out' };
}
