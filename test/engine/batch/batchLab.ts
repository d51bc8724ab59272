import type { LoggedRequest } from '../../emulator';
import { startCallbackLab } from '../callbackLab';

const SUBMISSION = /^\/v1\/ltxstudio\/(images|videos)\//;

/** Accounts with so many slots each. */
export const accountsOf = (...slots: number[]) =>
	slots.map((maxJobs, index) => ({ email: `account${index}@example.com`, maxJobs }));

/** A lab that watches what a batch does to the service. */
export async function startBatchLab(options: Parameters<typeof startCallbackLab>[0] = {}) {
	const lab = await startCallbackLab(options);
	const { emulator } = lab;
	const { accounts, jobs } = emulator;
	const submissions = (): LoggedRequest[] =>
		emulator.requests.filter(({ method, path }) => method === 'POST' && SUBMISSION.test(path));
	let mostAboveSlots = -Infinity;
	emulator.faults.random(() => {
		for (const { email, maxJobs } of accounts.all) {
			mostAboveSlots = Math.max(mostAboveSlots, jobs.countRunning(email) - maxJobs);
		}
		return undefined;
	});
	return {
		...lab,
		/** Every submission that came in, in order. */
		submissions,
		/** Those that were refused for want of a slot. */
		refused: () => submissions().filter(({ status }) => status === 429),
		/** By how much an account's running jobs went beyond its slots; below 0 if never. */
		mostAboveSlots: () => mostAboveSlots,
		/** The jobs of an account. */
		jobsOf: (email: string) => lab.jobs().filter((job) => job.email === email && !job.isForeign),
	};
}

export type BatchLab = Awaited<ReturnType<typeof startBatchLab>>;
