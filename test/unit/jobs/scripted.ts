import type { JobFile, JobReport } from '../../../nodes/shared/jobs/service';

const FILE: JobFile = {
	url: 'https://files.example/1',
	mimeType: 'video/mp4',
	expiresAt: undefined,
	unique: '1',
	kind: 'video',
};

/** A job as a service might report it. */
export const reportOf = (jobId: string, more: Partial<JobReport> = {}): JobReport => ({
	jobId,
	status: 'active',
	word: more.status ?? 'active',
	reference: undefined,
	message: undefined,
	file: more.status === 'completed' ? FILE : undefined,
	facts: {},
	answer: {},
	...more,
});
