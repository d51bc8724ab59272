import type { IWebhookFunctions } from 'n8n-workflow';

import { parseJobId } from '../service/jobId';

/** The right to start the workflow with a job. */
export interface Claim {
	/** The workflow starts: no other callback for the job may start it again. */
	keep(): void;
	/** Nothing came of it: a later callback may try again. */
	release(): void;
}

interface Started {
	underWay: Set<string>;
	/** In the order in which they started. */
	done: Set<string>;
}

/** How many jobs are remembered for each trigger. */
const KEPT = 500;

/**
 * What this process knows of each trigger. n8n loads the static data when a callback comes and saves it when that one is
 * done: of two at once, one would forget what the other has written.
 */
const triggers = new Map<string, Started>();

/**
 * Claims a job for the workflow. A test in the editor may use the same job again and again.
 *
 * @returns undefined if the job has started the workflow before, or is about to
 */
export function claimJob(context: IWebhookFunctions, jobId: string): Claim | undefined {
	if (context.getMode() === 'manual') return { keep: () => undefined, release: () => undefined };
	const staticData = context.getWorkflowStaticData('node');
	const { underWay, done } = startedBy(context);
	const { startedJobs } = staticData;
	if (Array.isArray(startedJobs)) for (const id of startedJobs) done.add(String(id));

	const id = parseJobId(jobId)?.uuid ?? jobId;
	if (underWay.has(id) || done.has(id)) return undefined;
	underWay.add(id);
	return {
		keep: () => {
			underWay.delete(id);
			done.add(id);
			for (const oldest of done) {
				if (done.size <= KEPT) break;
				done.delete(oldest);
			}
			staticData.startedJobs = [...done];
		},
		release: () => {
			underWay.delete(id);
		},
	};
}

function startedBy(context: IWebhookFunctions): Started {
	const key = `${String(context.getWorkflow().id)} ${context.getNode().id}`;
	const started = triggers.get(key) ?? { underWay: new Set(), done: new Set() };
	triggers.set(key, started);
	return started;
}
