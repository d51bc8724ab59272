import { downloadOperation } from '../../../shared/files/downloadOperation';
import { parseJobId } from '../../service/jobId';
import { createJobService } from '../../service/jobService';
import { JOB_OUTPUT } from '../operation';

export const download = downloadOperation({
	output: JOB_OUTPUT,
	isJobId: (text) => parseJobId(text) !== undefined,
	freshUrl: async (client, jobId) => {
		const answer = await createJobService(client).read(jobId);
		return answer.ok ? answer.body.file?.url : undefined;
	},
});
