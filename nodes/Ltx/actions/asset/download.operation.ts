import { downloadOperation } from '../../../shared/files/downloadOperation';
import { parseJobId } from '../../service/jobId';
import { createJobService } from '../../service/jobService';
import { JOB_OUTPUT } from '../operation';

export const download = downloadOperation({
	output: JOB_OUTPUT,
	// As in the names of files that come with their jobs.
	uniqueOf: (text) => parseJobId(text)?.id.slice(0, 8),
	advice: 'Job > Get tells the URL that the file of a job has now.',
	freshUrl: async (client, jobId) => {
		const answer = await createJobService(client).read(jobId);
		return answer.ok ? answer.body.file?.url : undefined;
	},
});
