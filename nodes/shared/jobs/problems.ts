import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { itemLabel, type ItemError } from '../n8n/items';
import { sentences } from '../words';
import { formatCredits } from './price';
import { keepsReferences, type JobService } from './service';
import type { Entry, Problem } from './state';

/** What is known where a problem is explained. */
interface Situation {
	service: JobService;
	entry: Entry;
}

/** What happened, and what to do next. */
interface Explained {
	message: string;
	description: string;
	/** HTTP status, if the API's answer is the reason. */
	status?: number | undefined;
}

type Explain<Kind extends Problem['kind']> = (
	problem: Extract<Problem, { kind: Kind }>,
	situation: Situation,
) => Explained;

/** @param ms milliseconds */
const minutes = (ms: number) => {
	const count = Math.round(ms / 6000) / 10;
	return `${count} ${count === 1 ? 'minute' : 'minutes'}`;
};

const NOT_ALL_SEEN = {
	message: 'Not all jobs could be looked at for what was submitted before',
	description: 'There are too many of them, or some that the API lists cannot be made out.',
};

/** What an API says that has no slot free. */
const NO_ROOM = 429;

/** Where no list tells what became of a submission, a retry keeps the doubt. */
const waysToSubmitAgain = ({ trail }: Entry): string =>
	trail.isResubmitted
		? 'Retry does not do so any more; a new run does.'
		: 'Retry does so only with Submit Again in the option If Submission Is Uncertain; a new run does.';

const NOT_SENT_AGAIN = 'It was not sent again, so that it is not paid for twice.';

const EXPLANATIONS: { [Kind in Problem['kind']]: Explain<Kind> } = {
	failed: ({ report }, { service: { texts } }) => ({
		message: `The generation failed: ${report.message ?? `${texts.name} gave no reason`}`,
		description: `Job ${report.jobId}. Retry On Fail does not pay for it again: ${report.advice ?? 'change the prompt, or run the workflow again'}.`,
	}),
	unknownStatus: ({ report }, { service: { texts } }) => ({
		message: `The status of the job is not known: "${report.word}"`,
		description: sentences(
			`Job ${report.jobId}. This package does not know that status: it counts as neither finished nor running.`,
			report.message === undefined ? '' : `${texts.name} says: ${report.message}.`,
			texts.takeOver,
		),
	}),
	gone: ({ report, failure }, { service }) => ({
		message: 'The job is no longer known to the API',
		description: `Job ${report.jobId} was submitted. ${service.texts.whyGone} To have it made anew, and to pay for it again, run the workflow again.`,
		status: failure.status,
	}),
	unreadable: ({ report, failure }, { service }) => {
		const { message, description } = service.explain(failure);
		return {
			message,
			description: `Job ${report.jobId} was submitted, and goes on or has ended. ${description} ${service.texts.takeOver}`,
			status: failure.status,
		};
	},
	timedOut: ({ report, waited, unseen }, { service }) => {
		const { name, takeOver } = service.texts;
		const wayOut = `${takeOver} Or raise Timeout.`;
		return unseen
			? {
					message: `After ${minutes(waited)} it could not be seen whether the job has finished`,
					description: `${unseen === 'notLookedAt' ? 'Nobody was left to look when n8n ended the wait' : service.explain(unseen).message}. Job ${report.jobId} was submitted, and may have finished. ${wayOut}`,
				}
			: {
					message: `The job was still running after ${minutes(waited)}`,
					description: `Job ${report.jobId} goes on at ${name}. ${wayOut}`,
				};
	},
	rejected: ({ failure }, situation) => {
		const { message, description } = situation.service.explain(failure);
		return {
			message,
			description: `${description} ${submittedNothing(situation)}`,
			status: failure.status,
		};
	},
	uncertain: ({ failure, candidates }, { service, entry }) => ({
		message: 'The generation may have been submitted, but its job was not found',
		description: sentences(
			failure ? `${service.explain(failure).message}.` : '',
			howOftenSent(entry),
			keepsReferences(service) ? `Its reply reference is ${entry.sentReference ?? 'unknown'}.` : '',
			mayHaveBefore(entry),
			`${service.texts.lookFor} before you submit it again.`,
			keepsReferences(service) ? '' : waysToSubmitAgain(entry),
			candidates.length > 0 ? `Running jobs without a reference: ${candidates.join(', ')}.` : '',
		),
		status: failure?.status,
	}),
	contradicted: ({ reference, jobId }, { service }) => ({
		message: 'The item is not what it was when its job was submitted',
		description: sentences(
			jobId === undefined
				? `Something was submitted for this item${keepsReferences(service) ? ` with the reply reference ${reference}` : ''}, with other values.`
				: `Job ${jobId} was submitted for this item, with other values.`,
			NOT_SENT_AGAIN,
			'To pay for the new values, run the workflow again.',
		),
	}),
	unchecked: ({ failure }, situation) => {
		const { message, description } = failure ? situation.service.explain(failure) : NOT_ALL_SEEN;
		return {
			message,
			description: `${description} ${submittedNothing(situation)}`,
			status: failure?.status,
		};
	},
	noSlot: ({ waited, failure }, situation) => {
		const { service } = situation;
		const nothing = submittedNothing(situation);
		if (failure && failure.status !== NO_ROOM) {
			const { message, description } = service.explain(failure);
			return {
				message,
				description: `${description} It was tried for ${minutes(waited)}. ${nothing}`,
				status: failure.status,
			};
		}
		return {
			message: `No slot came free within ${minutes(waited)}`,
			description: `${nothing} ${service.texts.seeCapacity}`,
		};
	},
	noCredits: ({ accounts, left }) => ({
		message: 'The credits do not reach as far as this item',
		description: `${formatCredits(left)} are left on ${accounts.join(', ')} by then. Buy some, or give the node fewer items.`,
	}),
	noAccount: ({ wanted, configured, isAmbiguous }, situation) => {
		const { texts } = situation.service;
		const nothing = submittedNothing(situation);
		const list = configured.join(', ');
		if (configured.length === 0) {
			return {
				message: `No ${texts.name} account is configured`,
				description: `${texts.connectAccount} ${nothing}`,
			};
		}
		if (isAmbiguous) {
			return {
				message: 'The account that owns the assets is not known',
				description: `Choose it in the Account field, or pass on the item of the upload, which carries it. Configured: ${list}. ${nothing}`,
			};
		}
		return {
			message: `The account "${wanted ?? 'that is wanted'}" is not configured`,
			description: `Choose one of these in the Account field: ${list}. ${nothing}`,
		};
	},
};

function howOftenSent({ trail }: Entry): string {
	if (trail.isResubmitted)
		return 'It was sent twice, as you have chosen, and may be paid for twice.';
	return trail.wasInDoubt
		? 'It was to be sent again, as you have chosen, but was not taken then.'
		: NOT_SENT_AGAIN;
}

function submittedNothing({ service, entry }: Situation): string {
	const before = mayHaveBefore(entry);
	return before === ''
		? 'Nothing was submitted for this item.'
		: `This run has submitted nothing for this item. ${before} ${service.texts.lookFor} before you submit it again.`;
}

/** What a run before may have submitted that could not be searched for. */
const mayHaveBefore = ({ trail: { unsearched } }: Entry): string =>
	unsearched === undefined
		? ''
		: `Jobs with a reply reference like ${unsearched} may have been submitted before, by a worker that died.`;

/** Says what happened to a job, and what to do next. It names the job, if one is known. */
export function explainProblem(problem: Problem, situation: Situation): Explained {
	const explain = EXPLANATIONS[problem.kind] as Explain<Problem['kind']>;
	const explained = explain(problem, situation);
	const twice =
		problem.kind === 'uncertain' ? '' : describeResubmission(situation.entry, situation.service);
	return { ...explained, description: sentences(explained.description, twice) };
}

/** Problems in which the API had no part: nothing was asked of it. */
const OWN = new Set<Problem['kind']>(['noAccount', 'noCredits', 'noSlot', 'contradicted']);

/**
 * Makes the error of an item.
 *
 * @param others every job that was submitted in the same run, so that none is lost with the error
 */
export function toError(
	node: INode,
	item: number,
	problem: Problem,
	situation: Situation,
	others = '',
): ItemError {
	const { message, description, status } = explainProblem(problem, situation);
	const text = sentences(`${itemLabel(item)}: ${description}`, others);
	if (OWN.has(problem.kind) && status === undefined) {
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

/** Leads to the first job of an item that was sent a second time. */
export function describeResubmission(entry: Entry, service: JobService): string {
	const { trail, sentReference: reference } = entry;
	if (!trail.isResubmitted || reference === undefined) return '';
	const twice = 'It was sent twice, as you have chosen';
	return keepsReferences(service)
		? `${twice}, with the reply reference ${reference}.`
		: `${twice}, and may be paid for twice.`;
}
