import { TEXTS } from '../../../nodes/LtxStudio/service/texts';
import { Memory } from '../../../nodes/shared/jobs/memory';
import { JobRun } from '../../../nodes/shared/jobs/run';
import type { JobService } from '../../../nodes/shared/jobs/service';
import { Entry } from '../../../nodes/shared/jobs/state';
import { VirtualClock } from '../../emulator/clock';
import { reportOf } from './scripted';

const SECOND = 1_000;
const SLOWEST_MS = 60 * SECOND;

it('goes on looking when it began while a look was under way', async () => {
	const clock = new VirtualClock(0);
	const unused = () => Promise.reject(new Error('Nobody asks for that'));
	const service: JobService = {
		texts: TEXTS,
		submit: unused,
		blank: reportOf,
		output: ({ jobId }) => ({ jobId }),
		refusalOf: () => 'item',
		explain: ({ detail }) => ({ message: detail, description: '' }),
		running: async () => {
			await clock.sleep(5 * SECOND);
			return { ok: true, body: [] };
		},
		read: (jobId) => {
			const status = jobId === 'first' || clock.now() > 20 * SECOND ? 'completed' : 'active';
			return Promise.resolve({ ok: true, body: reportOf(jobId, { status }) });
		},
	};
	const run = new JobRun(
		['first', 'second'].map((jobId) => Entry.running(reportOf(jobId), 0)),
		{
			concurrency: 10,
			pollInterval: SLOWEST_MS,
			timeout: 900 * SECOND,
			firstLook: 0,
			stopsOnProblem: false,
			onUncertain: 'fail',
		},
		{ service, clock, memory: new Memory({}), signal: undefined },
	);
	let overAt: number | undefined;
	void run.look();
	await run.callBack('first');
	void run.finishAll().then(() => {
		overAt = clock.now();
	});
	while (overAt === undefined) {
		for (let turn = 0; turn < 3; turn++) await new Promise((done) => setImmediate(done));
		await clock.advance(SECOND);
	}
	expect(overAt).toBeLessThan(20 * SECOND + SLOWEST_MS);
});
