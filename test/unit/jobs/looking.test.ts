import { findJobs } from '../../../nodes/LtxStudio/actions/scheduler/findJobs.operation';
import { TEXTS } from '../../../nodes/LtxStudio/service/texts';
import { FinishedJobs } from '../../../nodes/LtxStudio/service/search';
import { createLtxStudioApi, type LtxStudioApi } from '../../../nodes/LtxStudio/service/api';
import type { Answer } from '../../../nodes/shared/api/failure';
import { Memory } from '../../../nodes/shared/jobs/memory';
import { makeReplyReference, marksOf } from '../../../nodes/shared/jobs/reference';
import { JobRun, type JobRunOptions } from '../../../nodes/shared/jobs/run';
import type { JobReport, JobService } from '../../../nodes/shared/jobs/service';
import { Entry } from '../../../nodes/shared/jobs/state';
import { VirtualClock } from '../../emulator/clock';
import { reportOf } from './scripted';

const SECOND = 1_000;
const SLOWEST_MS = 60 * SECOND;
/** When the jobs but the first are over. */
const END = 20 * SECOND;

/** A run at a service whose list takes five seconds. */
function runOf(
	entries: Entry[],
	{ memory = new Memory({}), ...more }: Partial<JobRunOptions & JobService> & { memory?: Memory },
	clock = new VirtualClock(0),
) {
	const service: JobService = {
		texts: TEXTS,
		// Nothing is to be submitted.
		submit: () =>
			Promise.resolve({ ok: false, failure: { status: 400, detail: 'no', effect: 'none' } }),
		blank: reportOf,
		output: ({ jobId }) => ({ jobId }),
		refusalOf: () => 'item',
		explain: ({ detail }) => ({ message: detail, description: '' }),
		running: async () => {
			await clock.sleep(5 * SECOND);
			return { ok: true, body: [] };
		},
		read: (jobId) => {
			const status = jobId === 'first' || clock.now() > END ? 'completed' : 'active';
			return Promise.resolve({ ok: true, body: reportOf(jobId, { status }) });
		},
		...more,
	};
	const options: JobRunOptions = {
		concurrency: 10,
		pollInterval: SLOWEST_MS,
		timeout: 900 * SECOND,
		firstLook: 0,
		stopsOnProblem: false,
		onUncertain: 'fail',
		...more,
	};
	const run = new JobRun(entries, options, { service, clock, memory, signal: undefined });
	return {
		run,
		/** @returns when all is over */
		finish: async () => {
			let overAt: number | undefined;
			void run.finishAll().then(() => {
				overAt = clock.now();
			});
			while (overAt === undefined) {
				for (let turn = 0; turn < 3; turn++) await new Promise((done) => setImmediate(done));
				await clock.advance(SECOND);
			}
			return overAt;
		},
	};
}

it('goes on looking when it began while a look was under way', async () => {
	const entries = ['first', 'second'].map((jobId) => Entry.running(reportOf(jobId), 0));
	const { run, finish } = runOf(entries, {});
	void run.look();
	await run.callBack('first');
	expect(await finish()).toBeLessThan(END + SLOWEST_MS);
});

const ORIGIN = { instanceId: 'i', workflowId: 'w', executionId: '1', nodeId: 'n', run: '0' };

const referenceOf = (item: number, executionId = ORIGIN.executionId) =>
	makeReplyReference({ ...ORIGIN, executionId, item, content: `item ${item}` }, 'token');

const queued = (reference: string) =>
	Entry.queued({
		path: 'videos',
		body: {},
		kind: 'video',
		account: undefined,
		isBoundToAccount: false,
		maxJobs: undefined,
		price: undefined,
		reference,
		replyUrl: undefined,
		settleMs: 0,
	});

it('waits for what the try before has submitted, though something else stands in for the API', async () => {
	const memory = new Memory({});
	memory.submitted(referenceOf(0), 'second');
	const entry = queued(referenceOf(0));
	const failure = { status: 403, detail: 'no', effect: 'none', foreign: true } as const;
	const { finish } = runOf([entry], {
		memory,
		lookBack: { marks: marksOf(ORIGIN), mayHaveDied: false, hasLeftBehind: undefined },
		capacity: () => Promise.resolve({ ok: false, failure }),
	});
	await finish();
	expect(entry.state).toMatchObject({ name: 'done', outcome: { ok: true } });
});

it('looks for what a dead execution has submitted on every account, however many jobs of others lie between', async () => {
	const others = (count: number) => Array.from({ length: count }, (_, index) => `other ${index}`);
	const results: Record<string, string[]> = {
		one: ['job 0', ...others(250)],
		two: [...others(250), 'job 1'],
	};
	const read = (jobId: string) => {
		const [, item] = /^job (\d+)$/.exec(jobId) ?? [];
		const reference = item === undefined ? undefined : referenceOf(Number(item));
		const body = reportOf(jobId, { status: 'completed', reference });
		return Promise.resolve({ ok: true, body } as const);
	};
	const assets: LtxStudioApi['assets'] = ({ email = '', page = 1, limit = 20 }) => {
		const jobIds = results[email] ?? [];
		const items = jobIds.slice((page - 1) * limit, page * limit).map((jobId) => ({ jobId }));
		const meta = { totalItems: 0, itemCount: 0, itemsPerPage: limit, currentPage: page };
		const totalPages = Math.ceil(jobIds.length / limit);
		return Promise.resolve({
			ok: true,
			body: { items, isWhole: true, meta: { ...meta, totalPages } },
		});
	};
	const finished = new FinishedJobs({ assets }, read);
	const executionId = '2';
	const entries = [0, 1].map((item) => queued(referenceOf(item, executionId)));
	const accounts = Object.keys(results).map((account) => ({ account, maxJobs: 5, executing: 0 }));
	const { finish } = runOf(entries, {
		lookBack: {
			marks: marksOf({ ...ORIGIN, executionId }),
			mayHaveDied: false,
			hasLeftBehind: () => Promise.resolve('failed' as const),
		},
		read,
		capacity: () => Promise.resolve({ ok: true, body: { running: [], isWhole: true, accounts } }),
		search: async (search) => await finished.search(search),
	});
	await finish();
	expect(entries.map(({ report }) => report?.jobId)).toEqual(['job 0', 'job 1']);
});

it('asks a second time, as soon as that counts, about what is hard to believe', async () => {
	const clock = new VirtualClock(0);
	const entry = Entry.running(reportOf('one'), 0);
	let doubtedAt: number | undefined;
	const { finish } = runOf(
		[entry],
		{
			running: () => Promise.resolve({ ok: true, body: [] }),
			read: (jobId) => {
				const isOdd = clock.now() > 300 * SECOND;
				if (isOdd) doubtedAt ??= clock.now();
				const report = isOdd ? ({ status: 'unknown', word: 'paused' } as const) : {};
				return Promise.resolve({ ok: true, body: reportOf(jobId, report) });
			},
		},
		clock,
	);
	const overAt = await finish();
	expect(entry.state).toMatchObject({ outcome: { problem: { kind: 'unknownStatus' } } });
	expect(overAt - (doubtedAt ?? 0)).toBeLessThan(10 * SECOND);
});

it('looks as deep as the form lets people choose, with as many uploads between the results', async () => {
	const [deepest = 0] = findJobs.description
		.flatMap(({ options = [] }) => options)
		.flatMap((field) =>
			'type' in field && field.name === 'searchDepth' ? [field.typeOptions] : [],
		)
		.map((limits) => limits?.maxValue ?? 0);
	const assets: LtxStudioApi['assets'] = ({ page = 1, limit = 20 }) => {
		const items = Array.from({ length: limit }, (_, index) =>
			index % 2 === 0 ? { id: 'upload' } : { jobId: `job ${page}.${index}` },
		);
		const meta = { totalItems: 0, itemCount: 0, itemsPerPage: limit, currentPage: page };
		const body = { items, isWhole: true, meta: { ...meta, totalPages: Infinity } };
		return Promise.resolve({ ok: true, body });
	};
	const read = (jobId: string) => Promise.resolve({ ok: true, body: reportOf(jobId) } as const);
	let seen = 0;
	await new FinishedJobs({ assets }, read).search({
		accounts: ['me@example.com'],
		kinds: ['video'],
		deepest,
		onJob: () => {
			seen++;
			return false;
		},
	});
	expect([seen, deepest]).toEqual([5_000, 5_000]);
});

describe('a list in which not every entry can be made out', () => {
	const api = (body: unknown) => {
		const answer = { ok: true, body } as Answer<never>;
		return createLtxStudioApi({ send: () => Promise.resolve(answer) });
	};

	it.each([
		['something else', ['garbage'], false],
		['a job without a readable ID', [{ jobId: 7 }], false],
		['a result without any ID', [{ signedAsset: { asset: { type: 'artifact' } } }], false],
		['an upload', [{ id: 'a' }], true],
	])('may hide a finished job: %s', async (_what, items, isComplete) => {
		const read = (jobId: string) => Promise.resolve({ ok: true, body: reportOf(jobId) } as const);
		const search = { accounts: ['one'], kinds: ['video'], deepest: 10, onJob: () => false };
		const end = await new FinishedJobs(api({ items, meta: { totalPages: 1 } }), read).search(
			search,
		);
		expect(end).toEqual({ isComplete, hasGaps: !isComplete, failure: undefined });
	});

	it.each([
		[2, false],
		[3, true],
	])(
		'of which %i of three entries are looked at is searched whole: %p',
		async (deepest, isComplete) => {
			const items = ['a', 'b', 'c'].map((jobId) => ({ jobId }));
			const read = (jobId: string) => Promise.resolve({ ok: true, body: reportOf(jobId) } as const);
			const search = { accounts: ['one'], kinds: ['video'], deepest, onJob: () => false };
			const end = await new FinishedJobs(api({ items, meta: { totalPages: 1 } }), read).search(
				search,
			);
			expect(end.isComplete).toBe(isComplete);
		},
	);

	it('leads to the job of a result that has lost its job ID', async () => {
		const result = { id: '7a34b821-9fd0-205e', signedAsset: { asset: { type: 'artifact' } } };
		const found: string[] = [];
		const read = (jobId: string) => Promise.resolve({ ok: true, body: reportOf(jobId) } as const);
		const onJob = ({ jobId }: JobReport) => found.push(jobId) === 1;
		await new FinishedJobs(api({ items: [result], meta: { totalPages: 1 } }), read).search({
			accounts: ['me@example.com'],
			kinds: ['video'],
			deepest: 10,
			onJob,
		});
		expect(found).toEqual(['email:me@example.com-job:7a34b821-9fd0-205e-type:video']);
	});

	const busy = [{ email: 'one', maxJobs: 3, executing: 1 }];

	it.each([
		[[null], [], false],
		[[{ jobId: 'j' }], [], true],
		[[{ jobId: 'j', replyRef: null }], busy, true],
		[[{ jobId: 'j', replyRef: 5 }], [], true],
		[[{ jobId: 'j', replyRef: {} }], [], false],
		[undefined, [{ ...busy[0], executing: 0 }], true],
		[undefined, busy, false],
	])('may hide a running job: %j, with %j', async (executing, available, isWhole) => {
		const answer = await api({ executing, available }).capacity();
		expect(answer).toMatchObject({ ok: true, body: { isWhole } });
	});
});
