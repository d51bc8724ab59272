import { ratioBar } from '../harness/bars';
import { withPair } from '../harness/pair';
import { describeProfile } from '../harness/profileReport';
import { SIDES, type Findings, type Row, type Setting } from '../harness/row';
import { timed } from '../streams/curl';
import { compareTransfers, type Transfer } from '../streams/transfer';
import { byHandReads, packageReads, READER, undiciReads } from './getJobs';

const WARM_UP_ITEMS = 50;

async function run(setting: Setting): Promise<Findings> {
	const count = setting.quick ? 200 : 1000;
	return await withPair(setting, {}, async ({ service, hosts }) => {
		const { jobId } = await service.makeArtifact();
		const workflows = (items: number) => ({
			package: packageReads(jobId, items),
			byHand: byHandReads(service, jobId, items),
		});
		const small = workflows(WARM_UP_ITEMS);
		const full = workflows(count);
		const reads = (side: 'package' | 'byHand'): Transfer => ({
			host: hosts[side],
			workflow: full[side],
			timed: [READER],
			warmUp: async () => {
				await hosts[side].run(await hosts[side].load(small[side]));
			},
		});
		const { time, memory, cpu, again } = await compareTransfers(
			setting,
			setting.quick ? 3 : 7,
			{ package: reads('package'), byHand: reads('byHand') },
			() => timed(() => undiciReads(service, jobId, count)),
		);
		const profile = setting.quick
			? []
			: describeProfile(await hosts.package.profile(await hosts.package.load(full.package)));
		return {
			work: `${count} items, each of which reads a job; the service answers without delay.`,
			measures: [time, cpu, memory, again],
			bars: [ratioBar(time, 1, 'byHand'), ratioBar(cpu, 1, 'byHand')],
			remarks: profile,
		};
	});
}

export const overhead: Row = {
	id: 'overhead',
	title: 'Overhead',
	sides: { ...SIDES, floor: 'undici' },
	run,
};
