import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { FieldReader } from '../../shared/n8n/fieldReader';
import type { Answer } from '../../shared/api/failure';
import { jobOutput, readResultSettings } from '../../shared/jobs/outcome';
import type { JobReport } from '../../shared/jobs/service';
import { jobMeanings } from '../service/api';
import { openDesk } from '../service/desk';
import { toReport, type JobAnswer } from '../service/job';
import { fields } from './fields';
import type { Arrival } from './startWorkflow';

/**
 * Puts out the jobs that started the workflow, as the LTX Studio node does. Files are downloaded here and not in
 * `webhook()`: there, n8n does not know yet which execution they belong to.
 *
 * @throws {NodeApiError} when the job or its file cannot be had
 */
export async function output(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const desk = await openDesk(context);
	const { client, service } = desk;
	const result: INodeExecutionData[] = [];
	for (const [item, { json }] of context.getInputData().entries()) {
		const { jobId, answer: known } = readArrival(json);
		const answer: Answer<JobReport> =
			known === undefined ? await service.read(jobId) : { ok: true, body: toReport(known, jobId) };
		if (!answer.ok) throw client.error(answer.failure, jobMeanings(jobId));
		const settings = readResultSettings(new FieldReader(context, fields, item));
		const output = await jobOutput(desk, answer.body, { settings, title: '', item });
		result.push({ ...output, pairedItem: { item } });
	}
	return result;
}

const readArrival = ({ jobId, answer }: IDataObject): Arrival => ({
	jobId: typeof jobId === 'string' ? jobId : '',
	answer: typeof answer === 'object' && answer !== null ? (answer as JobAnswer) : undefined,
});
