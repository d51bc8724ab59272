import { NodeOperationError, type INode } from 'n8n-workflow';

import { asError, isItemError, type ItemError } from '../n8n/items';
import { sentences } from '../words';
import type { Remembered } from './memory';
import { readReplyReference } from './reference';
import { keepsReferences, type JobService } from './service';
import type { Entry } from './state';

/**
 * Names every job of a run, and every submission whose job is not known.
 *
 * @param except an item whose job is named already
 */
export function describeJobs(
	entries: readonly Entry[],
	service: JobService,
	except?: Entry,
): string {
	const known = entries.filter((entry) => entry !== except);
	const listed = (title: string, seen: ReturnType<typeof lastSeen>) => {
		const jobs = known.filter((entry) => lastSeen(entry) === seen);
		const jobIds = jobs.flatMap(({ report }) => report?.jobId ?? []);
		return jobIds.length > 0 ? `${title}: ${jobIds.join(', ')}.` : '';
	};
	const unsettled = known.filter(mayBeSubmitted);
	// Their errors name them, and the items do not have them: they are made for something else.
	const others = known.flatMap(({ problem }) =>
		problem?.kind === 'contradicted' ? (problem.jobId ?? []) : [],
	);
	return sentences(
		listed('Still running', 'running'),
		listed('Ended', 'ended'),
		listed('Not seen to have ended', 'unseen'),
		others.length > 0 ? `Submitted before, with other values: ${others.join(', ')}.` : '',
		unsettled.length > 0 ? `May have been submitted, ${placesOf(unsettled, service)}.` : '',
		...unsearchedAmong(known).map(
			(pattern) =>
				`A worker that died may have submitted more, with a reply reference like ${pattern}.`,
		),
	);
}

function unsearchedAmong(entries: readonly Entry[]): string[] {
	const patterns = entries.flatMap(({ report, trail }) => (report ? [] : (trail.unsearched ?? [])));
	return [...new Set(patterns)];
}

/** How to look for what may have been submitted; what nobody can look for is told by its items. */
function placesOf(entries: readonly Entry[], service: JobService): string {
	const references = entries.map(({ sentReference = 'unknown' }) => sentReference);
	if (keepsReferences(service)) return `by reply reference: ${references.join(', ')}`;
	const places = references.flatMap((reference) => readReplyReference(reference) ?? []);
	// Counted as in the errors, from one.
	return `by item: ${places.map(({ item }) => item + 1).join(', ')}`;
}

/** What the last look at a job has shown. */
export function lastSeen({ state, problem }: Entry): 'running' | 'ended' | 'unseen' {
	if (state.name !== 'done') return 'running';
	if (problem?.kind === 'timedOut') return problem.unseen ? 'unseen' : 'running';
	return problem?.kind === 'unreadable' || problem?.kind === 'unknownStatus' ? 'unseen' : 'ended';
}

/** Whether it was submitted, perhaps, without a job that is known. */
export function mayBeSubmitted({ state, submission, trail, problem }: Entry): boolean {
	if (!submission) return false;
	if (trail.isResubmitted || state.name === 'unsettled' || state.name === 'submitting') return true;
	if (trail.wasInDoubt && state.name === 'queued') return true;
	if (problem?.kind === 'contradicted') return problem.jobId === undefined;
	return problem?.kind === 'uncertain';
}

/** The error of a run that was cancelled. */
export function toCancelError(
	node: INode,
	entries: readonly Entry[],
	service: JobService,
): NodeOperationError {
	return new NodeOperationError(node, 'The execution was cancelled', {
		description: describeJobs(entries, service) || 'Nothing was submitted.',
	});
}

/** Whatever went wrong, the jobs of the run are named with it. */
export function nameJobs(
	node: INode,
	thrown: unknown,
	entries: readonly Entry[],
	service: JobService,
): Error {
	if (isItemError(thrown)) return thrown;
	const description = describeJobs(entries, service);
	return new NodeOperationError(node, asError(thrown), { description });
}

/** The jobs of a try before are named with whatever ends this one: n8n shows the error of the last one only. */
export function nameEarlier(
	node: INode,
	thrown: unknown,
	earlier: readonly Remembered[],
): ItemError {
	const error = isItemError(thrown) ? thrown : new NodeOperationError(node, asError(thrown));
	const { description } = error;
	const isTold = (name: string) => description?.includes(name) === true;
	const unnamed = earlier.filter(
		({ jobId, reference }) => !isTold(jobId ?? reference) && !isTold(reference),
	);
	const jobs = unnamed.flatMap(({ jobId }) => jobId ?? []);
	const lost = unnamed.filter(({ jobId }) => jobId === undefined);
	error.description = sentences(
		description,
		jobs.length > 0 ? `Submitted by a try before this one: ${jobs.join(', ')}.` : '',
		lost.length > 0 ? `It may have submitted ${lost.length} more, whose answers got lost.` : '',
	);
	return error;
}
