import type { Emulator } from './emulator';

/** The newest so many jobs are shown. */
const SHOWN_JOBS = 60;

/** What the status page shows: nothing in it is secret. */
export function stateOf(emulator: Emulator) {
	const { accounts, clock, jobs, jobViews, ledger, library, requests } = emulator;
	const all = jobs.all;
	return {
		now: clock.now(),
		accounts: accounts.all.map((account) => ({
			email: account.email,
			running: jobs.countRunning(account.email),
			maxJobs: account.maxJobs,
			credits: account.credits,
			isDead: accounts.isDead(account),
			refreshTokenExpire: account.refreshTokenExpire,
		})),
		jobs: all
			.slice(-SHOWN_JOBS)
			.reverse()
			.map((job) => ({
				id: job.id,
				type: job.type,
				endpoint: job.endpoint,
				model: job.product,
				email: job.email,
				prompt: job.prompt ?? null,
				state: job.state,
				isTracked: job.isTracked,
				isForeign: job.isForeign,
				progress: jobViews.progress(job),
				credits: job.charged,
				createdAt: job.createdAt,
				finishedAt: job.finishedAt ?? null,
				message: job.failure?.message ?? null,
				ratio: job.look.ratio,
				assetUrl: job.artifact ? library.sign(job.artifact).assetUrl : null,
				thumbnailUrl: job.artifact ? library.signThumbnail(job.artifact).assetUrl : null,
			})),
		totals: {
			jobs: all.length,
			requests: requests.length,
			charges: ledger.charges.length,
			refunds: ledger.refunds.length,
			credits: ledger.total,
		},
	};
}

/** What `GET /_emulator/state` answers with. */
export type EmulatorState = ReturnType<typeof stateOf>;
