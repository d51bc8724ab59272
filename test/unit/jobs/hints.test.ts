import { hintsOf } from '../../../nodes/shared/jobs/hints';
import { Entry, type Event } from '../../../nodes/shared/jobs/state';
import { LOST, refused, reportOf, submissionOf, TEXTS } from './scripted';

const settings = { simplify: true, download: true, binaryPropertyName: 'data' };

const taken: Event = { type: 'slotTaken', slot: { account: undefined } };
const accepted: Event = { type: 'accepted', report: reportOf('job') };
const lost: Event = { type: 'lost', reference: 'r', cause: LOST };

const again: Event[] = [taken, lost, { type: 'sentBack' }, taken];

function hintAfter(...pasts: Event[][]): string | undefined {
	const entries = pasts.map((events, item) => {
		const entry = Entry.queued(submissionOf(item));
		for (const event of events) entry.advance(event, 0);
		return entry;
	});
	const order = { title: '', price: undefined, input: undefined };
	const [hint] = hintsOf([{ entries, settings, order }], TEXTS);
	return hint?.message.split('.')[0];
}

describe('the hint after a run', () => {
	it('does not count as failed what goes on, or may have been submitted', () => {
		const report = reportOf('job');
		const problems: Event[][] = [
			[taken, accepted, { type: 'gaveUp', problem: { kind: 'timedOut', report, waited: 1 } }],
			[
				...[taken, accepted],
				{ type: 'gaveUp', problem: { kind: 'unreadable', report, failure: refused(401) } },
			],
			[
				...[taken, lost],
				{ type: 'gaveUp', problem: { kind: 'uncertain', failure: LOST, candidates: [] } },
			],
			[taken, { type: 'gaveUp', problem: { kind: 'rejected', failure: refused(400) } }],
			[taken, { ...accepted, report: reportOf('job', { status: 'failed' }) }],
			[...again, { ...accepted, report: reportOf('job', { status: 'failed' }) }],
			[...again, lost, { type: 'found', report: reportOf('job', { status: 'completed' }) }],
		];
		expect(hintAfter(...problems)).toBe(
			'7 jobs: 4 submitted, 2 submitted twice, as chosen in the options, 1 completed, 1 still running, 1 not seen to have ended, 1 may have been submitted, 3 failed',
		);
	});
});
