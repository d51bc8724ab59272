import { TEXTS } from '../../../nodes/LtxStudio/service/texts';
import { Memory } from '../../../nodes/shared/jobs/memory';
import { makeReplyReference, marksOf } from '../../../nodes/shared/jobs/reference';
import { JobRun, type JobRunOptions } from '../../../nodes/shared/jobs/run';
import type { JobService } from '../../../nodes/shared/jobs/service';
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
) {
	const clock = new VirtualClock(0);
	const service: JobService = {
		texts: TEXTS,
		submit: () => Promise.reject(new Error('Nothing is to be submitted')),
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

it('waits for what the try before has submitted, though something else stands in for the API', async () => {
	const origin = { instanceId: 'i', workflowId: 'w', executionId: '1', nodeId: 'n', run: '0' };
	const reference = makeReplyReference({ ...origin, item: 0, content: '' }, 'token');
	const memory = new Memory({});
	memory.submitted(reference, 'second');
	const entry = Entry.queued({
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
	const failure = { status: 403, detail: 'no', effect: 'none', foreign: true } as const;
	const { finish } = runOf([entry], {
		memory,
		lookBack: { marks: marksOf(origin), mayHaveDied: false, hasLeftBehind: undefined },
		capacity: () => Promise.resolve({ ok: false, failure }),
	});
	await finish();
	expect(entry.state).toMatchObject({ name: 'done', outcome: { ok: true } });
});
