import type { Failure } from '../../../nodes/shared/api/failure';
import {
	Entry,
	step,
	SURE_AFTER_MS,
	type Event,
	type Problem,
	type State,
} from '../../../nodes/shared/jobs/state';
import { reportOf, submissionOf } from './scripted';

const NOW = 1_000_000;
const LOST: Failure = { code: 'ECONNRESET', detail: 'cut off', effect: 'unknown' };
const GONE: Failure = { status: 404, detail: 'not found', effect: 'none' };
const slot = { account: 'one@example.com' };
const active = reportOf('j');
const done = reportOf('j', { status: 'completed' });
const failed = reportOf('j', { status: 'failed', message: 'no' });
const odd = reportOf('j', { status: 'unknown', word: 'paused' });
const withoutFile = reportOf('j', { status: 'completed', file: undefined });
const noSlot: Problem = { kind: 'noSlot', waited: 1 };

const states: Record<State['name'], State> = {
	queued: { name: 'queued' },
	submitting: { name: 'submitting' },
	unsettled: { name: 'unsettled', since: NOW, cause: LOST },
	running: { name: 'running', since: NOW, report: active, suspicion: undefined },
	done: { name: 'done', outcome: { ok: true, report: done } },
};

const events: Record<Event['type'], Event> = {
	slotTaken: { type: 'slotTaken', slot },
	accepted: { type: 'accepted', report: active },
	lost: { type: 'lost', reference: 'r', cause: LOST },
	found: { type: 'found', report: active },
	sentBack: { type: 'sentBack' },
	unsearched: { type: 'unsearched', pattern: 'n8n2.*' },
	read: { type: 'read', report: active },
	missed: { type: 'missed', failure: GONE },
	gaveUp: { type: 'gaveUp', problem: noSlot },
};

/** Every arrow that there is; all others are refused. */
const ARROWS: Record<State['name'], Partial<Record<Event['type'], State['name']>>> = {
	queued: {
		...{ slotTaken: 'submitting', lost: 'unsettled', found: 'running', gaveUp: 'done' },
		unsearched: 'queued',
	},
	submitting: { accepted: 'running', lost: 'unsettled', sentBack: 'queued', gaveUp: 'done' },
	unsettled: { found: 'running', sentBack: 'queued', gaveUp: 'done' },
	running: { read: 'running', missed: 'running', gaveUp: 'done' },
	done: {},
};

const names = Object.keys(states) as Array<State['name']>;
const types = Object.keys(events) as Array<Event['type']>;

describe('the states of an item', () => {
	it.each(names.flatMap((name) => types.map((type) => [name, type] as const)))(
		'%s, %s',
		(name, type) => {
			const before = JSON.stringify(states[name]);
			expect(step(states[name], events[type], NOW)?.name).toBe(ARROWS[name][type]);
			expect(JSON.stringify(states[name])).toBe(before);
		},
	);

	it.each([
		['queued', 'found'],
		['submitting', 'accepted'],
		['unsettled', 'found'],
		['running', 'read'],
	] as const)('%s, %s of a job that is over', (name, type) => {
		const after = (report: typeof done) => step(states[name], { type, report }, NOW);
		expect(after(done)).toEqual({ name: 'done', outcome: { ok: true, report: done } });
		expect(after(failed)).toEqual({
			name: 'done',
			outcome: { ok: false, problem: { kind: 'failed', report: failed } },
		});
		expect(after(withoutFile)?.name).toBe('running');
	});

	it.each([
		['the API does not know it', events.missed, 'gone'],
		['its status is on no page', { type: 'read', report: odd }, 'unknownStatus'],
	] as const)(
		'running, when %s: believed the second time, some seconds later',
		(_case, event, kind) => {
			const once = step(states.running, event, NOW) ?? states.queued;
			expect(once).toMatchObject({ name: 'running', suspicion: { since: NOW } });
			expect(step(once, event, NOW + SURE_AFTER_MS - 1)?.name).toBe('running');
			expect(step(once, event, NOW + SURE_AFTER_MS)).toMatchObject({
				name: 'done',
				outcome: { ok: false, problem: { kind } },
			});
			const heard = step(once, events.read, NOW + 1);
			expect(heard).toMatchObject({ suspicion: undefined });
		},
	);

	it('running, when it is suspected of another thing: that begins anew', () => {
		const gone = step(states.running, events.missed, NOW) ?? states.queued;
		const paused = step(gone, { type: 'read', report: odd }, NOW + SURE_AFTER_MS);
		expect(paused).toMatchObject({
			name: 'running',
			suspicion: { of: 'unknownStatus', since: NOW + SURE_AFTER_MS },
		});
	});

	it('keeps what only the first answer has said', () => {
		const first = reportOf('j', { facts: { generationId: 'g' }, reference: 'whole' });
		const running = step(states.submitting, { type: 'accepted', report: first }, NOW);
		const report = reportOf('j', { status: 'completed', reference: 'who', facts: { code: 1 } });
		expect(running && step(running, { type: 'read', report }, NOW)).toMatchObject({
			outcome: { report: { facts: { generationId: 'g', code: 1 }, reference: 'whole' } },
		});
	});
});

describe('an entry', () => {
	const submission = submissionOf(0);

	it('changes nothing at an event that its state does not know', () => {
		const entry = Entry.queued(submission);
		const { state, trail } = entry;
		expect(entry.advance(events.accepted, NOW)).toBe(false);
		expect([entry.state, entry.trail]).toEqual([state, trail]);
	});

	it('remembers that its job was found, or sent twice', () => {
		const entry = Entry.queued(submission);
		const past = ['slotTaken', 'lost', 'sentBack', 'slotTaken', 'lost', 'found'] as const;
		const trails = past.map((type) => {
			entry.advance(events[type], NOW);
			return [entry.trail.isResubmitted, entry.trail.isFound];
		});
		expect(trails.map(([isResubmitted]) => isResubmitted).indexOf(true)).toBe(4);
		expect(trails.map(([, isFound]) => isFound).indexOf(true)).toBe(5);
		expect(entry.report).toEqual(active);
	});

	it.each([
		['found while it waits to be sent again', ['found']],
		['refused when it was sent again', ['slotTaken', 'sentBack', 'found']],
	] as const)('was not sent twice where it is %s', (_what, further) => {
		const entry = Entry.queued(submission);
		for (const type of ['slotTaken', 'lost', 'sentBack', ...further] as const)
			entry.advance(events[type], NOW);
		expect(entry.trail).toMatchObject({ isFound: true, isResubmitted: false });
	});

	it.each([
		{ type: 'found', report: active, isResubmitted: true },
		{ ...events.lost, isResubmitted: true },
	] as Event[])('remembers that a try before has sent it twice ($type)', (event) => {
		const entry = Entry.queued(submission);
		entry.advance(event, NOW);
		expect(entry.trail.isResubmitted).toBe(true);
	});

	it.each<[string, Event[], string | undefined]>([
		['nothing', [], undefined],
		['its running job', [events.found], 'j'],
		['its finished job', [{ type: 'found', report: done }], 'j'],
		['its failed job', [{ type: 'found', report: failed }], 'j'],
		['nothing, once it is refused', [events.gaveUp], undefined],
	])('knows %s', (_what, happened, jobId) => {
		const entry = Entry.queued(submission);
		for (const event of happened) entry.advance(event, NOW);
		expect(entry.report?.jobId).toBe(jobId);
	});

	it('remembers that a run before could not be searched, whatever comes of it', () => {
		const entry = Entry.queued(submission);
		entry.advance(events.unsearched, NOW);
		for (const type of ['slotTaken', 'lost', 'gaveUp'] as const) entry.advance(events[type], NOW);
		expect(entry.trail.unsearched).toBe('n8n2.*');
	});

	it('does not count as sent twice when it only waits for another slot', () => {
		const entry = Entry.queued(submission);
		for (const type of ['slotTaken', 'sentBack'] as const) entry.advance(events[type], NOW);
		expect(entry.trail.isResubmitted).toBe(false);
	});

	it.each<Problem>([
		noSlot,
		{ kind: 'rejected', failure: GONE },
		{ kind: 'noAccount', wanted: 'x', configured: [], isAmbiguous: false },
	])('does not say of one in doubt that nothing was submitted (%j)', (problem) => {
		const entry = Entry.queued(submission);
		for (const type of ['slotTaken', 'lost', 'sentBack'] as const) entry.advance(events[type], NOW);
		entry.advance({ type: 'gaveUp', problem }, NOW);
		expect(entry.state).toMatchObject({ outcome: { problem: { kind: 'uncertain' } } });
	});

	it.each<Problem>([
		{ kind: 'timedOut', report: active, waited: 1 },
		{ kind: 'unreadable', report: active, failure: GONE },
	])('does not say of one whose status is unknown that it goes on (%j)', (problem) => {
		const entry = Entry.running(active, NOW);
		entry.advance({ type: 'read', report: odd }, NOW);
		entry.advance({ type: 'gaveUp', problem }, NOW);
		const end = { kind: 'unknownStatus', report: { word: 'paused' } };
		expect(entry.state).toMatchObject({ outcome: { problem: end } });
	});
});
