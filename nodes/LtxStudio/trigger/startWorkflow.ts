import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { connect, type ApiClient } from '../../shared/api/client';
import { printable } from '../../shared/api/text';
import {
	accept,
	queryText,
	readCallback,
	refuse,
	RESUME_PARAMETER,
	type CalledBack,
} from '../../shared/jobs/waiting/callback';
import { once } from '../../shared/n8n/concurrency';
import { isOver, type JobReport } from '../../shared/jobs/service';
import type { Outcome } from '../../shared/jobs/state';
import { readUntilOver } from '../../shared/jobs/waiting/readUntilOver';
import { jobMeanings } from '../service/api';
import { toReport } from '../service/job';
import { parseJobId } from '../service/jobId';
import { createJobService } from '../service/jobService';
import { LTX_STUDIO_API } from '../service/texts';
import { toArrival, type Arrival } from './arrival';
import { passes, type Filters, type Settings } from './settings';
import { judge } from './standing';
import { claimJob, type Claim } from './startedJobs';
import { lookInto } from './unproven';

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
	const { jobId, replyRef } = body;
	if (!parseJobId(jobId)) return refuse(context, 400, 'The jobId is not one of LTX Studio');

	const openClient = once(async () => await connect(context, LTX_STUDIO_API));
	const standing = await judge(replyRef, {
		readToken: async () => (await openClient()).token,
		secret: settings.secret,
		givenSecret: queryText(context, SECRET_PARAMETER),
		resumeUrl: queryText(context, RESUME_PARAMETER),
	});
	if (standing === 'forged') return refuse(context, 403, 'The reference or secret is not right');
	const isProven = standing !== 'unproven';
	if (!isProven && !settings.verify) {
		return refuse(context, 403, 'The callback has neither a reference nor a secret');
	}
	const reference = standing === 'reference' ? replyRef : undefined;
	const claim = claimJob(context, { jobId, reference, isProven });
	if (!claim) return refuse(context, 200, 'The job has been reported before');
	try {
		if (isProven) {
			const response = accept(context);
			const expected = { reference, filters: settings.filters };
			const verdict = settings.verify
				? await byReading(await openClient(), body, expected)
				: byReport(body, expected);
			return { ...response, ...start(context, claim, jobId, verdict) };
		}
		const looked = await lookInto(async () => {
			const response = accept(context);
			const verdict = await byOneLook(context, body, settings.filters);
			return { ...response, ...start(context, claim, jobId, verdict) };
		});
		return looked ?? refuse(context, 429, 'Too many callbacks that nobody vouches for');
	} finally {
		claim.release();
	}
}

/** What is decided of a callback. */
type Verdict =
	| { starts: true; arrival: Arrival; by: 'api' | 'caller' }
	| { starts: false; level: 'debug' | 'warn'; reason: string };

const dismiss = (reason: string): Verdict => ({ starts: false, level: 'warn', reason });

function start(
	{ logger }: IWebhookFunctions,
	claim: Claim,
	jobId: string,
	verdict: Verdict,
): Pick<IWebhookResponseData, 'workflowData'> {
	if (!verdict.starts) {
		logger[verdict.level](
			`Job ${printable(jobId)} does not start the workflow: ${printable(verdict.reason)}`,
		);
		return {};
	}
	const { arrival, by } = verdict;
	if (!claim.keep(arrival.jobId, by)) {
		logger.debug(`Job ${printable(jobId)} does not start the workflow: it has done so before`);
		return {};
	}
	return { workflowData: [[{ json: { ...arrival } }]] };
}

/** How long a callback is believed to be ahead of the API, in milliseconds. */
const AHEAD_MS = 30_000;

interface Expected {
	/** What the job must have been submitted with. */
	reference: string | undefined;
	filters: Filters;
}

/** Decides by what the API says; by what the callback says only where the API does not say it yet. */
async function byReading(
	client: ApiClient,
	callback: CalledBack & IDataObject,
	expected: Expected,
): Promise<Verdict> {
	const { jobId } = callback;
	const { reference } = expected;
	const outcome = await readUntilOver(createJobService(client), jobId, AHEAD_MS);
	const report = reportOf(outcome);
	const isRead = report !== undefined && Object.keys(report.answer).length > 0;
	if (isRead && reference !== undefined && report.reference !== reference) {
		return dismiss('it was submitted with another reference');
	}
	if (isRead && isOver(report)) return finish(report, expected, 'api');
	// Whoever has its reference was told by the API.
	if (reference === undefined && !outcome.ok && outcome.problem.kind === 'gone') {
		return dismiss(client.explain(outcome.problem.failure, jobMeanings(jobId)).message);
	}
	// It shall not be lost: the execution reads it again, and fails with the reason if it cannot.
	const reported = byReport(callback, expected);
	return reported.starts ? { ...reported, arrival: { jobId, replyRef: reference } } : reported;
}

/** Decides by what the callback says. */
function byReport(callback: CalledBack & IDataObject, expected: Expected): Verdict {
	return finish(toReport(callback, callback.jobId), expected, 'caller');
}

const NO_RETRY = 0;

/** Decides by what the API says now: anybody could have sent the callback, and it shall cost no more than one call. */
async function byOneLook(
	context: IWebhookFunctions,
	{ jobId }: CalledBack,
	filters: Filters,
): Promise<Verdict> {
	const client = await connect(context, LTX_STUDIO_API, NO_RETRY);
	const answer = await createJobService(client).read(jobId);
	if (!answer.ok) return dismiss(client.explain(answer.failure, jobMeanings(jobId)).message);
	return finish(answer.body, { reference: undefined, filters }, 'api');
}

function reportOf(outcome: Outcome): JobReport | undefined {
	if (outcome.ok) return outcome.report;
	return 'report' in outcome.problem ? outcome.problem.report : undefined;
}

function finish(report: JobReport, { filters }: Expected, by: 'api' | 'caller'): Verdict {
	if (!isOver(report)) return dismiss('it has not finished');
	return passes(report, filters)
		? { starts: true, arrival: toArrival(report), by }
		: { starts: false, level: 'debug', reason: 'the filters leave it out' };
}
