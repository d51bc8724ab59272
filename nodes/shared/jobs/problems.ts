import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import type { UseapiClient } from '../api/client';
import { explain } from '../api/explain';
import type { Entry, Problem } from './entry';
import { patternOfRun } from './reference';

type ItemError = NodeApiError | NodeOperationError;

const minutes = (ms: number) => {
	const count = Math.round(ms / 6000) / 10;
	return `${count} ${count === 1 ? 'minute' : 'minutes'}`;
};

const TAKE_OVER = 'Scheduler > Wait for Jobs takes over from here: give it the job IDs.';

interface Context {
	node: INode;
	client: UseapiClient;
	item: number;
	/** Every job that was submitted in the same run, so that none is lost with the error. */
	others: string;
}

type Explain<Kind extends Problem['kind']> = (
	problem: Extract<Problem, { kind: Kind }>,
	context: Context,
) => { message: string; description: string; status?: number | undefined };

const EXPLANATIONS: { [Kind in Problem['kind']]: Explain<Kind> } = {
	failed: ({ job }) => ({
		message: `The generation failed: ${job.message ?? 'LTX Studio gave no reason'}`,
		description: `Job ${job.jobId}. Retry On Fail does not pay for it again: change the prompt, or run the workflow again.`,
	}),
	rejected: ({ failure }, { client }) => {
		const { message, description } = explain(failure, client.baseUrl.host);
		return {
			message,
			description: `${description} Nothing was submitted for this item.`,
			status: failure.status,
		};
	},
	uncertain: ({ reference, failure, candidates, isResubmitted }, { client }) => ({
		message: 'The generation may have been submitted, but its job was not found',
		description: [
			failure ? `${explain(failure, client.baseUrl.host).message}.` : '',
			isResubmitted
				? `It was sent twice, as you have chosen, and may be paid for twice. Its reply reference is ${reference}.`
				: `It was not sent again, so that it is not paid for twice. Its reply reference is ${reference}.`,
			'Look for it with Scheduler > Get Running Jobs and Asset > Get Many before you submit it again.',
			candidates.length > 0 ? `Running jobs without a reference: ${candidates.join(', ')}.` : '',
		]
			.filter(Boolean)
			.join(' '),
		status: failure?.status,
	}),
	unchecked: ({ reference, failure }, { client }) => {
		const { message, description } = explain(failure, client.baseUrl.host);
		return {
			message,
			description: `${description} This run has submitted nothing. If n8n started it again because its worker died, jobs with a reply reference like ${patternOfRun(reference)} may have been submitted before.`,
			status: failure.status,
		};
	},
	unreadable: ({ jobId, failure }, { client }) =>
		failure.status === 404
			? {
					message: 'The job is no longer known to the API',
					description: `Job ${jobId} was submitted, but has expired or was cancelled.`,
					status: 404,
				}
			: {
					message: explain(failure, client.baseUrl.host).message,
					description: `Job ${jobId} was submitted and goes on. ${explain(failure, client.baseUrl.host).description} ${TAKE_OVER}`,
					status: failure.status,
				},
	timedOut: ({ jobId, waited }) => ({
		message: `The job was still running after ${minutes(waited)}`,
		description: `Job ${jobId} goes on at LTX Studio. ${TAKE_OVER} Or raise Timeout.`,
	}),
	noSlot: ({ waited }) => ({
		message: `No slot came free within ${minutes(waited)}`,
		description:
			'Nothing was submitted for this item. Scheduler > Get Capacity shows what runs on the accounts.',
	}),
	noAccount: ({ wanted, configured, namesAssets }) => {
		const list = configured.join(', ');
		if (configured.length === 0) {
			return {
				message: 'No LTX Studio account is configured',
				description: 'Connect one with Account > Create or Update. Nothing was submitted.',
			};
		}
		if (namesAssets) {
			return {
				message: 'The account that owns the assets is not known',
				description: `Choose it in the Account field, or pass on the item of the upload, which carries it. Configured: ${list}. Nothing was submitted.`,
			};
		}
		return {
			message: `The account "${wanted ?? ''}" is not configured`,
			description: `Choose one of these in the Account field: ${list}. Nothing was submitted.`,
		};
	},
};

/** Makes the error of an item. It names every job ID that is known. */
export function toError(problem: Problem, context: Context): ItemError {
	const explainKind = EXPLANATIONS[problem.kind] as Explain<Problem['kind']>;
	const { message, description, status } = explainKind(problem, context);
	const { node, item, others } = context;
	const text = [`Item ${item}: ${description}`, others].filter(Boolean).join(' ');
	if (problem.kind === 'noAccount' || problem.kind === 'noSlot') {
		return new NodeOperationError(node, message, { description: text, itemIndex: item });
	}
	return new NodeApiError(
		node,
		{ message },
		{
			message,
			description: text,
			itemIndex: item,
			...(status === undefined ? {} : { httpCode: String(status) }),
		},
	);
}

/** The error of a run that was cancelled. */
export function toCancelError(node: INode, entries: readonly Entry[]): NodeOperationError {
	return new NodeOperationError(node, 'The execution was cancelled', {
		description: describeJobs(entries) || 'Nothing was submitted.',
	});
}

/** Leads to the first job of an item that was sent a second time. */
export const describeResubmission = ({ resubmitted, submission }: Entry): string =>
	resubmitted && submission
		? `It was sent twice, as you have chosen, each time with the reply reference ${submission.reference}.`
		: '';

/** Names every job of a run, and every submission whose job is not known. */
export function describeJobs(entries: readonly Entry[], except?: Entry): string {
	const known = entries.filter((entry) => entry !== except);
	const jobs = known.flatMap((entry) => (entry.jobId ? [{ entry, jobId: entry.jobId }] : []));
	const running = jobs.filter(({ entry }) => goesOn(entry)).map(({ jobId }) => jobId);
	const finished = jobs.filter(({ entry }) => !goesOn(entry)).map(({ jobId }) => jobId);
	const unsettled = known.flatMap(({ state, submission, outcome, resubmitted }) =>
		submission &&
		(resubmitted ||
			state === 'unsettled' ||
			state === 'submitting' ||
			(outcome?.ok === false && outcome.problem.kind === 'uncertain'))
			? [submission.reference]
			: [],
	);
	return [
		running.length > 0 ? `Still running: ${running.join(', ')}.` : '',
		finished.length > 0 ? `Ended: ${finished.join(', ')}.` : '',
		unsettled.length > 0
			? `May have been submitted, by reply reference: ${unsettled.join(', ')}.`
			: '',
	]
		.filter(Boolean)
		.join(' ');
}

/** A job that was given up may well be running still. */
function goesOn({ outcome }: Entry): boolean {
	if (!outcome) return true;
	if (outcome.ok) return false;
	const { problem } = outcome;
	const isUnreadable = problem.kind === 'unreadable' && problem.failure.status !== 404;
	return isUnreadable || problem.kind === 'timedOut';
}
