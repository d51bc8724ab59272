import type { FastifyPluginCallback } from 'fastify';
import { ApiError } from '../apiError';
import type { Emulator } from '../emulator';
import type { Job } from '../job';
import { ltxStudioRoutes } from './ltxStudio';

const SECOND_MS = 1_000;
const MINUTE_S = 60;

/** `/v1/ltxstudio/scheduler` */
export const schedulerRoutes = (emulator: Emulator): FastifyPluginCallback =>
	ltxStudioRoutes(emulator, (scope) => {
		const { accounts, clock, jobs, jobViews } = emulator;

		const view = (job: Job) => {
			const replyRef = jobViews.shownReplyRef(job);
			return {
				jobId: job.id,
				email: job.email,
				started: new Date(job.createdAt).toISOString(),
				elapsed: minutesAndSeconds(clock.now() - job.createdAt),
				...(job.replyUrl !== undefined && { replyUrl: job.replyUrl }),
				...(replyRef !== undefined && { replyRef }),
			};
		};
		const listed = () => jobs.listed().map(view);

		scope.get('/', listed);

		scope.get('/available', () => ({
			executing: listed(),
			available: accounts.all.map(({ email, maxJobs }) => {
				const executing = jobs.countTaken(email);
				return { email, maxJobs, executing, available: Math.max(0, maxJobs - executing) };
			}),
		}));

		scope.delete<{ Params: { jobId: string } }>('/:jobId', (request, reply) => {
			const { jobId } = request.params;
			if (!jobs.cancel(jobId)) {
				throw new ApiError(404, `Unable to locate running jobId ${jobId}`);
			}
			return reply.code(204).send();
		});
	});

function minutesAndSeconds(ms: number): string {
	const seconds = Math.floor(ms / SECOND_MS);
	const parts = [Math.floor(seconds / MINUTE_S), seconds % MINUTE_S];
	return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
