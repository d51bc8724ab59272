import type { ApiClient } from '../../shared/api/client';
import { isRetired, type Answer, type Failure } from '../../shared/api/failure';
import type { JobReport, JobService, Refusal } from '../../shared/jobs/service';
import { textOf } from '../../shared/values';
import { createLtxStudioApi, type SchedulerJob } from './api';
import { blankReport, toFirstOutput, toReport, type JobAnswer } from './job';
import { FinishedJobs } from './search';
import { TEXTS } from './texts';

/** These refuse every further submission too. */
const refusesAll = (failure: Failure) =>
	failure.status === 401 ||
	isRetired(failure) ||
	(failure.status === 402 && /subscription/i.test(failure.detail));

/** These refuse an account, and another may do. */
const REFUSES_ACCOUNT = new Set([402, 412, 596]);

function refusalOf(failure: Failure): Refusal {
	if (failure.status === 429) return 'busy';
	if (refusesAll(failure)) return 'all';
	return REFUSES_ACCOUNT.has(failure.status ?? 0) ? 'account' : 'item';
}

/**
 * LTX Studio through useapi.net, as the engine sees it.
 *
 * @param output how jobs are put out, which depends on the version of the node
 */
export function createJobService(client: ApiClient, output: JobService['output'] = toFirstOutput) {
	const api = createLtxStudioApi(client);
	const read = async (jobId: string) => toAnswer(await api.job(jobId), jobId);
	const finished = new FinishedJobs(api, read);
	return {
		texts: TEXTS,
		submit: async ({ path, body, maxJobs, reference, sentReference, replyUrl }, email) => {
			const answer = await api.submit(path, {
				...body,
				email,
				...(maxJobs === undefined ? {} : { maxJobs }),
				replyRef: sentReference ?? reference,
				...(replyUrl === undefined ? {} : { replyUrl }),
			});
			// The answer of a create call has no reference.
			return toAnswer(answer, undefined, reference);
		},
		read,
		blank: blankReport,
		output,
		refusalOf,
		explain: (failure) => client.explain(failure),
		running: async () => {
			const answer = await api.runningJobs();
			return answer.ok ? { ok: true, body: answer.body.map(toRunning) } : answer;
		},
		capacity: async () => {
			const answer = await api.capacity();
			if (!answer.ok) return answer;
			const { executing, isWhole, available } = answer.body;
			const accounts = available.map(({ email, ...account }) => ({ account: email, ...account }));
			return { ok: true, body: { running: executing.map(toRunning), isWhole, accounts } };
		},
		balance: async (email) => await api.balance(email),
		search: async (search) => await finished.search(search),
	} satisfies JobService;
}

function toAnswer(
	answer: Answer<JobAnswer>,
	jobId: string | undefined,
	reference?: string,
): Answer<JobReport> {
	if (!answer.ok) return answer;
	const report = toReport(answer.body, jobId ?? textOf(answer.body.jobId) ?? '');
	return {
		ok: true,
		body: reference === undefined ? withStatus(report) : { ...withStatus(report), reference },
	};
}

/** A create call may answer with no more than the job's ID. */
const withStatus = (report: JobReport): JobReport =>
	report.word === '' ? { ...report, status: 'active', word: 'active' } : report;

const toRunning = ({ jobId, replyRef }: SchedulerJob) => ({ jobId, reference: replyRef });
