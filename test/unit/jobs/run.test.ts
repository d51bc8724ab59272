import { Memory } from '../../../nodes/shared/jobs/memory';
import { progressTo, type OnProgress } from '../../../nodes/shared/jobs/progress';
import { marksOf } from '../../../nodes/shared/jobs/reference';
import { JobRun, type JobRunOptions } from '../../../nodes/shared/jobs/run';
import type { JobService, Submission } from '../../../nodes/shared/jobs/service';
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

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A run of so many items at a scripted service. */
function runOf(
	count: number,
	options: Partial<JobRunOptions> = {},
	{
		has = 'mustHaves',
		submission = {},
		...more
	}: {
		has?: 'mustHaves' | 'full';
		submission?: Partial<Submission>;
		signal?: AbortSignal;
		service?: Partial<JobService>;
		scripted?: ScriptedService;
		context?: object;
		onProgress?: OnProgress;
	} = {},
) {
	const { scripted = new ScriptedService(), context = {} } = more;
	const entries = Array.from({ length: count }, (_, item) =>
		Entry.queued(submissionOf(item, submission)),
	);
	const run = new JobRun(
		entries,
		{
			concurrency: 5,
			pollInterval: 10 * SECOND,
			timeout: 5 * MINUTE,
			firstLook: 5 * SECOND,
			stopsOnProblem: false,
			onUncertain: 'fail',
			lookBack: { marks: marksOf(ORIGIN), mayHaveDied: false, hasLeftBehind: undefined },
			...options,
		},
		{
			service: { ...scripted[has], ...more.service },
			clock: scripted.clock,
			memory: new Memory(context),
			signal: more.signal,
			...(more.onProgress && { onProgress: more.onProgress }),
		},
	);
	return {
		scripted,
		entries,
		run,
		finish: async () => {
			await scripted.drive(run.finishAll());
		},
		/** What has become of the items. */
		ends: () => entries.map(endOf),
		/** How many submissions went out for an item. */
		sent: () => scripted.sent.length,
		memory: () => new Memory(context).all(),
	};
}

const endOf = ({ state }: Entry) => {
	if (state.name !== 'done') return state.name;
	return state.outcome.ok ? 'completed' : state.outcome.problem.kind;
};

describe.each(['mustHaves', 'full'] as const)('a run at a service (%s)', (has) => {
	it('brings all items to their end, each submitted once', async () => {
		const lab = runOf(12, {}, { has });
		lab.scripted.duration = (item) => (5 + ((item * 7) % 12)) * SECOND;
		await lab.finish();

		expect(lab.ends()).toEqual(Array(12).fill('completed'));
		expect(lab.sent()).toBe(12);
		expect(lab.run.isOver).toBe(true);
		expect(lab.memory().map(({ jobId }) => jobId)).toEqual(
			lab.scripted.jobs.map((job) => job.jobId),
		);
	});

	it('says how far it is, each time that this has changed', async () => {
		const told: string[] = [];
		const logged: string[] = [];
		const onProgress = progressTo(
			{
				sendMessageToUI: (text: string) => void told.push(text),
				logger: { debug: (text) => void logged.push(text) },
			},
			'Films',
		);
		const lab = runOf(3, { concurrency: 3 }, { has, onProgress });
		lab.scripted.duration = (item) => (10 + 40 * item) * SECOND;
		await lab.finish();

		expect(told[0]).toBe('3 jobs: 3 to be submitted');
		expect(told).toContainEqual(expect.stringMatching(/^3 jobs: 3 running\. Next look in \d+ s$/));
		expect(told.at(-1)).toMatch(/^3 jobs: 1 running, 2 finished/);
		expect(new Set(told).size).toBe(told.length);
		expect(logged).toEqual(told.map((text) => `Films: ${text}`));
	});

	it('has no more submissions under way than it may', async () => {
		const lab = runOf(9, { concurrency: 3 }, { has });
		await lab.finish();
		const times = lab.scripted.sent.map(({ time }) => time);

		expect(times.map((time) => time - (times[0] ?? NaN))).toEqual([
			0, 0, 0, 100, 100, 100, 200, 200, 200,
		]);
	});

	it('submits again what found no room, at the time that is asked for', async () => {
		const lab = runOf(2, { concurrency: 1 }, { has });
		lab.scripted.onSubmit = (nth) =>
			nth === 0 ? refused(429, { retryAfter: 7 * SECOND }) : undefined;
		await lab.finish();
		const [first, second] = lab.scripted.sent.map(({ time }) => time);

		expect(lab.ends()).toEqual(['completed', 'completed']);
		expect((second ?? NaN) - (first ?? NaN)).toBeGreaterThanOrEqual(7 * SECOND);
	});

	it.each([
		['its item', 'item', ['rejected', 'completed', 'completed'], 3],
		['all', 'all', ['rejected', 'rejected', 'rejected'], 1],
		['the only account', 'account', ['rejected', 'rejected', 'rejected'], 1],
		['what may cost as much', 'price', ['rejected', 'rejected', 'rejected'], 1],
	] as const)('understands a refusal that concerns %s', async (_whom, refusal, ends, sent) => {
		const lab = runOf(3, { concurrency: 1 }, { has });
		lab.scripted.refusal = { 402: refusal };
		lab.scripted.onSubmit = (nth) => (nth === 0 ? refused(402) : undefined);
		await lab.finish();

		expect(lab.ends()).toEqual(ends);
		expect(lab.sent()).toBe(sent);
		expect(lab.memory()).toHaveLength(ends.filter((end) => end === 'completed').length);
	});

	it('submits what costs less, where something could not be paid for', async () => {
		const prices = [4, 4, 5, 0.2];
		const lab = runOf(0, { concurrency: 1 }, { has });
		lab.entries.push(
			...prices.map((usd, item) => Entry.queued(submissionOf(item, { price: { usd } }))),
		);
		lab.scripted.refusal = { 402: 'price' };
		lab.scripted.onSubmit = (nth) => (nth === 0 ? refused(402) : undefined);
		await lab.finish();

		expect(lab.ends()).toEqual(['rejected', 'rejected', 'rejected', 'completed']);
	});

	it('submits nothing more after a problem, where that ends the run', async () => {
		const lab = runOf(4, { concurrency: 1, stopsOnProblem: true }, { has });
		lab.scripted.onSubmit = (nth) => (nth === 1 ? refused(400) : undefined);
		await lab.finish();

		expect(lab.ends()).toEqual(['running', 'rejected', 'queued', 'queued']);
		expect(lab.sent()).toBe(2);
	});

	it.each([
		['a page', { ok: false, failure: { ...LOST, status: 200, unreadable: true } }, 'completed'],
		['503', { ok: false, failure: refused(503, { effect: 'unknown' }) }, 'completed'],
		['a foreign 403', { ok: false, failure: refused(403, { foreign: true }) }, 'completed'],
		['401', { ok: false, failure: refused(401) }, 'unreadable'],
		['a failed job', { ok: true, body: reportOf('job 0', { status: 'failed' }) }, 'failed'],
	] as const)('reads %s', async (_case, answer, end) => {
		const lab = runOf(1, {}, { has });
		let times = 0;
		lab.scripted.onRead = () => (times++ < 3 ? answer : undefined);
		await lab.finish();

		expect(lab.ends()).toEqual([end]);
	});

	it.each([
		['unknown to the API', { ok: false, failure: refused(404) }, 'gone', 60 * SECOND],
		[
			'in a state that nobody knows',
			{ ok: true, body: reportOf('job 0', { status: 'unknown', word: 'paused' }) },
			'unknownStatus',
			5 * SECOND,
		],
	] as const)('ends what is %s only after a while', async (_case, answer, end, atLeast) => {
		const lab = runOf(1, {}, { has });
		lab.scripted.onRead = () => answer;
		await lab.finish();

		expect(lab.ends()).toEqual([end]);
		expect(lab.scripted.clock.now()).toBeGreaterThan(atLeast);
	});

	it('gives up jobs when their time is up, each by its own', async () => {
		const lab = runOf(2, { concurrency: 1, timeout: MINUTE }, { has });
		lab.scripted.duration = (item) => (item === 0 ? 10 * SECOND : Infinity);
		await lab.finish();

		expect(lab.ends()).toEqual(['completed', 'timedOut']);
		expect(lab.scripted.clock.now()).toBeLessThan(MINUTE + 2 * SECOND);
	});

	it.each(['look', 'finishAll'] as const)(
		'looks before it gives up anything, however long nobody looked (%s)',
		async (how) => {
			const lab = runOf(2, { lookBack: undefined }, { has });
			lab.scripted.duration = (item) => (item === 0 ? Infinity : 30 * SECOND);
			await lab.scripted.drive(lab.run.submitAll());
			await lab.scripted.clock.advance(10 * MINUTE);
			await lab.scripted.drive(lab.run[how]());

			expect(lab.ends()).toEqual(['timedOut', 'completed']);
		},
	);

	it('ends soon after a cancel, and asks for nothing more', async () => {
		const controller = new AbortController();
		const lab = runOf(3, {}, { has, signal: controller.signal });
		lab.scripted.duration = () => Infinity;
		lab.scripted.clock.at(20 * SECOND, () => {
			controller.abort();
		});
		await lab.finish();
		const reads = lab.scripted.reads.length;
		await lab.scripted.clock.advance(MINUTE);

		expect(lab.scripted.reads).toHaveLength(reads);
		expect(lab.ends()).toEqual(['running', 'running', 'running']);
	});

	it('settles for submitted, or for quiet, where nobody waits in it', async () => {
		const submitted = runOf(3, {}, { has });
		await submitted.scripted.drive(submitted.run.submitAll());
		expect(submitted.ends()).toEqual(['running', 'running', 'running']);
		expect(submitted.scripted.reads).toEqual([]);

		const quiet = runOf(3, {}, { has });
		quiet.scripted.duration = (item) => (item === 0 ? 0 : Infinity);
		await quiet.scripted.drive(quiet.run.submitAllAndLook());
		expect(quiet.ends()).toEqual(['completed', 'running', 'running']);
		expect(quiet.scripted.clock.now()).toBeLessThan(2 * SECOND);
	});

	it('reads a job at once that is called back', async () => {
		const lab = runOf(2, {}, { has });
		await lab.scripted.drive(lab.run.submitAll());
		lab.scripted.duration = () => 0;
		await lab.scripted.drive(lab.run.callBack('job 1'));

		expect(lab.ends()).toEqual(['running', 'completed']);
		expect(lab.scripted.reads.map(({ jobId }) => jobId)).toEqual(['job 1']);
	});

	it('reads it once for all who call it back at the same time', async () => {
		const lab = runOf(1, {}, { has });
		await lab.scripted.drive(lab.run.submitAll());
		const [first, second] = [lab.run.callBack('job 0'), lab.run.callBack('job 0')];
		await lab.scripted.drive(Promise.all([first, second]));
		expect(lab.scripted.reads).toHaveLength(1);
		await lab.scripted.drive(lab.run.callBack('job 0'));
		expect(lab.scripted.reads).toHaveLength(2);
	});

	it('fails rather than sending again what may have been submitted', async () => {
		const lab = runOf(2, {}, { has });
		lab.scripted.onSubmit = (nth) => (nth === 0 ? LOST : undefined);
		await lab.finish();

		expect(lab.ends()).toEqual(['uncertain', 'completed']);
		expect(lab.sent()).toBe(2);
		expect(lab.memory()).toContainEqual(expect.objectContaining({ jobId: undefined }));
	});

	it.each([
		['once more', 1, ['completed'], 2],
		['never a third time', 2, ['uncertain'], 2],
	])('sends it %s where that is wanted', async (_case, losses, ends, sent) => {
		const lab = runOf(1, { onUncertain: 'resubmit' }, { has });
		lab.scripted.onSubmit = (nth) => (nth < losses ? LOST : undefined);
		await lab.finish();

		expect(lab.ends()).toEqual(ends);
		expect(lab.sent()).toBe(sent);
		expect(lab.entries[0]?.trail.isResubmitted).toBe(true);
	});
});

describe('a run at a service that lists no jobs', () => {
	it('reads no job sooner again than the API wants', async () => {
		const lab = runOf(
			3,
			{ pollInterval: SECOND },
			{ service: { shortestReadInterval: 15 * SECOND } },
		);
		lab.scripted.duration = () => MINUTE;
		await lab.finish();
		const times = lab.scripted.reads
			.filter(({ jobId }) => jobId === 'job 0')
			.map(({ time }) => time);
		const gaps = times.slice(1).map((time, index) => time - (times[index] ?? NaN));

		expect(lab.ends()).toEqual(Array(3).fill('completed'));
		expect(Math.min(...gaps)).toBeGreaterThanOrEqual(15 * SECOND);
	});

	it.each([
		['finished in time', 45 * SECOND, 'completed'],
		['still runs', Infinity, 'timedOut'],
	])(
		'reads once more, however seldom that is wanted, what may have ended in time: %s',
		async (_case, duration, end) => {
			const lab = runOf(
				3,
				{ pollInterval: MINUTE, timeout: MINUTE, firstLook: 20 * SECOND },
				{ service: { shortestReadInterval: 5 * SECOND } },
			);
			lab.scripted.duration = () => duration;
			await lab.finish();

			expect(lab.ends()).toEqual(Array(3).fill(end));
			expect(lab.scripted.clock.now()).toBeLessThan(70 * SECOND);
		},
	);

	it('gives up nothing while its last answer is on its way', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0);
		const scripted = new ScriptedService();
		// Each is read at 58 s, and after its end at 63 s: the first one while the time of others is up.
		const read: JobService['read'] = async (jobId) => {
			if (jobId === 'job 0') await scripted.clock.sleep(4 * SECOND);
			return await scripted.mustHaves.read(jobId);
		};
		scripted.duration = () => 59 * SECOND;
		const lab = runOf(
			40,
			{ pollInterval: MINUTE, timeout: MINUTE, firstLook: 58 * SECOND, concurrency: 1 },
			{ scripted, service: { shortestReadInterval: 5 * SECOND, read } },
		);
		await lab.finish();
		jest.restoreAllMocks();
		expect(lab.ends()).toEqual(Array(40).fill('completed'));
	});
});

describe('a run at a service that lists its jobs', () => {
	it('reads only what has left the list', async () => {
		const lab = runOf(20, { concurrency: 20 }, { has: 'full' });
		await lab.finish();

		expect(lab.ends()).toEqual(Array(20).fill('completed'));
		expect(lab.scripted.reads).toHaveLength(20);
	});

	it('never takes more than the slots there are, and each as it comes free', async () => {
		const lab = runOf(6, {}, { has: 'full' });
		lab.scripted.accounts = [
			{ account: 'one', maxJobs: 1 },
			{ account: 'two', maxJobs: 2 },
		];
		lab.scripted.duration = () => 10 * SECOND;
		await lab.finish();

		expect(lab.scripted.sent.map(({ account }) => account).sort()).toEqual([
			'one',
			'one',
			'two',
			'two',
			'two',
			'two',
		]);
		expect(lab.scripted.clock.now()).toBeLessThan(25 * SECOND);
		expect(lab.ends()).toEqual(Array(6).fill('completed'));
	});

	it('knows in the next round of a loop what the API does not count yet', async () => {
		const scripted = new ScriptedService();
		const context = {};
		scripted.accounts = [{ account: 'one', maxJobs: 1 }];
		const lagging: JobService['capacity'] = async () => {
			const isSeen = scripted.clock.now() >= 3 * SECOND;
			const answer = await scripted.full.capacity?.();
			if (!answer?.ok || isSeen) return answer ?? { ok: false, failure: refused(500) };
			const accounts = answer.body.accounts.map((account) => ({ ...account, executing: 0 }));
			return { ok: true, body: { ...answer.body, running: [], accounts } };
		};
		for (const run of ['0', '1']) {
			const origin = { ...ORIGIN, run };
			const lab = runOf(
				1,
				{ lookBack: { marks: marksOf(origin), mayHaveDied: false, hasLeftBehind: undefined } },
				{
					has: 'full',
					submission: { reference: referenceOf(0, origin) },
					service: { capacity: lagging },
					scripted,
					context,
				},
			);
			await scripted.drive(lab.run.submitAll());
		}
		const [first, second] = scripted.sent.map(({ time }) => time);

		expect(first).toBeLessThan(SECOND);
		// The job of the first round takes 30 s.
		expect(second).toBeGreaterThan(30 * SECOND);
	});

	it('counts as waiting for a slot only the time after its look back', async () => {
		const lab = runOf(2, { timeout: MINUTE }, { has: 'full' });
		const { clock, full } = lab.scripted;
		let calls = 0;
		const slow = runOf(
			2,
			{ timeout: MINUTE },
			{
				has: 'full',
				scripted: lab.scripted,
				service: {
					capacity: async () => {
						if (calls++ === 0) await clock.sleep(2 * MINUTE);
						return (await full.capacity?.()) ?? { ok: false, failure: refused(500) };
					},
				},
			},
		);
		await slow.finish();
		expect(slow.ends()).toEqual(['completed', 'completed']);
	});

	it('believes the list that a job runs, whatever was heard of it before', async () => {
		const lab = runOf(1, { lookBack: undefined }, { has: 'full' });
		const { clock, full } = lab.scripted;
		const entry = Entry.running(reportOf('job'), 0);
		lab.entries.splice(0, 1, entry);
		const isListed = () => clock.now() > 8 * SECOND && clock.now() < 2 * MINUTE;
		// It cannot be read for a moment after it was submitted, and for a moment after it has ended.
		const isUnknown = () =>
			clock.now() < 4 * SECOND || Math.abs(clock.now() - 2 * MINUTE) < 4 * SECOND;
		const run = new JobRun(
			lab.entries,
			{
				...{ concurrency: 5, pollInterval: 10 * SECOND, timeout: 5 * MINUTE, firstLook: 0 },
				...{ stopsOnProblem: false, onUncertain: 'fail' },
			},
			{
				service: {
					...full,
					running: () =>
						Promise.resolve({
							ok: true,
							body: isListed() ? [{ jobId: 'job', reference: undefined }] : [],
						}),
					read: () =>
						Promise.resolve(
							isUnknown()
								? { ok: false, failure: refused(404) }
								: { ok: true, body: reportOf('job', { status: 'completed' }) },
						),
				},
				clock,
				memory: new Memory({}),
				signal: undefined,
			},
		);
		await lab.scripted.drive(run.look());
		await clock.advance(9 * SECOND);
		await lab.scripted.drive(run.finishAll());
		expect(lab.ends()).toEqual(['completed']);
	});

	it.each([503, 401])('denies nothing where a retry cannot look back (%i)', async (status) => {
		const lookBack = {
			marks: marksOf(ORIGIN),
			mayHaveDied: false,
			hasLeftBehind: () => Promise.resolve('failed' as const),
		};
		const lab = runOf(1, { lookBack }, { has: 'full' });
		lab.scripted.onList = () => refused(status);
		await lab.finish();
		expect(lab.ends()).toEqual(['unchecked']);
	});

	it('ends what finds no slot in time, and waits on as long as others go on', async () => {
		const lab = runOf(3, { timeout: MINUTE }, { has: 'full' });
		lab.scripted.accounts = [{ account: 'one', maxJobs: 1 }];
		lab.scripted.duration = (item) => (item === 0 ? 40 * SECOND : Infinity);
		await lab.finish();

		expect(lab.ends()).toEqual(['completed', 'timedOut', 'noSlot']);
		expect(lab.sent()).toBe(2);
	});

	it.each([
		['from the beginning', 0, ['rejected', 'rejected'], 0],
		['later on', 15 * SECOND, ['unreadable', 'unreadable'], 2],
	])('names every job when the API refuses to list, %s', async (_when, at, ends, sent) => {
		const lab = runOf(2, {}, { has: 'full' });
		lab.scripted.onList = () => (lab.scripted.clock.now() >= at ? refused(401) : undefined);
		await lab.finish();

		expect(lab.ends()).toEqual(ends);
		expect(lab.sent()).toBe(sent);
	});

	it.each([
		['among the running jobs', 60 * SECOND],
		['among the finished ones', SECOND],
	])('finds what was submitted when the answer got lost, %s', async (_where, duration) => {
		const lab = runOf(3, {}, { has: 'full' });
		lab.scripted.duration = () => duration;
		lab.scripted.onSubmit = (nth) => (nth === 1 ? 'lostAfterWork' : undefined);
		await lab.finish();

		expect(lab.ends()).toEqual(['completed', 'completed', 'completed']);
		expect(lab.sent()).toBe(3);
		expect(lab.entries[1]?.trail.isFound).toBe(true);
	});

	it('goes on when the list was away for a while', async () => {
		const lab = runOf(2, {}, { has: 'full' });
		lab.scripted.onList = () => {
			const now = lab.scripted.clock.now();
			return now > SECOND && now < MINUTE ? refused(503, { effect: 'unknown' }) : undefined;
		};
		await lab.finish();

		expect(lab.ends()).toEqual(['completed', 'completed']);
	});
});
