import type { Daemon } from '../../n8n-host/daemon';
import { judge } from '../judge';
import type { QueueMode } from '../queueMode';
import { allOf, scenario, type Finding } from '../scenario';
import { Batch, withStage } from '../stage';

const JOBS = 3;
const STORE_PATIENCE_MS = 5 * 60_000;
const WAKE_PATIENCE_MS = 10 * 60_000;

async function restarted(
	n8n: QueueMode,
	{ name, daemon }: { name: string; daemon: Daemon },
	executions: number,
): Promise<Finding> {
	return await withStage(n8n, { jobDuration: Infinity }, async (stage) => {
		const { jobs } = stage.emulator;
		const batch = await Batch.load(stage, `restart-${daemon.name}`, { waitMode: 'webhook' });
		await batch.start(executions, JOBS);
		await batch.untilAll('waiting', STORE_PATIENCE_MS);

		await daemon.restart();
		for (const { id } of jobs.all) jobs.finish(id);
		const seconds = await batch.untilEnded(WAKE_PATIENCE_MS);
		return allOf(
			`${name} restarted while executions sleep: all wake`,
			judge(stage, batch.orders),
			executions,
			`the last one woke after ${seconds.toFixed(0)} s`,
		);
	});
}

/** What executions stand while they sleep: the restart of anything that they do not sleep in. */
export const restarts = scenario(
	'restarts',
	{ full: { executions: 20 }, quick: { executions: 3 } },
	async (n8n, { executions }) => {
		const findings: Finding[] = [];
		for (const restart of [
			{ name: 'the main process', daemon: n8n.main },
			{ name: 'Redis', daemon: n8n.redis },
			{ name: 'PostgreSQL', daemon: n8n.postgres },
		]) {
			findings.push(await restarted(n8n, restart, executions));
		}
		return findings;
	},
);
