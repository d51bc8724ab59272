import { randomUUID } from 'node:crypto';
import type { IDataObject, INode, IWebhookFunctions, WorkflowExecuteMode } from 'n8n-workflow';

import { claimJob } from '../../../nodes/LtxStudio/trigger/startedJobs';

const newJobId = () => `email:a@example.com-job:${randomUUID()}-type:video`;

const proven = (jobId: string, reference?: string) => ({ jobId, reference, isProven: true });
const unproven = (jobId: string) => ({ jobId, reference: undefined, isProven: false });

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

/** Starts the workflow by a callback, if that may. */
const start = (context: IWebhookFunctions, jobId: string, reference?: string) =>
	claimJob(context, proven(jobId, reference))?.keep(jobId, 'caller') ?? false;

describe('claimJob', () => {
	it('gives a job to the first proven callback only', () => {
		const context = callback();
		const jobId = newJobId();

		expect(claimJob(context, proven(jobId))).toBeDefined();
		expect(claimJob(context, proven(jobId))).toBeUndefined();
		expect(claimJob(context, unproven(jobId))).toBeUndefined();
		expect(claimJob(context, proven(newJobId()))).toBeDefined();
	});

	it('gives it again once nothing has come of it', () => {
		const context = callback();
		const jobId = newJobId();
		claimJob(context, proven(jobId))?.release();

		expect(claimJob(context, proven(jobId))).toBeDefined();
	});

	it('never gives it again once the workflow has started', () => {
		const context = callback();
		const jobId = newJobId();
		const claim = claimJob(context, proven(jobId));
		claim?.keep(jobId, 'api');
		claim?.release();

		expect(claimJob(context, proven(jobId))).toBeUndefined();
	});

	it('lets nobody who has proven nothing hold up the genuine callback, and still starts once', () => {
		const context = callback();
		const jobId = newJobId();
		const forged = claimJob(context, unproven(jobId));
		const genuine = claimJob(context, proven(jobId));

		expect(genuine?.keep(jobId, 'api')).toBe(true);
		expect(forged?.keep(jobId, 'api')).toBe(false);
	});

	it('is not misled by the same UUID in the ID of another job', () => {
		const context = callback();
		const jobId = newJobId();
		expect(start(context, jobId.replace('a@', 'mallory@'))).toBe(true);
		expect(start(context, jobId)).toBe(true);
	});

	it('knows a job in 64 spellings of its ID', () => {
		const context = callback();
		const jobId = newJobId();
		const spellings = Array.from({ length: 64 }, (_, bits) =>
			Array.from(jobId)
				.map((letter, at) => (bits & (1 << (at % 6)) ? letter.toUpperCase() : letter))
				.join(''),
		);
		expect(new Set(spellings).size).toBe(64);
		expect(spellings.filter((spelling) => start(context, spelling))).toHaveLength(1);
	});

	it('knows a job by the ID that the API gives it', () => {
		const context = callback();
		const [asked, spelled] = [newJobId(), newJobId()];
		expect(claimJob(context, proven(asked))?.keep(spelled, 'api')).toBe(true);
		expect(start(context, spelled)).toBe(false);
	});

	it('takes a reference as proof of one job only, where nothing else vouches for it', () => {
		const context = callback();
		const jobIds = Array.from({ length: 1500 }, newJobId);
		expect(jobIds.filter((jobId) => start(context, jobId, 'n8n2.x'))).toHaveLength(1);
		expect(start(context, newJobId(), 'n8n2.y')).toBe(true);
	});

	it('tells triggers apart', () => {
		const jobId = newJobId();
		expect(start(callback(), jobId)).toBe(true);
		expect(start(callback(), jobId)).toBe(true);
	});

	it('remembers over a restart what n8n has stored', () => {
		const staticData = {};
		const jobId = newJobId();
		start(callback(staticData), jobId);

		// Another workflow ID stands for another process: nothing of it is in this one's memory.
		const stored = JSON.parse(JSON.stringify(staticData)) as IDataObject;
		expect(start(callback(stored), jobId)).toBe(false);
	});

	it('stores what others have started since its callback came', () => {
		const workflow = randomUUID();
		const jobIds = [newJobId(), newJobId()];
		const storedBy: IDataObject[] = [{}, {}];
		const claims = jobIds.map((jobId, n) =>
			claimJob(callback(storedBy[n], workflow), proven(jobId)),
		);
		for (const [n, claim] of claims.entries()) claim?.keep(jobIds[n] ?? '', 'api');

		expect(storedBy[1]?.startedJobs).toHaveLength(2);
	});

	it('stores no more than the last 500, in a few bytes each, and drops what 0.1.0 has stored', () => {
		const staticData: IDataObject = { startedJobs: ['x'.repeat(5000), randomUUID()] };
		const context = callback(staticData);
		const jobIds = Array.from({ length: 510 }, newJobId);
		for (const jobId of jobIds) start(context, jobId);

		expect(staticData.startedJobs).toHaveLength(500);
		expect(JSON.stringify(staticData).length).toBeLessThan(10_000);
		expect(start(context, jobIds[509] ?? '')).toBe(false);
		expect(start(context, jobIds[0] ?? '')).toBe(true);
	});

	it('lets a test in the editor use a job as often as it likes, and stores nothing', () => {
		const staticData = {};
		const context = callback(staticData, 'tested', 'manual');
		const jobId = newJobId();
		expect(start(context, jobId)).toBe(true);

		expect(start(context, jobId)).toBe(true);
		expect(staticData).toEqual({});
	});
});
