import { setTimeout as delay } from 'node:timers/promises';

import { outputOf, type Execution } from '../n8n-host/api';
import { runExample, setField } from './runExample';
import { readExample, useSharedN8n, type Stage } from './setup';
import type { SharedN8n } from './shared';

describe('the examples that are called back', () => {
	let stage: Stage<SharedN8n>;

	beforeEach(async () => {
		stage = await useSharedN8n({ jobDuration: 1500 });
	});

	afterEach(async () => {
		await stage.close();
	});

	/** Waits for the execution that a trigger starts by itself. */
	const startedByTrigger = async (workflowId: string): Promise<Execution> => {
		for (;;) {
			const executions = await stage.api.executions(workflowId);
			const started = executions.find(({ mode }) => mode === 'webhook');
			if (started) return await stage.api.waitForExecution(started.id);
			await delay(200);
		}
	};

	it('Callback to workflow: the finished job starts the second part', async () => {
		const { nodes } = await readExample('callback-to-workflow');
		const webhookId = nodes.find(({ name }) => name === 'LTX Studio Trigger')?.webhookId ?? '';
		const { id, execution } = await runExample(stage, 'callback-to-workflow', {
			publish: true,
			edit: (workflow) => {
				const url = `${stage.n8n.url}/webhook/${webhookId}/ltx-studio`;
				setField(workflow, 'Settings', 'replyUrl', url);
			},
		});
		const [submitted] = outputOf(execution, 'Submit');
		expect(submitted?.json.status).toBe('active');

		const second = await startedByTrigger(id);
		await stage.api.deactivate(id);
		const [job] = outputOf(second, 'LTX Studio Trigger');
		expect(job?.json).toMatchObject({ jobId: submitted?.json.jobId, status: 'completed' });
		expect(job?.binary?.data?.mimeType).toBe('image/png');
		expect(outputOf(second, 'Finished Image')).toHaveLength(1);
	});

	it('Callback to workflow: says so when the URL was not filled in', async () => {
		await expect(runExample(stage, 'callback-to-workflow')).rejects.toThrow(
			'"Reply URL" is not valid',
		);
		expect(stage.emulator.ledger.charges).toEqual([]);
	});

	it('Resume by webhook: goes on with the video when LTX Studio calls', async () => {
		const { execution } = await runExample(stage, 'resume-by-webhook');

		const [video] = outputOf(execution, 'Create Video');
		expect(video?.json).toMatchObject({ status: 'completed', type: 'video' });
		expect(video?.binary?.data?.mimeType).toBe('video/mp4');
		expect(outputOf(execution, 'Result')).toMatchObject([{ json: { status: 'completed' } }]);
		expect(stage.emulator.ledger.charges).toHaveLength(2);
	});
});
