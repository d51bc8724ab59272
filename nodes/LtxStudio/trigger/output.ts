import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { FieldReader } from '../../shared/n8n/fieldReader';
import { toJob, type JobAnswer } from '../service/job';
import { jobResult, readResultSettings } from '../../shared/jobs/jobResult';
import { jobRequest } from '../service/api';
import { connect } from '../../shared/api/client';
import { fields } from './fields';
import type { Arrival } from './startWorkflow';

/**
 * Puts out the jobs that started the workflow, as the LTX Studio node does. Files are downloaded here and not in
 * `webhook()`: there, n8n does not know yet which execution they belong to.
 *
 * @throws {NodeApiError} when the job or its file cannot be had
 */
export async function output(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const client = await connect(context);
	const result: INodeExecutionData[] = [];
	for (const [item, { json }] of context.getInputData().entries()) {
		const { jobId, answer: known } = readArrival(json);
		const answer = known ?? (await client.request<JobAnswer>(jobRequest(jobId)));
		const settings = readResultSettings(new FieldReader(context, fields, item));
		const call = { context, client, item, settings, title: '' };
		result.push({ ...(await jobResult(call, answer, toJob(answer, jobId))), pairedItem: { item } });
	}
	return result;
}

const readArrival = ({ jobId, answer }: IDataObject): Arrival => ({
	jobId: typeof jobId === 'string' ? jobId : '',
	answer: typeof answer === 'object' && answer !== null ? (answer as JobAnswer) : undefined,
});
