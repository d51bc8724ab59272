import { randomUUID } from 'node:crypto';
import type { IDataObject, INode, IWebhookFunctions, WorkflowExecuteMode } from 'n8n-workflow';

import { claimJob } from '../../../nodes/LtxStudio/trigger/startedJobs';

const newJobId = () => `email:a@example.com-job:${randomUUID()}-type:video`;

/** A callback for a trigger of which n8n has stored something. */
const callback = (
	staticData: IDataObject = {},
	workflow: string = randomUUID(),
	mode: WorkflowExecuteMode = 'webhook',
): IWebhookFunctions =>
	Object.assign(Object.create(null) as IWebhookFunctions, {
		getMode: () => mode,
		getNode: () => ({ id: 'node' }) as INode,
		getWorkflow: () => ({ id: workflow, active: true }),
		getWorkflowStaticData: () => staticData,
	});

describe('claimJob', () => {
	it('gives a job to the first callback only', () => {
		const context = callback();
		const jobId = newJobId();

		expect(claimJob(context, jobId)).toBeDefined();
		expect(claimJob(context, jobId)).toBeUndefined();
		expect(claimJob(context, newJobId())).toBeDefined();
	});

	it('gives it again once nothing has come of it', () => {
		const context = callback();
		const jobId = newJobId();
		claimJob(context, jobId)?.release();

		expect(claimJob(context, jobId)).toBeDefined();
	});

	it('never gives it again once the workflow has started', () => {
		const context = callback();
		const jobId = newJobId();
		const claim = claimJob(context, jobId);
		claim?.keep();
		claim?.release();

		expect(claimJob(context, jobId)).toBeUndefined();
	});

	it('tells triggers apart', () => {
		const jobId = newJobId();
		claimJob(callback(), jobId)?.keep();

		expect(claimJob(callback(), jobId)).toBeDefined();
	});

	it('remembers over a restart what n8n has stored', () => {
		const staticData = {};
		const jobId = newJobId();
		claimJob(callback(staticData), jobId)?.keep();

		// Another workflow ID stands for another process: nothing of it is in this one's memory.
		const stored = JSON.parse(JSON.stringify(staticData)) as IDataObject;
		expect(claimJob(callback(stored), jobId)).toBeUndefined();
	});

	it('stores what others have started since its callback came', () => {
		const workflow = randomUUID();
		const jobIds = [newJobId(), newJobId()];
		const storedBy: IDataObject[] = [{}, {}];
		const claims = jobIds.map((jobId, n) => claimJob(callback(storedBy[n], workflow), jobId));
		for (const claim of claims) claim?.keep();

		expect(storedBy[1]?.startedJobs).toHaveLength(2);
	});

	it('stores no more than the last 500', () => {
		const staticData: IDataObject = {};
		const context = callback(staticData);
		const jobIds = Array.from({ length: 510 }, newJobId);
		for (const jobId of jobIds) claimJob(context, jobId)?.keep();

		expect(staticData.startedJobs).toHaveLength(500);
		expect(claimJob(context, jobIds[0] ?? '')).toBeDefined();
		expect(claimJob(context, jobIds[509] ?? '')).toBeUndefined();
	});

	it('lets a test in the editor use a job as often as it likes, and stores nothing', () => {
		const staticData = {};
		const context = callback(staticData, 'tested', 'manual');
		const jobId = newJobId();
		claimJob(context, jobId)?.keep();

		expect(claimJob(context, jobId)).toBeDefined();
		expect(staticData).toEqual({});
	});
});
