import { NodeOperationError } from 'n8n-workflow';

import { describeJobs, nameJobs, toCancelError } from '../../../nodes/shared/jobs/jobNames';
import { Entry, type Event } from '../../../nodes/shared/jobs/state';
import { entryOf, LOST, NODE, referenceOf, refused, reportOf, ScriptedService } from './scripted';

const { mustHaves, full } = new ScriptedService();
const REFERENCE = referenceOf(0);
const failure = refused(403);
const taken: Event = { type: 'slotTaken', slot: { account: undefined } };
const unsearched: Event = { type: 'unsearched', pattern: 'n8n2.*' };
const lost: Event = { type: 'lost', reference: REFERENCE, cause: LOST };

describe('the jobs of a run', () => {
	const running = Entry.running(reportOf('runs'), 0);
	const ended = Entry.running(reportOf('ended'), 0);
	ended.advance({ type: 'read', report: reportOf('ended', { status: 'completed' }) }, 1);
	const late = Entry.running(reportOf('late'), 0);
	const timedOut = { kind: 'timedOut', report: reportOf('late'), waited: 1 } as const;
	late.advance({ type: 'gaveUp', problem: timedOut }, 1);
	const inDoubt = entryOf(taken, lost);
	const unseen = Entry.running(reportOf('unseen'), 0);
	unseen.advance(
		{ type: 'gaveUp', problem: { kind: 'unreadable', report: reportOf('unseen'), failure } },
		1,
	);
	const all = [running, ended, late, unseen, inDoubt, entryOf()];

	it('are all named, but for one that is named already', () => {
		expect(describeJobs(all, full)).toBe(
			`Still running: runs, late. Ended: ended. Not seen to have ended: unseen. May have been submitted, by reply reference: ${REFERENCE}.`,
		);
		expect(describeJobs(all, mustHaves, running)).toBe(
			'Still running: late. Ended: ended. Not seen to have ended: unseen. May have been submitted, by item: 1.',
		);
	});

	it('may have been submitted by a worker that died, where that could not be searched', () => {
		const told = 'A worker that died may have submitted more, with a reply reference like n8n2.*.';
		const refusedOne = entryOf(unsearched, {
			type: 'gaveUp',
			problem: { kind: 'rejected', failure },
		});
		const waiting = entryOf(unsearched);
		const found = entryOf(unsearched, { type: 'found', report: reportOf('found') });
		expect(describeJobs([ended, refusedOne, waiting], full)).toBe(`Ended: ended. ${told}`);
		expect(describeJobs([found], full)).toBe('Still running: found.');
		expect(toCancelError(NODE, [waiting], full).description).toBe(told);
	});

	it('are named where they were made for other values, with the reference that they have', () => {
		const contradicted = (reference: string, jobId?: string) =>
			entryOf({ type: 'gaveUp', problem: { kind: 'contradicted', reference, jobId } });
		expect(
			describeJobs(
				[contradicted('r 1', 'job 1'), contradicted('r 2'), contradicted('r 3', 'job 3')],
				full,
			),
		).toBe(
			'Submitted before, with other values: job 1, job 3. May have been submitted, by reply reference: r 2.',
		);
	});

	it('are named with a cancel, and with whatever else goes wrong', () => {
		expect(toCancelError(NODE, all, full).description).toBe(describeJobs(all, full));
		expect(toCancelError(NODE, [entryOf()], full).description).toBe('Nothing was submitted.');
		const bug = nameJobs(NODE, new TypeError('a bug'), all, full);
		expect(bug).toMatchObject({ message: 'a bug', description: describeJobs(all, full) });
		const own = new NodeOperationError(NODE, 'known');
		expect(nameJobs(NODE, own, all, full)).toBe(own);
	});
});
