import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { ApiClient } from '../../../shared/api/client';
import {
	isSought,
	readReplyReference,
	scopeOf,
	type SoughtJobs,
} from '../../../shared/jobs/reference';
import { NO_ORDER, type JobReport } from '../../../shared/jobs/service';
import { instanceOf } from '../../../shared/jobs/attempt';
import { provesNothing } from '../../../shared/jobs/waiting/reading';
import { optionsField, simplifyField } from '../../../shared/n8n/commonFields';
import { itemOperation } from '../../../shared/n8n/itemOperation';
import { accountLocator } from '../../fields/locators';
import { createLtxStudioApi } from '../../service/api';
import { outputOf } from '../../service/job';
import { parseJobId } from '../../service/jobId';
import { createJobService } from '../../service/jobService';
import { JOB_OUTPUT } from '../operation';

const fields: INodeProperties[] = [
	{
		displayName:
			'Fill in at least one of the three. Jobs that have failed leave nothing behind, and are not found.',
		name: 'findNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Execution ID',
		name: 'executionId',
		type: 'string',
		default: '',
		placeholder: '4711',
		description:
			'The execution that has submitted the jobs, also one that was stopped or whose worker died: the number in the list of executions. Where several n8ns share the API token, fill in the workflow, too.',
	},
	{
		displayName: 'Workflow ID',
		name: 'workflowId',
		type: 'string',
		default: '',
		placeholder: 'xYz0AbCdEfGhIjKl',
		description:
			'The workflow of this n8n that has submitted the jobs: the last part of its address in the editor',
	},
	{
		displayName: 'Reply Reference',
		name: 'replyRef',
		type: 'string',
		default: '',
		placeholder: 'order-47',
		description:
			'What the reply reference starts with: your own, or the whole one as errors tell it. A * stands for anything.',
	},
	optionsField([
		accountLocator({
			description: 'The LTX Studio account to search. Leave empty for all of them.',
		}),
		{
			displayName: 'Search Depth',
			name: 'searchDepth',
			type: 'number',
			default: 500,
			typeOptions: { minValue: 1, maxValue: 5000 },
			description:
				'How many of the newest images, and of the newest videos, of each account to look at, 1 to 5000. Each takes a call.',
		},
		simplifyField,
	]),
];

/** Behind all places. */
const LAST = '~';

interface Search {
	sought: SoughtJobs;
	account: string | undefined;
	depth: number;
}

/** Finds the jobs that an execution, or a workflow, has submitted: those that run, and those that have finished. */
export const findJobs = itemOperation({
	name: 'Find Jobs',
	summary: 'Find the jobs that an execution or a workflow has submitted',
	action: 'Find jobs',
	output: {
		...JOB_OUTPUT,
		executionId: 'string',
		nodeKey: 'string',
		runIndex: 'number',
		itemIndex: 'number',
	},
	description: fields,
	read: (form, context) => {
		const executionId = form.text('executionId');
		const workflowId = form.text('workflowId');
		const pattern = form.text('replyRef');
		if ((executionId ?? workflowId ?? pattern) === undefined) {
			return form.rejectAll(['executionId', 'workflowId', 'replyRef'], {
				message: 'It is not said which jobs to find',
				advice: 'Fill in one of them.',
			});
		}
		const scope =
			workflowId === undefined
				? undefined
				: scopeOf({ instanceId: instanceOf(context), workflowId });
		return {
			sought: { executionId, scope, pattern },
			account: form.email('email'),
			depth: form.integer('searchDepth'),
			simplify: form.boolean('simplify'),
		};
	},
	execute: async ({ context, client }, { simplify, ...search }) => {
		const { reports, warning } = await find(client, search);
		if (warning !== undefined) {
			context.addExecutionHints({ message: warning, type: 'warning', location: 'outputPane' });
		}
		const output = outputOf(context.getNode());
		return reports.sort(bySubmission).map((report) => ({
			json: { ...output(report, { ...NO_ORDER, isSimplified: simplify }), ...placeOf(report) },
		}));
	},
});

/** @returns the jobs, and why there may be more of them */
async function find(
	client: ApiClient,
	{ sought, account, depth }: Search,
): Promise<{ reports: JobReport[]; warning: string | undefined }> {
	const service = createJobService(client);
	const capacity = await createLtxStudioApi(client).capacity();
	if (!capacity.ok) throw client.error(capacity.failure);
	const { executing, isWhole, available } = capacity.body;
	const found = new Map<string, JobReport>();
	const see = (report: JobReport) => {
		const isOfAccount = account === undefined || parseJobId(report.jobId)?.email === account;
		if (isOfAccount && isSought(report.reference, sought)) found.set(report.jobId, report);
	};
	for (const { jobId, replyRef, answer } of executing) {
		see({ ...service.blank(jobId), reference: replyRef, answer });
	}
	const { isComplete, hasGaps, failure } = await service.search({
		accounts: account === undefined ? available.map(({ email }) => email) : [account],
		kinds: ['image', 'video'],
		deepest: depth,
		onJob: (report) => {
			see(report);
			return false;
		},
	});
	if (failure && provesNothing(failure)) throw client.error(failure);
	const reports = [...found.values()];
	if (failure) {
		const { message } = client.explain(failure);
		return { reports, warning: `Jobs may be missing, since not all was searched. ${message}.` };
	}
	if (hasGaps || !isWhole) {
		const warning =
			'Jobs may be missing: the API has listed some that cannot be made out. Run the node again.';
		return { reports, warning };
	}
	const warning = isComplete
		? undefined
		: `Jobs may be missing: only the newest ${depth} images and videos of each account were looked at. For more, raise "Search Depth".`;
	return { reports, warning };
}

/** Where a job was submitted from; null where its reference, which may have been cut, does not tell. */
function placeOf({ reference }: JobReport): IDataObject {
	const place = readReplyReference(reference);
	return {
		executionId: place?.executionId ?? null,
		nodeKey: place?.node ?? null,
		// Behind it, a tool has what tells its calls apart.
		runIndex: place ? parseInt(place.run) : null,
		itemIndex: place?.item ?? null,
	};
}

/** What was submitted together stands together, in the order of the items. */
function placeInOrder({ reference }: JobReport): string {
	const place = readReplyReference(reference);
	if (!place) return LAST;
	const { executionId, node, run, item } = place;
	const padded = [executionId, node, run, String(item)].map((part) => part.padStart(20, '0'));
	return padded.join(' ');
}

const bySubmission = (one: JobReport, other: JobReport) =>
	placeInOrder(one) < placeInOrder(other) ? -1 : 1;
