import { Book } from '../../../nodes/shared/jobs/book';
import { Memory } from '../../../nodes/shared/jobs/memory';
import type { Failure } from '../../../nodes/shared/api/failure';
import type { Submission } from '../../../nodes/shared/jobs/service';
import { Slots } from '../../../nodes/shared/jobs/slots';
import { Entry } from '../../../nodes/shared/jobs/state';
import { Submitter } from '../../../nodes/shared/jobs/submitter';
import { LOST, refused, ScriptedService, submissionOf } from './scripted';

/** A submitter of some items, and the accounts with their slots. */
function submit(
	submissions: Array<Partial<Submission>>,
	accounts: Record<string, number> = { one: 9 },
	concurrency = 9,
) {
	const scripted = new ScriptedService();
	const { clock } = scripted;
	const memory = new Memory({});
	const slots = new Slots();
	const known = Object.entries(accounts).map(([account, maxJobs]) => ({
		account,
		maxJobs,
		executing: 0,
	}));
	slots.update({ running: [], accounts: known }, 0);
	const entries = submissions.map((more, item) => Entry.queued(submissionOf(item, more)));
	const book = new Book(entries, false, { clock, memory, slots });
	const service = scripted.full;
	const submitter = new Submitter(book, concurrency, { service, memory, slots });
	return {
		scripted,
		memory,
		book,
		entries,
		submitter,
		/** Feeds once. @returns the accounts that were submitted to */
		feed: async () => {
			const tasks: Array<Promise<void>> = [];
			const before = scripted.sent.length;
			submitter.feed((task) => tasks.push(task));
			await scripted.drive(Promise.all(tasks));
			return scripted.sent.slice(before).map(({ account }) => account);
		},
		states: () => entries.map(({ state }) => state.name),
	};
}

const times = (count: number, one: Partial<Submission> = {}) =>
	Array(count).fill(one) as Array<typeof one>;

describe('the submitter', () => {
	it.each([
		['all there is room for', times(4), { one: 9 }, 9, 4],
		['no more than there are slots', times(4), { one: 1, two: 2 }, 9, 3],
		['no more than may be under way', times(4), { one: 9 }, 2, 2],
		['no more than an item allows on its account', times(4, { maxJobs: 2 }), { one: 9 }, 9, 2],
		[
			'what has room, past what has not',
			[...times(2, { account: 'one' }), { account: 'two' }],
			{ one: 1, two: 1 },
			9,
			2,
		],
	])('sends %s', async (_what, submissions, accounts, concurrency, sent) => {
		const { feed } = submit(submissions, accounts, concurrency);
		expect(await feed()).toHaveLength(sent);
	});

	it('sends nothing once the run is to stop', async () => {
		const { book, feed } = submit(times(2));
		book.isStopping = true;
		expect(await feed()).toEqual([]);
	});

	it.each([
		['accepted', undefined, 'running', true],
		['lost', LOST, 'unsettled', true],
		['refused', refused(400), 'done', false],
		['refused for want of a slot', refused(429), 'queued', false],
	])('leaves what was %s in its state, and in memory: %#', async (_what, mishap, state, isKept) => {
		const { scripted, memory, feed, states } = submit(times(1));
		scripted.onSubmit = () => mishap;
		await feed();
		expect(states()).toEqual([state]);
		expect(memory.all()).toHaveLength(isKept ? 1 : 0);
	});

	it('has written down what it sends before the answer comes', () => {
		const { memory, submitter, entries } = submit(times(1));
		submitter.feed(() => undefined);
		expect(memory.all()).toMatchObject([{ reference: entries[0]?.reference, jobId: undefined }]);
	});

	describe('sends again what a try before has lost under another reference', () => {
		const sendAgain = async (answer: Failure) => {
			const { scripted, memory, entries, feed } = submit(times(1));
			memory.sending('lost');
			for (const event of [
				{ type: 'lost', reference: 'lost', cause: undefined },
				{ type: 'sentBack' },
			] as const)
				entries[0]?.advance(event, 0);
			scripted.onSubmit = () => answer;
			await feed();
			return memory.all().map(({ reference, isResubmitted }) => [reference, isResubmitted]);
		};
		const { reference } = submissionOf(0);

		it('and remembers of both that there is no third time', async () => {
			expect(await sendAgain(LOST)).toEqual([
				['lost', true],
				[reference, true],
			]);
		});

		it('and forgets what was refused, but not what was lost', async () => {
			expect(await sendAgain(refused(402))).toEqual([['lost', false]]);
		});
	});

	it('waits as long as a busy account asks for', async () => {
		const { scripted, feed } = submit(times(1));
		scripted.onSubmit = (nth) => (nth === 0 ? refused(429, { retryAfter: 5_000 }) : undefined);
		await feed();
		expect(await feed()).toEqual([]);
		await scripted.clock.advance(5_000);
		expect(await feed()).toEqual(['one']);
	});

	it.each([
		['item', [{}, {}, {}], ['rejected', 'running', 'running'], ['one', 'one', 'one']],
		['all', [{}, {}, {}], ['rejected', 'rejected', 'rejected'], ['one']],
		['account', [{}, {}, {}], ['running', 'running', 'running'], ['one', 'two', 'two', 'two']],
		[
			'account',
			[{ account: 'one' }, { account: 'one' }, {}],
			['rejected', 'rejected', 'running'],
			['one', 'two'],
		],
	] as const)(
		'understands a refusal that concerns %s: %j',
		async (refusal, submissions, ends, sentTo) => {
			const { scripted, entries, feed } = submit([...submissions], { one: 9, two: 3 }, 1);
			scripted.refusal = { 402: refusal };
			scripted.onSubmit = (nth) => (nth === 0 ? refused(402) : undefined);
			for (let round = 0; round < 5; round++) await feed();
			expect(entries.map(({ problem, state }) => problem?.kind ?? state.name)).toEqual(ends);
			expect(scripted.sent.map(({ account }) => account)).toEqual(sentTo);
		},
	);

	it.each([
		['none is wanted', {}, ['one'], 'queued'],
		['it is configured', { account: 'one' }, ['one'], 'queued'],
		['it is not', { account: 'x' }, ['one'], 'noAccount'],
		['the item belongs to the only one', { isBoundToAccount: true }, ['one'], 'queued'],
		['the item belongs to one of two', { isBoundToAccount: true }, ['one', 'two'], 'noAccount'],
		['there is none', {}, [], 'noAccount'],
	])('asks for an account: %s', (_case, submission, accounts, end) => {
		const lab = submit([submission], Object.fromEntries(accounts.map((name) => [name, 1])));
		for (const entry of lab.entries) lab.submitter.failWithoutAccount(entry);
		expect(lab.entries.map(({ problem, state }) => problem?.kind ?? state.name)).toEqual([end]);
	});
});
