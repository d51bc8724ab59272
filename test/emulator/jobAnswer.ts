import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Emulator } from './emulator';
import type { Job, JobView } from './job';

/** Answers with a job as it is now; with one that has failed as the service is set to do. */
export function answerWithJob(
	{ behaviour, jobViews }: Emulator,
	job: Job,
	request: FastifyRequest,
	reply: FastifyReply,
): JobView {
	const view = jobViews.view(job);
	const { emulation } = request;
	emulation.isOdd ||= job.failure?.status !== undefined;
	const { failedStatus } = behaviour;
	if (failedStatus === undefined || job.state !== 'failed') return view;
	emulation.isOdd = true;
	void reply.code(failedStatus);
	return { code: failedStatus, ...view };
}
