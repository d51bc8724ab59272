import type { Emulator } from '../emulator';
import { imagesCreate, videosLtxCreate } from '../emulator/endpoints';
import type { SoakLab } from './lab';
import type { Plan } from './plan';
import type { Watch } from './watch';

/** Results of other programs, which stand in the lists of assets among one's own. */
export function leaveResults(emulator: Emulator, email: string, count: number): void {
	for (const endpoint of [imagesCreate, videosLtxCreate]) {
		for (let made = 0; made < count; made++) {
			const job = emulator.jobs.submit({
				endpoint,
				product: endpoint === imagesCreate ? 'flux' : 'ltxv-turbo',
				email,
				parameters: { replyRef: `of another program ${made}` },
				prompt: undefined,
				credits: 0,
				replyUrl: undefined,
				look: { text: '', ratio: '16:9', scale: 1 },
			});
			emulator.jobs.finish(job.id);
		}
	}
}

/** Lets other programs take slots as planned, never more than are free, sessions die, and the token change. */
export function scheduleEvents(
	{ emulator, changeToken }: Pick<SoakLab, 'emulator' | 'changeToken'>,
	{ others, trouble, behaviour }: Plan,
	watch: Watch,
): void {
	const { accounts, clock, jobs } = emulator;
	const startedAt = clock.now();
	for (const { email, atMs, slots, forMs } of others) {
		clock.at(startedAt + atMs, () => {
			const free = accounts.require(email).maxJobs - jobs.countRunning(email);
			emulator.occupy(email, Math.max(0, Math.min(slots, free)), { durationMs: forMs });
			watch.taken(email, behaviour.slotsLag === true ? (behaviour.listedAfter ?? 0) : 0);
		});
	}
	if (trouble.newTokenAtMs !== undefined) clock.at(startedAt + trouble.newTokenAtMs, changeToken);
	for (const { email, atMs } of trouble.deaths) {
		clock.at(startedAt + atMs, () => {
			accounts.edit(email, { dead: true });
		});
	}
}
