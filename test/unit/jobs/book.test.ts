import { Book } from '../../../nodes/shared/jobs/book';
import { Memory } from '../../../nodes/shared/jobs/memory';
import { Slots } from '../../../nodes/shared/jobs/slots';
import { Entry, type Event, type Problem } from '../../../nodes/shared/jobs/state';
import { VirtualClock } from '../../emulator/clock';
import { LOST, refused, reportOf, submissionOf } from './scripted';

const ANY = { account: undefined, maxJobs: undefined };
const rejected: Problem = { kind: 'rejected', failure: refused(401) };

/** A book of two items, at a service with one slot. */
function bookOf({ stopsOnProblem = false } = {}) {
	const clock = new VirtualClock(0);
	const memory = new Memory({});
	const slots = new Slots();
	slots.update({ running: [], accounts: [{ account: 'one', maxJobs: 1, executing: 0 }] }, 0);
	const entries = [0, 1].map((item) => Entry.queued(submissionOf(item)));
	const book = new Book(entries, stopsOnProblem, { clock, memory, slots });
	const [entry] = entries;
	const slot = slots.take(ANY, 0);
	if (!entry || !slot) throw new Error('There is no slot');
	const advance = (...events: Event[]) => {
		for (const event of events) book.advance(entry, event);
	};
	return {
		book,
		clock,
		memory,
		slots,
		entry,
		advance,
		taken: { type: 'slotTaken', slot } as const,
	};
}

const accepted: Event = { type: 'accepted', report: reportOf('j') };
const lost: Event = { type: 'lost', reference: 'r', cause: LOST };

describe('the book of a run', () => {
	it.each<[string, Event[], isFree: boolean]>([
		['under way', [], false],
		['accepted', [accepted], false],
		['in doubt', [lost], false],
		['found again', [lost, { type: 'found', report: reportOf('j') }], false],
		['sent back', [{ type: 'sentBack' }], true],
		['sent back from doubt', [lost, { type: 'sentBack' }], true],
		['given up', [{ type: 'gaveUp', problem: rejected }], true],
		['over', [accepted, { type: 'read', report: reportOf('j', { status: 'completed' }) }], true],
	])('of an item that is %s: %j; whether its slot is free: %s', (_state, events, isFree) => {
		const { slots, advance, taken } = bookOf();
		advance(taken, ...events);
		expect(slots.take(ANY, 0) !== undefined).toBe(isFree);
	});

	it('remembers the job of a submission, and when it came', async () => {
		const { book, clock, memory, entry, advance, taken } = bookOf();
		await clock.advance(5);
		advance(taken, accepted);
		expect(memory.all()).toMatchObject([{ reference: entry.reference, jobId: 'j' }]);
		expect(book.progressedAt).toBe(5);
	});

	it('does not change what an event means nothing to', () => {
		const { book, memory, entry, advance } = bookOf();
		advance(accepted);
		expect(entry.state.name).toBe('queued');
		expect([memory.all(), book.ended]).toEqual([[], 0]);
	});

	it('lists items by their states, and counts those that are over', () => {
		const { book, entry, advance, taken } = bookOf();
		advance(taken);
		expect(book.inState('submitting')).toEqual([entry]);
		expect(book.inState('queued', 'submitting')).toHaveLength(2);
		advance({ type: 'gaveUp', problem: rejected });
		expect(book.ended).toBe(1);
	});

	it.each([true, false])('stops at a problem: %s', (stopsOnProblem) => {
		const { book, advance } = bookOf({ stopsOnProblem });
		advance({ type: 'gaveUp', problem: rejected });
		expect(book.isStopping).toBe(stopsOnProblem);
	});
});
