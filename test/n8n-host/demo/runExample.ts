import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IBinaryData } from 'n8n-workflow';
import { failureOf, type N8nApi, outputOf, type StoredWorkflow } from '../api';
import type { StepReport } from '../progress';
import { mp4Duration } from './mp4';
import type { Service } from './service';

/** The node of the example that hands the video over. */
const VIDEO_NODE = 'Create Video';
const PROGRESS_INTERVAL_MS = 1000;
const TIMEOUT_MS = 20 * 60_000;

/** A video on the disk. */
export interface SavedVideo {
	path: string;
	bytes: number;
	seconds: number;
}

/** Tells again and again how far the service is with the job, until it is told to stop. */
function reportJob({ progress: read }: Service, { detail }: StepReport): () => void {
	if (!read) return () => undefined;
	const look = async () => {
		const progress = await read();
		if (progress !== undefined) detail(`${VIDEO_NODE} ${Math.round(progress)} %`);
	};
	const timer = setInterval(() => {
		// For the eyes only: whether the job works out is n8n's to say.
		look().catch(() => undefined);
	}, PROGRESS_INTERVAL_MS);
	return () => {
		clearInterval(timer);
	};
}

/**
 * Runs the example and waits for it.
 * @returns where the binary store has the video
 * @throws Error that says which node failed, and why
 */
export async function runExample(
	api: N8nApi,
	workflow: StoredWorkflow,
	service: Service,
	{ report, signal }: { report: StepReport; signal: AbortSignal },
): Promise<IBinaryData> {
	const executionId = await api.run(workflow.id);
	const reported = new Set<string>();
	const stopReporting = reportJob(service, report);
	try {
		const execution = await api.waitForExecution(executionId, {
			timeoutMs: TIMEOUT_MS,
			signal,
			onPoll: ({ data }) => {
				for (const node of Object.keys(data.resultData.runData)) {
					if (reported.has(node)) continue;
					reported.add(node);
					report.note(node);
				}
			},
		});
		if (execution.status !== 'success') throw new Error(failureOf(execution));
		const video = outputOf(execution, VIDEO_NODE)[0]?.binary?.data;
		if (!video) throw new Error(`The node "${VIDEO_NODE}" has handed over no video.`);
		return video;
	} finally {
		stopReporting();
	}
}

/**
 * Writes a video from n8n's binary store into a folder.
 * @throws Error when it is no video that can be played
 */
export async function saveVideo(
	api: N8nApi,
	{ id, fileName }: IBinaryData,
	folder: string,
): Promise<SavedVideo> {
	const content = await api.binary(id ?? '');
	const seconds = mp4Duration(content);
	await mkdir(folder, { recursive: true });
	const path = join(folder, fileName ?? 'video.mp4');
	await writeFile(path, content);
	return { path, bytes: content.length, seconds };
}
