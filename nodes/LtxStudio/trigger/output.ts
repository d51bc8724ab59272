import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { FieldReader } from '../../shared/n8n/fieldReader';
import { itemLabel } from '../../shared/n8n/items';
import { jobOutput, readResultSettings } from '../../shared/jobs/outcome';
import { isOver, NO_ORDER, type JobReport } from '../../shared/jobs/service';
import { readUntilOver } from '../../shared/jobs/waiting/readUntilOver';
import { jobMeanings } from '../service/api';
import { openDesk } from '../service/desk';
import { toReport } from '../service/job';
import { readArrival, type Arrival } from './arrival';
import { fields } from './fields';
import { passes, readSettings } from './settings';

type Desk = Awaited<ReturnType<typeof openDesk<IExecuteFunctions>>>;

/** For how long a job that was reported is read again until the API says so, too, in milliseconds. */
const CATCH_UP_MS = 60_000;

/**
 * Puts out the jobs that started the workflow, as the LTX Studio node does. Files are downloaded here and not in
 * `webhook()`: there, n8n does not know yet which execution they belong to.
 *
 * @throws {NodeApiError} when the job or its file cannot be had
 * @throws {NodeOperationError} when the job is not the one that was reported
 */
export async function output(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const desk = await openDesk(context);
	const result: INodeExecutionData[] = [];
	for (const [item, { json }] of context.getInputData().entries()) {
		const arrival = readArrival(json);
		const report = arrival.answer
			? toReport(arrival.answer, arrival.jobId)
			: await catchUp(desk, arrival, item);
		if (!report) continue;
		const settings = readResultSettings(new FieldReader(context, fields, item));
		const output = await jobOutput(desk, report, { settings, order: NO_ORDER, item });
		result.push({ ...output, pairedItem: { item } });
	}
	return result;
}

/**
 * Reads a job that could not be read when it was reported, and checks what could not be checked then.
 *
 * @returns undefined for a job that the filters leave out
 */
async function catchUp(
	{ context, client, service }: Desk,
	{ jobId, replyRef }: Arrival,
	item: number,
): Promise<JobReport | undefined> {
	const first = await service.read(jobId);
	// Only where the API itself does not know it yet, it is of use to ask again.
	if (!first.ok && first.failure.status !== 404) throw client.error(first.failure);
	const outcome = await readUntilOver(service, jobId, CATCH_UP_MS);
	const problem = outcome.ok ? undefined : outcome.problem;
	if (problem && 'failure' in problem && problem.failure) {
		throw client.error(problem.failure, jobMeanings(jobId));
	}
	const report = outcome.ok ? outcome.report : problem && 'report' in problem && problem.report;
	if (!report || !isOver(report)) {
		throw new NodeApiError(
			context.getNode(),
			{},
			{
				message: 'The job was reported as finished, but the API does not say so yet',
				description: `${itemLabel(item)}: job ${jobId}. Retry this execution later.`,
				itemIndex: item,
			},
		);
	}
	if (replyRef !== undefined && report.reference !== replyRef) {
		throw new NodeOperationError(context.getNode(), 'The job is not the one that was reported', {
			description: `${itemLabel(item)}: job ${jobId} was submitted with another reference than the one that was reported with it.`,
			itemIndex: item,
		});
	}
	const { filters } = readSettings((name, fallback) =>
		context.getNodeParameter(name, item, fallback),
	);
	return passes(report, filters) ? report : undefined;
}
