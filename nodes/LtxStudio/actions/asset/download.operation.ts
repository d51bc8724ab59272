import { downloadOperation } from '../../../shared/files/downloadOperation';
import { createLtxStudioApi } from '../../service/api';
import { toReport } from '../../service/job';
import { parseJobId } from '../../service/jobId';
import { ASSET_OUTPUT } from './getAll.operation';

export const download = downloadOperation({
	output: ASSET_OUTPUT,
	// As in the names of files that come with their jobs.
	uniqueOf: (text) => parseJobId(text)?.uuid.slice(0, 8),
	advice: 'Scheduler > Get Job tells the URL that the file of a job has now.',
	freshUrl: async (client, jobId) => {
		const answer = await createLtxStudioApi(client).job(jobId);
		return answer.ok ? toReport(answer.body, jobId).file?.url : undefined;
	},
});
