import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { describeJobs } from '../../../nodes/shared/jobs/jobNames';
import { explainProblem, toError } from '../../../nodes/shared/jobs/problems';
import type { JobService } from '../../../nodes/shared/jobs/service';
import { Entry, type Event, type Problem } from '../../../nodes/shared/jobs/state';
import { entryOf, LOST, NODE, referenceOf, refused, reportOf, ScriptedService } from './scripted';

const { mustHaves, full } = new ScriptedService();
const REFERENCE = referenceOf(0);
const failure = refused(403);
const report = reportOf('job 1');
const taken: Event = { type: 'slotTaken', slot: { account: undefined } };
const unsearched: Event = { type: 'unsearched', pattern: 'n8n2.*' };
const lost: Event = { type: 'lost', reference: REFERENCE, cause: LOST };

const explain = (problem: Problem, service: JobService = full, entry = entryOf()) =>
	explainProblem(problem, { service, entry });

describe('a problem', () => {
	it('names the reference that the lost submission went out with, whatever it would be now', () => {
		const before = referenceOf(1);
		const problem: Problem = { kind: 'uncertain', failure: undefined, candidates: [] };
		const entry = entryOf({ ...lost, reference: before }, { type: 'gaveUp', problem });
		expect(explain(problem, full, entry).description).toContain(before);
		expect(describeJobs([entry], full)).toContain(before);
	});

	it.each<[Problem, message: string, description: string]>([
		[
			{ kind: 'failed', report: { ...report, message: 'busy' } },
			'The generation failed: busy',
			'Job job 1. Retry On Fail does not pay for it again: change the prompt, or run the workflow again.',
		],
		[
			{ kind: 'failed', report },
			'The generation failed: Films gave no reason',
			'Job job 1. Retry On Fail does not pay for it again: change the prompt, or run the workflow again.',
		],
		[
			{ kind: 'unknownStatus', report: { ...report, word: 'paused', message: 'later' } },
			'The status of the job is not known: "paused"',
			'Job job 1. This package does not know that status: it counts as neither finished nor running. Films says: later. Wait with Films.',
		],
		[
			{ kind: 'gone', report, failure: refused(404) },
			'The job is no longer known to the API',
			'Job job 1 was submitted. It has expired. To have it made anew, and to pay for it again, run the workflow again.',
		],
		[
			{ kind: 'unreadable', report, failure },
			'Films said 403: no',
			'Job job 1 was submitted, and goes on or has ended. Do something. Wait with Films.',
		],
		[
			{ kind: 'timedOut', report, waited: 90_000 },
			'The job was still running after 1.5 minutes',
			'Job job 1 goes on at Films. Wait with Films. Or raise Timeout.',
		],
		[
			{ kind: 'timedOut', report, waited: 90_000, unseen: refused(502) },
			'After 1.5 minutes it could not be seen whether the job has finished',
			'Films said 502: no. Job job 1 was submitted, and may have finished. Wait with Films. Or raise Timeout.',
		],
		[
			{ kind: 'rejected', failure },
			'Films said 403: no',
			'Do something. Nothing was submitted for this item.',
		],
		[
			{ kind: 'uncertain', failure: LOST, candidates: ['job 2', 'job 3'] },
			'The generation may have been submitted, but its job was not found',
			`Films said ECONNRESET: cut off. It was not sent again, so that it is not paid for twice. Its reply reference is ${REFERENCE}. Look for it at Films before you submit it again. Running jobs without a reference: job 2, job 3.`,
		],
		[
			{ kind: 'contradicted', reference: 'r', jobId: 'job 1' },
			'The item is not what it was when its job was submitted',
			'Job job 1 was submitted for this item, with other values. It was not sent again, so that it is not paid for twice. To pay for the new values, run the workflow again.',
		],
		[
			{ kind: 'contradicted', reference: 'r', jobId: undefined },
			'The item is not what it was when its job was submitted',
			'Something was submitted for this item with the reply reference r, with other values. It was not sent again, so that it is not paid for twice. To pay for the new values, run the workflow again.',
		],
		[
			{ kind: 'noSlot', waited: 60_000 },
			'No slot came free within 1 minute',
			'Nothing was submitted for this item. See what runs.',
		],
		[
			{ kind: 'noSlot', waited: 60_000, failure: refused(529) },
			'Films said 529: no',
			'Do something. It was tried for 1 minute. Nothing was submitted for this item.',
		],
		[
			{ kind: 'noAccount', wanted: undefined, configured: [], isAmbiguous: false },
			'No Films account is configured',
			'Connect an account. Nothing was submitted for this item.',
		],
		[
			{ kind: 'noAccount', wanted: 'x', configured: ['one', 'two'], isAmbiguous: false },
			'The account "x" is not configured',
			'Choose one of these in the Account field: one, two. Nothing was submitted for this item.',
		],
		[
			{ kind: 'noAccount', wanted: undefined, configured: ['one', 'two'], isAmbiguous: true },
			'The account that owns the assets is not known',
			'Choose it in the Account field, or pass on the item of the upload, which carries it. Configured: one, two. Nothing was submitted for this item.',
		],
	])('is explained: %j', (problem, message, description) => {
		const status = 'failure' in problem ? problem.failure?.status : undefined;
		expect(explain(problem)).toEqual({ message, description, status });
	});

	const UNSEARCHED =
		'This run has submitted nothing for this item. Jobs with a reply reference like n8n2.* may have been submitted before, by a worker that died. Look for it at Films before you submit it again.';

	it.each<[Problem, description: string]>([
		[
			{ kind: 'unchecked', failure: undefined },
			`There are too many of them, or some that the API lists cannot be made out. ${UNSEARCHED}`,
		],
		[{ kind: 'rejected', failure }, `Do something. ${UNSEARCHED}`],
		[{ kind: 'noSlot', waited: 60_000 }, `${UNSEARCHED} See what runs.`],
		[
			{ kind: 'noSlot', waited: 60_000, failure: refused(529) },
			`Do something. It was tried for 1 minute. ${UNSEARCHED}`,
		],
		[
			{ kind: 'noAccount', wanted: undefined, configured: [], isAmbiguous: false },
			`Connect an account. ${UNSEARCHED}`,
		],
	])('says what a run before may have submitted: %j', (problem, description) => {
		const entry = entryOf(unsearched, { type: 'gaveUp', problem });
		expect(explain(problem, full, entry).description).toBe(description);
	});

	it('tells of an item in doubt what a run before may have submitted, too', () => {
		const problem: Problem = { kind: 'uncertain', failure: undefined, candidates: [] };
		const entry = entryOf(unsearched, taken, lost, { type: 'gaveUp', problem });
		expect(explain(problem, full, entry).description).toContain(
			'Jobs with a reply reference like n8n2.* may have been submitted before, by a worker that died.',
		);
	});

	it('tells no reference where nothing can be looked for by one', () => {
		for (const problem of [
			{ kind: 'uncertain', failure: LOST, candidates: [] },
			{ kind: 'contradicted', reference: REFERENCE, jobId: undefined },
		] satisfies Problem[]) {
			expect(explain(problem, mustHaves).description).not.toContain(REFERENCE);
		}
	});

	it('tells of an item that was sent twice', () => {
		const twice = entryOf(taken, lost, { type: 'sentBack' }, taken, lost);
		const timedOut: Problem = { kind: 'timedOut', report, waited: 0 };
		const uncertain: Problem = { kind: 'uncertain', failure: undefined, candidates: [] };
		expect(explain(timedOut, full, twice).description).toMatch(
			/It was sent twice, as you have chosen, with the reply reference n8n2\.\S+$/,
		);
		expect(explain(timedOut, mustHaves, twice).description).toMatch(/may be paid for twice\.$/);
		const woken = Entry.running(report, 0, {
			reference: REFERENCE,
			sentReference: 'order-7',
			trail: { isFound: false, isResubmitted: true },
		});
		expect(explain(timedOut, full, woken).description).toMatch(
			/with the reply reference order-7\.$/,
		);
		const waiting = entryOf(taken, lost, { type: 'sentBack' });
		for (const entry of [
			waiting,
			entryOf(taken, lost, { type: 'sentBack' }, taken, { type: 'sentBack' }),
		])
			expect(explain(uncertain, full, entry).description).toContain(
				'It was to be sent again, as you have chosen, but was not taken then.',
			);
		expect(describeJobs([waiting], mustHaves)).toBe('May have been submitted, by item: 1.');
		expect(explain(uncertain, full, twice).description).toContain('may be paid for twice');
		expect(explain(uncertain, full, twice).description).not.toContain('It was not sent again');
	});

	it('is an error of the API, or of the node where the API had no part in it', () => {
		const situation = { service: full, entry: entryOf() };
		const refusal = toError(NODE, 2, { kind: 'rejected', failure }, situation, 'Ended: job 9.');
		expect(refusal).toBeInstanceOf(NodeApiError);
		expect(refusal).toMatchObject({
			httpCode: '403',
			context: { itemIndex: 2 },
			description: 'Item 3: Do something. Nothing was submitted for this item. Ended: job 9.',
		});
		const ofNode = toError(NODE, 0, { kind: 'noSlot', waited: 0 }, situation);
		expect(ofNode).toBeInstanceOf(NodeOperationError);
	});
});
