import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { openDesk, WEBHOOK_PATH } from '../nodes/LtxStudio/service/desk';
import { makeReplyReference } from '../nodes/shared/jobs/reference';
import { SLEEP_KEY, type Sleep, type SleepingJob } from '../nodes/shared/jobs/waiting/sleep';
import { wake } from '../nodes/shared/jobs/waiting/wake';
import { clock } from '../nodes/shared/n8n/clock';
import { fakeWebhook, OWN_URL, TOKEN, type World } from '../test/fuzz/fakeN8n';

const MIB = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** An API that says of every job that it has finished, in as many words as the real one. */
const world: World = ({ url }) => {
	const jobId = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
	if (!jobId.startsWith('email:')) return { body: '[]' };
	const assetUrl = `https://store.example/${jobId}.mp4?signature=${'s'.repeat(1_000)}`;
	return { body: JSON.stringify({ jobId, status: { type: 'completed', artifact: { assetUrl } } }) };
};

function sleepOf(executionId: string, jobs: number): Sleep {
	const origin = { instanceId: 'i', workflowId: 'w', nodeId: 'n', run: '0', content: '' };
	const items = Array.from({ length: jobs }, (_, item): SleepingJob => ({
		jobId: `email:name@example.com-job:${executionId}-0-0-${item}-type:video`,
		reference: makeReplyReference({ ...origin, executionId, item }, TOKEN),
		title: '',
		settings: { simplify: true, download: false, binaryPropertyName: 'data' },
	}));
	return { items, timeout: 900_000 };
}

/** Rings at a stored execution whose jobs are over. @returns how many items it goes on with */
async function wakeOne(executionId: string, jobs: number): Promise<number> {
	const sleep = sleepOf(executionId, jobs);
	const [first] = sleep.items;
	const ring = first && 'reference' in first ? first.reference : '';
	const evaluate = (expression: string) => (expression.includes(SLEEP_KEY) ? sleep : OWN_URL);
	const { context } = fakeWebhook({ body: { ring } }, { world, evaluate });
	const { workflowData = [] } = await wake(context, openDesk, WEBHOOK_PATH);
	return workflowData[0]?.length ?? 0;
}

async function settledHeap(): Promise<number> {
	for (let turn = 0; turn < 3; turn++) {
		await setImmediate();
		collectGarbage();
	}
	return process.memoryUsage().heapUsed;
}

/**
 * Wakes executions one after the other, on a clock that nobody waits for.
 *
 * @param warm after so many, what is loaded and made once is there
 * @returns by how much the heap has grown since then, in bytes: twice what it grew by in that half in which it grew less, since
 * what is kept of an execution shows in both, and what V8 does once (it compiles, it moves) in one
 */
export async function heapGrowth({
	executions,
	warm,
	jobs,
}: {
	executions: number;
	warm: number;
	jobs: number;
}): Promise<number> {
	let now = Date.parse('2026-03-01T09:00:00Z');
	Object.assign(clock, {
		now: () => now,
		sleep: async (ms: number) => {
			await setImmediate();
			now += ms;
		},
	});
	const half = Math.round((warm + executions) / 2);
	const heaps: number[] = [];
	for (let execution = 1; execution <= executions; execution++) {
		const items = await wakeOne(String(execution), jobs);
		if (items !== jobs) throw new Error(`Execution ${execution} went on with ${items} items`);
		if ([warm, half, executions].includes(execution)) heaps.push(await settledHeap());
	}
	const [before = 0, between = 0, after = 0] = heaps;
	return 2 * Math.min(between - before, after - between);
}

if (require.main === module) {
	const [executions, warm, jobs] = [1_000, 100, 200];
	void heapGrowth({ executions, warm, jobs }).then((growth) => {
		console.log(
			`${(growth / MIB).toFixed(2)} MiB more heap after ${executions} executions of ${jobs} jobs than after ${warm}`,
		);
	});
}
