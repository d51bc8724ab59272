import { Book } from '../../../nodes/shared/jobs/book';
import { LookBack } from '../../../nodes/shared/jobs/lookBack';
import { Memory } from '../../../nodes/shared/jobs/memory';
import type { LookBackOptions } from '../../../nodes/shared/jobs/provenance';
import { marksOf } from '../../../nodes/shared/jobs/reference';
import type { JobReport, JobService } from '../../../nodes/shared/jobs/service';
import { Slots } from '../../../nodes/shared/jobs/slots';
import { Entry } from '../../../nodes/shared/jobs/state';
import {
	LOST,
	ORIGIN,
	referenceOf,
	refused,
	reportOf,
	ScriptedService,
	submissionOf,
} from './scripted';

const HOUR = 60 * 60_000;
const DIED = { mayHaveDied: true };
/** A retry of an execution that has handed nothing over. */
const RETRIED = { hasLeftBehind: () => Promise.resolve('failed' as const) };
const FORMER = { executionId: '6' };

/** Items of a run that looks back at what is at the service. */
function look(
	count: number,
	{
		content,
		contents = [],
		run = ORIGIN.run,
		scripted = new ScriptedService(),
		memory = new Memory({}),
		isListed = true,
		account,
		accounts = ['one'],
		search,
		...options
	}: Partial<LookBackOptions> & {
		isListed?: boolean;
		/** Which one is chosen, if one is. */
		account?: string;
		accounts?: string[];
		search?: NonNullable<JobService['search']>;
		content?: string;
		contents?: string[];
		run?: string;
		scripted?: ScriptedService;
		memory?: Memory;
	} = {},
) {
	const { clock } = scripted;
	const slots = new Slots();
	const capacities = accounts.map((account) => ({ account, maxJobs: 9, executing: 0 }));
	slots.update({ running: [], accounts: capacities }, 0);
	const entries = Array.from({ length: count }, (_, item) =>
		Entry.queued(
			submissionOf(item, {
				account,
				reference: referenceOf(item, { run }, contents[item] ?? content),
			}),
		),
	);
	const book = new Book(entries, false, { clock, memory, slots });
	const listed = search ? { ...scripted.full, search } : scripted.full;
	const lookBack = new LookBack(
		book,
		{
			marks: marksOf({ ...ORIGIN, run }),
			...{ mayHaveDied: false, hasLeftBehind: undefined },
			...options,
		},
		{ service: isListed ? listed : scripted.mustHaves, memory, slots },
	);
	const running = async () => {
		const answer = await scripted.full.running?.();
		return answer?.ok ? answer.body : [];
	};
	return {
		scripted,
		memory,
		book,
		entries,
		lookBack,
		/** Lets a job be there. */
		has: (reference: string, { isRunning = true } = {}) =>
			scripted.begin(submissionOf(0, { reference }), 'one', isRunning ? 0 : -HOUR).jobId,
		takeOver: async () => {
			await scripted.drive(lookBack.recall());
			await scripted.drive(
				running().then(async (jobs) => {
					await lookBack.takeOver({ running: jobs, isWhole: true });
				}),
			);
		},
		running,
		/** What each item has come to. */
		ends: () =>
			entries.map(({ state, report }) =>
				state.name === 'done' && !state.outcome.ok
					? state.outcome.problem.kind
					: (report?.jobId ?? state.name),
			),
	};
}

describe('looking back', () => {
	it('searches for nothing where nobody can have submitted', async () => {
		const lab = look(2);
		lab.has(referenceOf(0, { executionId: '6' }));
		await lab.takeOver();

		expect(lab.ends()).toEqual(['queued', 'queued']);
		expect(lab.scripted.lists.search).toBe(0);
	});

	it.each([
		['this execution may have run before', DIED, [], true],
		['this execution retries another', RETRIED, [], true],
		['a job of this run is there that nobody remembers', {}, [referenceOf(1)], true],
		['a job of another run is there', {}, [referenceOf(1, { run: '1' })], false],
		['nothing is there', {}, [], false],
	])('is needed where %s', (_why, options, references, isNeeded) => {
		const { lookBack } = look(2, options);
		const jobs = references.map((reference) => ({ jobId: 'j', reference }));
		expect(lookBack.isNeeded(jobs)).toBe(isNeeded);
	});

	it.each([
		['running', true],
		['finished', false],
	])('takes over jobs of this run that are %s', async (_state, isRunning) => {
		const lab = look(3, DIED);
		const [second, first] = [1, 0].map((item) => lab.has(referenceOf(item), { isRunning }));
		await lab.takeOver();

		expect(lab.ends()).toEqual([first, second, 'queued']);
		expect(lab.entries[0]?.trail.isFound).toBe(true);
	});

	it('leaves jobs of other runs, nodes and workflows alone', async () => {
		const lab = look(1, DIED);
		for (const other of [{ run: '1' }, { nodeId: 'x' }, { workflowId: 'x' }, { instanceId: 'x' }]) {
			lab.has(referenceOf(0, other));
			lab.has(referenceOf(0, other), { isRunning: false });
		}
		await lab.takeOver();

		expect(lab.ends()).toEqual(['queued']);
	});

	it('gives a job that goes by two references to one of two equal items', async () => {
		const lab = look(2, { content: 'same' });
		const reference = referenceOf(0, {}, 'same');
		const jobId = lab.has(reference);
		lab.memory.submitted(`${reference}.9:30`, jobId);
		lab.memory.submitted(`${reference}.9:31`, jobId);
		await lab.takeOver();

		expect(lab.ends()).toEqual([jobId, 'queued']);
	});

	it.each([
		['known', true],
		['lost', false],
	])(
		'gives a job whose reference was cut to one of two equal items, where its answer is %s',
		async (_what, isKnown) => {
			const lab = look(2, { content: 'same' });
			const reference = referenceOf(0, {}, 'same');
			const jobId = lab.has(reference.slice(0, -3));
			if (isKnown) lab.memory.submitted(reference, jobId);
			else lab.memory.sending(reference);
			await lab.takeOver();
			lab.lookBack.takeOverRunning(await lab.scripted.drive(lab.running()));

			expect(lab.ends()).toEqual([jobId, 'queued']);
		},
	);

	it('finds rows by their content where they have changed places', async () => {
		const lab = look(2, DIED);
		const moved = lab.has(referenceOf(0, {}, 'item 1'));
		await lab.takeOver();

		expect(lab.ends()).toEqual(['queued', moved]);
	});

	it('gives the job of a row that has changed places to nobody else, also while it runs on', async () => {
		const lab = look(2, DIED);
		const moved = lab.has(referenceOf(1, {}, 'item 0'));
		await lab.takeOver();
		lab.lookBack.takeOverRunning(await lab.scripted.drive(lab.running()));

		expect(lab.ends()).toEqual([moved, 'queued']);
	});

	it('counts a job once, however often it is met: others are for the items with the same content', async () => {
		const lab = look(14, { ...DIED, content: 'same' });
		const references = Array.from({ length: 14 }, (_, item) => referenceOf(item, {}, 'same'));
		const made = references.map((reference) => lab.has(reference, { isRunning: false }));
		await lab.takeOver();

		expect(lab.ends()).toEqual(made);
	});

	it('counts two jobs of one item once', async () => {
		const lab = look(2, { ...DIED, content: 'same' });
		const [second, first] = [1, 0, 0].map((item) =>
			lab.has(referenceOf(item, {}, 'same'), { isRunning: false }),
		);
		await lab.takeOver();

		expect(lab.ends()).toEqual([expect.stringMatching(/^job [12]$/), second]);
		expect(first).toBe('job 1');
	});

	it('counts a job once that has left the list of running ones meanwhile', async () => {
		const lab = look(2, { ...DIED, content: 'same' });
		const [first, second] = [0, 1].map((item) =>
			lab.has(referenceOf(item, {}, 'same'), { isRunning: false }),
		);
		const running = [{ jobId: second ?? '', reference: referenceOf(1, {}, 'same') }];
		await lab.scripted.drive(lab.lookBack.takeOver({ running, isWhole: true }));

		expect(lab.ends()).toEqual([first, second]);
	});

	it('searches for a job whose row has made room for one that still runs', async () => {
		const [first, second] = ['item 1', 'item 2'];
		const lab = look(2, { ...DIED, contents: [first, second] });
		const finished = lab.has(referenceOf(2), { isRunning: false });
		const [, running] = [lab.has(referenceOf(0)), lab.has(referenceOf(1))];
		await lab.takeOver();

		expect(lab.ends()).toEqual([running, finished]);
	});

	it('refuses to pay for other values at the same place', async () => {
		const lab = look(1, DIED);
		lab.has(referenceOf(0, {}, 'something else'));
		await lab.takeOver();

		expect(lab.ends()).toEqual(['contradicted']);
	});

	it('takes from memory what the tries before have submitted', async () => {
		const lab = look(3);
		lab.memory.submitted(referenceOf(0), lab.has(referenceOf(0)));
		lab.memory.sending(referenceOf(1));
		await lab.takeOver();

		expect(lab.ends()).toEqual(['job 0', 'unsettled', 'queued']);
	});

	it('reads a job once that two executions before have known', async () => {
		const lab = look(1, { ...RETRIED, isListed: false });
		const jobId = lab.has(referenceOf(0, FORMER));
		lab.memory.submitted(referenceOf(0, FORMER), jobId);
		lab.memory.submitted(referenceOf(0, { executionId: '5' }), jobId);
		await lab.takeOver();

		expect(lab.ends()).toEqual([jobId]);
		expect(lab.scripted.reads).toHaveLength(1);
	});

	it('reads no job again that a try before this one has taken over', async () => {
		const lab = look(1, { ...RETRIED, isListed: false });
		const jobId = lab.has(referenceOf(0, FORMER));
		lab.memory.submitted(referenceOf(0, FORMER), jobId);
		lab.memory.submitted(referenceOf(0), jobId);
		await lab.takeOver();

		expect(lab.ends()).toEqual([jobId]);
		expect(lab.scripted.reads).toHaveLength(0);
	});

	describe('from a retry of what has lost an answer', () => {
		const LOST_ONE = referenceOf(0, FORMER);
		const failed = reportOf('failed', { status: 'failed', reference: LOST_ONE });
		const hidden = { isComplete: true, hasGaps: false, failure: refused(596) };
		const whole = { ...hidden, failure: undefined };
		const cutShort = { ...whole, isComplete: false };

		it.each<[string, ReturnType<NonNullable<JobService['search']>>, JobReport[], string]>([
			['an account cannot be searched', Promise.resolve(hidden), [], 'unsettled'],
			['another one could not be searched to its end', Promise.resolve(cutShort), [], 'unsettled'],
			['it is nowhere', Promise.resolve(whole), [], 'queued'],
			['it has failed, whatever cannot be seen', Promise.resolve(hidden), [failed], 'queued'],
		])('where %s', async (_where, endOfOthers, found, comesTo) => {
			const memory = new Memory({});
			memory.sending(LOST_ONE);
			const lab = look(1, {
				...RETRIED,
				memory,
				account: 'one',
				accounts: ['one', 'two'],
				search: async ({ accounts, onJob }) => {
					if (accounts.includes('two')) return await endOfOthers;
					found.forEach(onJob);
					return whole;
				},
			});
			await lab.takeOver();

			expect(lab.ends()).toEqual([comesTo]);
		});
	});

	describe('from a retry within moments of a lost answer', () => {
		it.each([
			['the job may be in no list yet', 0, true],
			["the job may be in no list yet, by a clock ahead of this machine's", -HOUR, true],
			['the job would have been listed long ago', HOUR, false],
		])('where %s', async (_where, ago, isOpen) => {
			const lab = look(1, RETRIED);
			const { now } = lab.book;
			lab.memory.sending(referenceOf(0, FORMER));
			lab.memory.lost(referenceOf(0, FORMER), now - ago);
			await lab.takeOver();
			expect(lab.lookBack.settlesAt > now).toBe(isOpen);
			expect(lab.lookBack.settlesAt - now).toBeLessThan(HOUR);

			// What has been found counts for the rounds of a loop only once it is all.
			const jobId = lab.has(referenceOf(0, FORMER), { isRunning: false });
			const jobs = await lab.scripted.drive(lab.running());
			await lab.scripted.drive(lab.lookBack.takeOver({ running: jobs, isWhole: true }));
			expect(lab.ends()).toEqual([isOpen ? jobId : 'queued']);
		});
	});

	it('submits nothing where the search was cut short', async () => {
		const lab = look(2, DIED);
		lab.has(referenceOf(0));
		const running = await lab.scripted.drive(lab.running());
		lab.scripted.onList = () => refused(503, { effect: 'unknown' });
		await lab.scripted.drive(lab.lookBack.takeOver({ running, isWhole: true }));

		expect(lab.ends()).toEqual(['job 0', 'unchecked']);
	});

	it('submits nothing where a job runs that could not be made out, but only where it may be its own', async () => {
		const [died, first] = [look(1, DIED), look(1)];
		for (const lab of [died, first])
			await lab.scripted.drive(lab.lookBack.takeOver({ running: [], isWhole: false }));

		expect([died.ends(), first.ends()]).toEqual([['unchecked'], ['queued']]);
	});

	it('knows a job that an earlier try has found by the reference that it had then', async () => {
		const lab = look(1);
		const reference = `${referenceOf(0)}.of an older token`;
		lab.memory.submitted(reference, 'job');
		await lab.takeOver();

		expect(lab.ends()).toEqual(['job']);
		expect(lab.entries[0]?.soughtReference).toBe(reference);
	});

	it('works on where the account that is searched is dead, and says what it could not see', async () => {
		const lab = look(1, DIED);
		lab.scripted.onList = () => refused(596);
		await lab.scripted.drive(lab.lookBack.takeOver({ running: [], isWhole: true }));

		expect(lab.ends()).toEqual(['queued']);
		expect(lab.entries[0]?.trail.unsearched).toMatch(/^n8n2\.[\w]+\.7\.[\w]+\.\*$/);
	});

	describe('from a retry', () => {
		it('adopts what the former execution has left behind, whatever run it was', async () => {
			const lab = look(2, RETRIED);
			const running = lab.has(referenceOf(0, FORMER));
			const finished = lab.has(referenceOf(1, { ...FORMER, run: '3' }), { isRunning: false });
			await lab.takeOver();

			expect(lab.ends()).toEqual([running, finished]);
		});

		it.each([
			['was handed over', { hasLeftBehind: () => Promise.resolve(undefined) }, 'item 0'],
			['was made for something else', RETRIED, 'something else'],
		])('pays for what %s', async (_why, options, content) => {
			const lab = look(1, options);
			lab.has(referenceOf(0, FORMER, content));
			await lab.takeOver();

			expect(lab.ends()).toEqual(['queued']);
		});

		it.each([
			['0', 'contradicted'],
			['1', 'queued'],
		])(
			'leaves it to somebody whether to pay for something else than what run %s of one that died has made',
			async (run, end) => {
				const lab = look(1, { hasLeftBehind: () => Promise.resolve('died' as const) });
				lab.has(referenceOf(0, { ...FORMER, run }, 'something else'));
				await lab.takeOver();

				expect(lab.ends()).toEqual([end]);
			},
		);

		it('asks once for each former run whether it has left something behind', async () => {
			const asked: string[] = [];
			const hasLeftBehind = (executionId: string, run: string) => {
				asked.push(`${executionId} ${run}`);
				return Promise.resolve('failed' as const);
			};
			const lab = look(3, { hasLeftBehind });
			for (const item of [0, 1, 2]) lab.has(referenceOf(item, FORMER));
			await lab.takeOver();

			expect(asked).toEqual(['6 0']);
		});
	});

	describe('from a retry that knows a job by its ID', () => {
		it.each([
			['that does not answer', refused(503), 'job 0'],
			['that is behind a page of something else', refused(403, { foreign: true }), 'job 0'],
			['that does not know it any more', refused(404), 'queued'],
			['that has retired the endpoint', refused(404, { detail: 'Endpoint not found' }), 'job 0'],
			['whose account has lost its session', refused(596), 'job 0'],
			['that does not take the token any more', refused(401), 'job 0'],
			['that does not allow it', refused(403), 'job 0'],
		])('asks an API %s', async (_what, failure, end) => {
			const lab = look(1, RETRIED);
			const former = referenceOf(0, FORMER);
			lab.memory.submitted(former, lab.has('none of ours', { isRunning: false }));
			lab.scripted.onRead = () => ({ ok: false, failure });
			await lab.takeOver();
			expect(lab.ends()).toEqual([end]);
		});
	});

	describe('from a retry of what memory has kept', () => {
		it('adopts it, whatever address n8n had by then', async () => {
			const memory = new Memory({});
			memory.submitted(referenceOf(0, { ...FORMER, instanceId: 'elsewhere' }), 'job 0');
			const lab = look(1, { ...RETRIED, memory });
			lab.has('none of ours', { isRunning: false });
			await lab.takeOver();
			expect(lab.ends()).toEqual(['job 0']);
		});

		it.each([
			['nobody lists', false, 'unsettled'],
			['the lists would show', true, 'queued'],
		])(
			'keeps the doubt about an answer that got lost where %s the job',
			async (_who, isListed, end) => {
				const lab = look(1, { ...RETRIED, isListed });
				lab.memory.sending(referenceOf(0, FORMER));
				await lab.takeOver();
				expect(lab.ends()).toEqual([end]);
			},
		);
	});

	it('gives a doubt about one item to no other that asks for the same', async () => {
		const lab = look(2, { ...RETRIED, isListed: false, content: 'the same' });
		const [first, second] = [0, 1].map((item) => referenceOf(item, FORMER, 'the same'));
		lab.memory.submitted(second ?? '', lab.has('none of ours', { isRunning: false }));
		lab.memory.sending(first ?? '');
		lab.scripted.onRead = () => ({ ok: false, failure: refused(404) });
		await lab.takeOver();
		expect(lab.ends()).toEqual(['unsettled', 'queued']);
	});

	it('is known by references of its own where it takes over what another execution has submitted', async () => {
		const lab = look(1, RETRIED);
		lab.has(referenceOf(0, FORMER));
		await lab.takeOver();
		expect(lab.entries[0]?.soughtReference).toBe(referenceOf(0));
	});

	it.each([
		['the one that is retried', 'failed', 'job 0'],
		['perhaps the one that is retried', 'any', 'queued'],
	] as const)('adopts what does not tell its content from %s: %s', async (_which, end, state) => {
		const lab = look(1, { hasLeftBehind: () => Promise.resolve(end) });
		const [, , , node] = referenceOf(0).split('.');
		lab.has(`n8n.6.${node}.0.0.${'A'.repeat(22)}`, { isRunning: false });
		await lab.takeOver();
		expect(lab.ends()).toEqual([state]);
	});

	describe('from a retry in a loop', () => {
		it('searches once for all rounds, and takes no job twice', async () => {
			const rounds = { ...RETRIED, scripted: new ScriptedService(), memory: new Memory({}) };
			const first = look(1, rounds);
			const [finished, running] = [
				first.has(referenceOf(0, FORMER), { isRunning: false }),
				first.has(referenceOf(0, { ...FORMER, run: '1' })),
			];
			await first.takeOver();
			// What ran at the first round has finished by the last ones.
			rounds.scripted.duration = () => 0;
			const second = look(1, { ...rounds, run: '1' });
			await second.takeOver();
			const third = look(1, { ...rounds, run: '2' });
			await third.takeOver();

			expect([first.ends(), second.ends(), third.ends()]).toEqual([
				[finished],
				[running],
				['queued'],
			]);
			expect(rounds.scripted.lists.search).toBe(1);
		});

		it('looks each time for what it has made itself, where its own worker may have died', async () => {
			const rounds = {
				...{ ...RETRIED, ...DIED, memory: new Memory({}) },
				scripted: new ScriptedService(),
			};
			const first = look(1, rounds);
			const made = ['0', '1'].map((run) =>
				first.has(referenceOf(0, { run }), { isRunning: false }),
			);
			await first.takeOver();
			const second = look(1, { ...rounds, run: '1' });
			await second.takeOver();
			expect([first.ends(), second.ends()]).toEqual(made.map((jobId) => [jobId]));
		});

		it.each([
			['failed', { ok: true, body: reportOf('x', { status: 'failed' }) }],
			['gone', { ok: false, failure: refused(404) }],
		] as const)('takes over nothing that has %s since it was found', async (_what, answer) => {
			const rounds = { ...RETRIED, scripted: new ScriptedService(), memory: new Memory({}) };
			const first = look(1, rounds);
			first.has(referenceOf(0, { ...FORMER, run: '1' }));
			await first.takeOver();
			rounds.scripted.duration = () => 0;
			rounds.scripted.onRead = () => answer;
			const second = look(1, { ...rounds, run: '1' });
			await second.takeOver();
			const third = look(1, { ...rounds, run: '2' });
			await third.takeOver();
			expect([second.ends(), third.ends()]).toEqual([['queued'], ['queued']]);
			expect(rounds.scripted.reads).toHaveLength(1);
		});

		it('searches again where the first search was cut short', async () => {
			const rounds = { ...RETRIED, scripted: new ScriptedService(), memory: new Memory({}) };
			rounds.scripted.garbledSearches = 1;
			await look(1, rounds).takeOver();
			await look(1, { ...rounds, run: '1' }).takeOver();
			expect(rounds.scripted.lists.search).toBe(2);
		});

		it('reads nothing of what was handed over', async () => {
			const lab = look(1, { hasLeftBehind: () => Promise.resolve(undefined) });
			lab.memory.submitted(
				referenceOf(0, FORMER),
				lab.has(referenceOf(0, FORMER), { isRunning: false }),
			);
			await lab.takeOver();
			expect([lab.ends(), lab.scripted.reads]).toEqual([['queued'], []]);
		});
	});

	describe('for a submission whose answer was lost', () => {
		const doubt = (options: Partial<LookBackOptions> = {}) => {
			const lab = look(1, options);
			const [entry] = lab.entries;
			if (!entry?.reference) throw new Error('There is no entry');
			const event = { type: 'lost', reference: entry.reference, cause: LOST } as const;
			lab.book.advance(entry, { type: 'slotTaken', slot: { account: 'one' } });
			lab.book.advance(entry, event);
			const decided: unknown[] = [];
			return {
				...lab,
				decided,
				settle: async () => {
					await lab.scripted.drive(lab.lookBack.settle((one) => void decided.push(one)));
				},
			};
		};

		it('finds its job among the running ones', () => {
			const lab = doubt();
			lab.lookBack.takeOverRunning([{ jobId: 'j', reference: referenceOf(0) }]);
			expect(lab.ends()).toEqual(['j']);
		});

		it('finds it by a reference that the API has cut', () => {
			const lab = doubt();
			const behindItem = referenceOf(0).split('.').slice(0, 6).join('.');
			// The number may go on.
			lab.lookBack.takeOverRunning([{ jobId: 'of another item', reference: behindItem }]);
			expect(lab.ends()).toEqual(['unsettled']);
			lab.lookBack.takeOverRunning([{ jobId: 'j', reference: `${behindItem}.` }]);
			expect(lab.ends()).toEqual(['j']);
		});

		it('finds it where its row was, also once the row is to be sent again from another place', () => {
			const { book, entries, lookBack, ends } = look(1);
			const [entry] = entries;
			if (!entry) throw new Error('There is no entry');
			book.advance(entry, { type: 'lost', reference: referenceOf(1), cause: LOST });
			book.advance(entry, { type: 'sentBack' });
			lookBack.takeOverRunning([{ jobId: 'of another row', reference: referenceOf(0) }]);
			expect(ends()).toEqual(['queued']);
			lookBack.takeOverRunning([{ jobId: 'j', reference: referenceOf(1) }]);
			expect(ends()).toEqual(['j']);
		});

		it('takes no job for its own that was made at its place for something else', async () => {
			const lab = doubt();
			const reference = referenceOf(0, {}, 'something else');
			lab.lookBack.takeOverRunning([{ jobId: 'j', reference }]);
			lab.has(reference, { isRunning: false });
			await lab.scripted.clock.advance(20_000);
			await lab.settle();
			expect([lab.ends(), lab.decided]).toEqual([['unsettled'], lab.entries]);
		});

		it('lets the running list have its time before it decides', async () => {
			const lab = doubt();
			await lab.settle();
			expect([lab.decided, lab.scripted.lists.search]).toEqual([[], 0]);
			await lab.scripted.clock.advance(20_000);
			await lab.settle();
			expect(lab.decided).toEqual(lab.entries);
		});

		it('finds it among the finished ones', async () => {
			const lab = doubt();
			const jobId = lab.has(referenceOf(0), { isRunning: false });
			await lab.scripted.clock.advance(20_000);
			await lab.settle();
			expect([lab.ends(), lab.decided]).toEqual([[jobId], []]);
		});

		it.each([1, 2])('reads once more what it could not make out, %d times', async (times) => {
			const lab = doubt();
			const jobId = lab.has(referenceOf(0), { isRunning: false });
			await lab.scripted.clock.advance(20_000);
			lab.scripted.garbledSearches = times;
			await lab.settle();
			expect([lab.ends(), lab.decided]).toEqual(
				times === 1 ? [[jobId], []] : [['unsettled'], lab.entries],
			);
			expect(lab.scripted.lists.search).toBe(2);
		});

		it('searches again when a passing fault has broken the search off', async () => {
			const lab = doubt();
			await lab.scripted.clock.advance(20_000);
			lab.scripted.onList = () => refused(503, { effect: 'unknown' });
			await lab.settle();
			expect(lab.decided).toEqual([]);
			lab.scripted.onList = () => undefined;
			await lab.settle();
			expect(lab.decided).toEqual(lab.entries);
		});
	});
});
