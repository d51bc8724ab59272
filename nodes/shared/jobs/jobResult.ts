import type { IExecuteFunctions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import type { FieldReader } from '../n8n/fieldReader';
import { download } from '../files/download';
import {
	isFinished,
	toJob,
	toRawOutput,
	type Job,
	type JobAnswer,
} from '../../LtxStudio/service/job';
import { parseJobId } from '../../LtxStudio/service/jobId';
import { createLtxStudioApi } from '../../LtxStudio/service/api';
import type { UseapiClient } from '../api/client';

/** How the user wants a job to come out. */
export interface ResultSettings {
	simplify: boolean;
	download: boolean;
	binaryPropertyName: string;
}

/** How an item's job is to come out. */
export const readResultSettings = (form: FieldReader): ResultSettings => ({
	simplify: form.boolean('simplify'),
	download: form.boolean('download'),
	binaryPropertyName: form.text('binaryPropertyName') ?? 'data',
});

interface ResultCall {
	context: IExecuteFunctions | IWebhookFunctions;
	client: UseapiClient;
	item: number;
	settings: ResultSettings;
	/** What the file is called after, such as the prompt. */
	title: string;
}

/**
 * Makes the output of a job, with its file if the user wants it and it is there.
 *
 * @throws {NodeApiError} when the file cannot be had
 */
export async function jobResult(
	{ context, client, item, settings, title }: ResultCall,
	answer: JobAnswer,
	job: Job,
): Promise<INodeExecutionData> {
	const json = settings.simplify ? { ...job } : toRawOutput(answer, job);
	const { assetUrl, jobId } = job;
	if (!settings.download || !isFinished(job) || assetUrl === null) return { json };
	const { uuid = '' } = parseJobId(jobId) ?? {};
	const binary = await download(context, client, {
		url: assetUrl,
		title: title === '' ? (job.type ?? 'file') : title,
		unique: uuid.slice(0, 8),
		mimeType: job.mimeType,
		refresh: async () => {
			const fresh = await createLtxStudioApi(client).job(jobId);
			return fresh.ok ? (toJob(fresh.body, jobId).assetUrl ?? undefined) : undefined;
		},
		subject: `Job ${jobId} has completed and is at ${assetUrl}.`,
		item,
	});
	return { json, binary: { [settings.binaryPropertyName]: binary } };
}
