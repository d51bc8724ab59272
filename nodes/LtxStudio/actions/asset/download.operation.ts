import { downloadOperation } from '../../../shared/files/downloadOperation';
import { createLtxStudioApi } from '../../service/api';
import { toReport } from '../../service/job';
import { parseJobId } from '../../service/jobId';
import { ASSET_OUTPUT } from './getAll.operation';

export const download = downloadOperation({
	output: ASSET_OUTPUT,
	isJobId: (text) => parseJobId(text) !== undefined,
	freshUrl: async (client, jobId) => {
		const answer = await createLtxStudioApi(client).job(jobId);
		return answer.ok ? toReport(answer.body, jobId).file?.url : undefined;
	},
});
