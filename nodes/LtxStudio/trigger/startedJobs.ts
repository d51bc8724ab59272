import { createHash } from 'crypto';
import type { IWebhookFunctions } from 'n8n-workflow';

/** What a callback brings along. */
interface Caller {
	jobId: string;
	/** Its reference, if it is authentic. */
	reference: string | undefined;
	/** Whether it has shown who it is from. */
	isProven: boolean;
}

/** The right to start the workflow with a job. */
export interface Claim {
	/**
	 * The workflow is to start: no other callback for the job may start it again.
	 *
	 * @param jobId as it is spelled where it was read
	 * @param by whether the API vouches for the job, or only what the callback has brought along: a reference vouches for one job
	 * @returns whether no other callback was faster
	 */
	keep(jobId: string, by: 'api' | 'caller'): boolean;
	/** The callback is done with: a later one may try again, unless the workflow has started. */
	release(): void;
}

interface Started {
	/** What proven callbacks are being looked into. Others do not hold them up. */
	underWay: Set<string>;
	/** In the order in which they started. */
	done: Set<string>;
}

/** How many jobs are remembered for each trigger, each by a fingerprint. */
const KEPT = 500;
const FINGERPRINT_LENGTH = 16;

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
export function claimJob(context: IWebhookFunctions, caller: Caller): Claim | undefined {
	if (context.getMode() === 'manual') return { keep: () => true, release: () => undefined };
	const staticData = context.getWorkflowStaticData('node');
	const { underWay, done } = startedBy(context);
	for (const known of stored(staticData.startedJobs)) done.add(known);

	const { isProven, jobId, reference } = caller;
	const claimed = ofJob(jobId);
	if (done.has(claimed) || underWay.has(claimed)) return undefined;
	if (isProven) underWay.add(claimed);
	return {
		keep: (spelled, by) => {
			const keys = new Set([claimed, ofJob(spelled)]);
			if (by === 'caller' && reference !== undefined) keys.add(fingerprint('reference', reference));
			if ([...keys].some((key) => done.has(key))) return false;
			for (const key of keys) done.add(key);
			for (const oldest of done) {
				if (done.size <= KEPT) break;
				done.delete(oldest);
			}
			staticData.startedJobs = [...done];
			if (isProven) underWay.delete(claimed);
			return true;
		},
		release: () => {
			if (isProven) underWay.delete(claimed);
		},
	};
}

const fingerprint = (...parts: string[]) =>
	createHash('sha256')
		.update(JSON.stringify(parts))
		.digest('base64url')
		.slice(0, FINGERPRINT_LENGTH);

/** An ID in other letters is the same ID. */
const ofJob = (jobId: string) => fingerprint('job', jobId.toLowerCase());

/** Version 0.1.0 has stored what was sent, however long. */
const stored = (value: unknown): string[] =>
	Array.isArray(value)
		? value.filter(
				(key): key is string => typeof key === 'string' && key.length === FINGERPRINT_LENGTH,
			)
		: [];

function startedBy(context: IWebhookFunctions): Started {
	const key = `${String(context.getWorkflow().id)} ${context.getNode().id}`;
	const started = triggers.get(key) ?? { underWay: new Set(), done: new Set() };
	triggers.set(key, started);
	return started;
}
