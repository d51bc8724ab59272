import { FinishedJobs } from '../../../nodes/LtxStudio/service/search';
import { Book } from '../../../nodes/shared/jobs/book';
import { LookBack } from '../../../nodes/shared/jobs/lookBack';
import { Memory } from '../../../nodes/shared/jobs/memory';
import type { LookBackOptions } from '../../../nodes/shared/jobs/provenance';
import { marksOf } from '../../../nodes/shared/jobs/reference';
import { Slots } from '../../../nodes/shared/jobs/slots';
import { Entry } from '../../../nodes/shared/jobs/state';
import { ORIGIN, referenceOf, refused, reportOf, ScriptedService, submissionOf } from './scripted';

/**
 * Looks back for so many items, where these jobs have finished on each account, by their references and the newest first. The
 * session of an account called "dead" is dead, the list of one called "denied" is refused, and one called "gone" is not configured any more.
 */
async function lookBackFor(
	wanted: number,
	finished: Record<string, string[]>,
	{
		isWhole = true,
		chosen,
		remembered = {},
		...options
	}: Partial<LookBackOptions> & {
		isWhole?: boolean;
		chosen?: string;
		remembered?: Record<string, string>;
	},
) {
	const scripted = new ScriptedService();
	const memory = new Memory({});
	for (const [reference, jobId] of Object.entries(remembered)) memory.submitted(reference, jobId);
	const slots = new Slots();
	const accounts = Object.keys(finished)
		.filter((account) => account !== 'gone')
		.map((account) => ({ account, maxJobs: 99, executing: 0 }));
	slots.update({ running: [], accounts }, 0);
	const entries = Array.from({ length: wanted }, (_, item) =>
		Entry.queued(submissionOf(item, { account: chosen })),
	);
	const book = new Book(entries, false, { clock: scripted.clock, memory, slots });
	const read = (jobId: string) => {
		const [account = '', at = ''] = jobId.split(' ');
		const reference = finished[account]?.[Number(at)];
		const body = reportOf(jobId, { status: 'completed', reference });
		return Promise.resolve({ ok: true, body } as const);
	};
	const assets = ({ email = '', page = 1, limit = 20 }) => {
		const status = { dead: 596, denied: 403, lost: 404, gone: 404 }[email];
		if (status !== undefined) {
			return Promise.resolve({ ok: false, failure: refused(status) } as const);
		}
		const all = (finished[email] ?? []).map((_, at) => ({ jobId: `${email} ${at}` }));
		const items = all.slice((page - 1) * limit, page * limit);
		const meta = {
			totalItems: all.length,
			itemCount: items.length,
			itemsPerPage: limit,
			totalPages: Math.ceil(all.length / limit),
			currentPage: page,
		};
		return Promise.resolve({ ok: true, body: { items, isWhole: true, meta } } as const);
	};
	const finishedJobs = new FinishedJobs({ assets }, read);
	const service = {
		...scripted.full,
		read,
		search: finishedJobs.search.bind(finishedJobs),
	};
	const lookBack = new LookBack(
		book,
		{ marks: marksOf(ORIGIN), mayHaveDied: false, hasLeftBehind: undefined, ...options },
		{ service, memory, slots },
	);
	await lookBack.recall();
	await lookBack.takeOver({ running: [], isWhole });
	const ends = entries.map(({ state }) => {
		if (state.name === 'queued') return 'paidAgain';
		return state.name === 'done' && !state.outcome.ok ? 'leftUnchecked' : 'found';
	});
	const count = (end: string) => ends.filter((each) => each === end).length;
	return {
		found: count('found'),
		leftUnchecked: count('leftUnchecked'),
		paidAgain: count('paidAgain'),
	};
}

const ALL_OF = (count: number) => ({ found: count, leftUnchecked: 0, paidAgain: 0 });

/** The references of a run of so many items, the last one first. */
const runOf = (count: number, origin: Partial<typeof ORIGIN> = {}) =>
	Array.from({ length: count }, (_, item) => referenceOf(item, origin)).reverse();

const ofOthers = (count: number) => runOf(count, { nodeId: 'other', executionId: '99' });

/** Execution 5 is the one that is tried again. */
const retrying = {
	hasLeftBehind: (executionId: string) =>
		Promise.resolve(executionId === '5' ? ('failed' as const) : undefined),
};

describe('a look back for what a dead worker has submitted', () => {
	it('goes on behind the jobs of another execution of the same node', async () => {
		const theirs = runOf(30, { executionId: '8' });
		const mixed = runOf(30).flatMap((own, at) => [theirs[at] ?? '', own]);
		expect(await lookBackFor(30, { a: mixed }, { mayHaveDied: true })).toEqual(ALL_OF(30));
	});

	it('goes on in another account', async () => {
		const own = runOf(10);
		const theirs = runOf(10, { executionId: '8' });
		const finished = { a: [...theirs, ...own.slice(0, 5)], b: own.slice(5) };
		expect(await lookBackFor(10, finished, { mayHaveDied: true })).toEqual(ALL_OF(10));
	});

	it('goes on behind the second job of an item that was sent again', async () => {
		const finished = { a: [referenceOf(20), ...runOf(21)] };
		expect(await lookBackFor(21, finished, { mayHaveDied: true })).toEqual(ALL_OF(21));
	});

	it('goes on behind what an earlier try has found', async () => {
		const own = runOf(30);
		const remembered = Object.fromEntries(own.slice(0, 25).map((ref, at) => [ref, `a ${at}`]));
		const options = { mayHaveDied: true, remembered };
		expect(await lookBackFor(30, { a: own }, options)).toEqual(ALL_OF(30));
	});

	it.each([0, 3])('is not ended by %i jobs of an execution that was fine', async (count) => {
		const fine = runOf(count, { executionId: '6' });
		const dead = runOf(3, { executionId: '5' });
		const finished = { a: [...fine, ...ofOthers(220), ...dead] };
		expect(await lookBackFor(3, finished, retrying)).toEqual(ALL_OF(3));
	});

	it('is not ended behind the jobs of another execution that has failed since', async () => {
		const later = [referenceOf(0, { executionId: '6' }, 'something else')];
		const finished = { a: [...later, ...ofOthers(220), ...runOf(3, { executionId: '5' })] };
		const hasLeftBehind = (id: string) =>
			Promise.resolve(({ 5: 'died', 6: 'any' } as const)[id as '5' | '6']);
		expect(await lookBackFor(3, finished, { hasLeftBehind })).toEqual(ALL_OF(3));
	});

	it('looks at the account where it was, whichever is chosen for the retry', async () => {
		const finished = { a: runOf(3, { executionId: '5' }), b: [] };
		expect(await lookBackFor(3, finished, { ...retrying, chosen: 'b' })).toEqual(ALL_OF(3));
	});

	it.each(['denied', 'dead', 'lost'])(
		'keeps nothing from being submitted because another account than the chosen one is %s',
		async (other) => {
			const finished = { [other]: [], a: runOf(1, { executionId: '5' }) };
			const found = await lookBackFor(3, finished, { ...retrying, chosen: 'a' });
			expect(found).toEqual({ found: 1, leftUnchecked: 0, paidAgain: 2 });
		},
	);

	it('does not take the end of one account for the beginning of another', async () => {
		const [last, ...others] = runOf(3, { executionId: '5' });
		const finished = { a: [last ?? ''], b: [...ofOthers(250), ...others] };
		expect(await lookBackFor(3, finished, retrying)).toEqual(ALL_OF(3));
	});

	const cutShort = [...ofOthers(2010), ...runOf(3, { executionId: '5' })];

	it.each([
		['its search was cut short', { a: cutShort }, true],
		['its search was refused', { denied: [], a: [] }, true],
		['one of its accounts is not known for a moment', { lost: [], a: [] }, true],
		['the same, beside a dead account', { dead: [], a: cutShort }, true],
		['a running job could not be made out', { a: [] }, false],
		['the same, beside a dead account', { dead: [], a: [] }, false],
	])('leaves items alone where %s', async (_why, finished, isWhole) => {
		expect(await lookBackFor(3, finished, { ...retrying, isWhole })).toEqual({
			found: 0,
			leftUnchecked: 3,
			paidAgain: 0,
		});
	});

	it('lets the others work where an account is dead', async () => {
		expect((await lookBackFor(3, { dead: [], a: [] }, retrying)).paidAgain).toBe(3);
	});

	it('asks nothing of an account that is not configured any more: that is an error of its own', async () => {
		const options = { ...retrying, chosen: 'gone' };
		expect((await lookBackFor(3, { gone: [], a: [] }, options)).paidAgain).toBe(3);
	});

	it('goes on behind an account whose list is refused', async () => {
		const finished = { denied: [], a: runOf(3) };
		expect(await lookBackFor(3, finished, { mayHaveDied: true })).toEqual(ALL_OF(3));
	});
});
