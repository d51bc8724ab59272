import type { WorkflowJson } from '../../test/n8n-host/api';
import { compare, measure } from '../harness/compare';
import type { Host } from '../harness/host';
import type { Measure, Sample, Setting, Side } from '../harness/row';

/** A workflow, and those of its nodes whose time counts. */
export interface Transfer {
	host: Host;
	workflow: WorkflowJson;
	timed: readonly string[];
}

/** Loads a workflow and gives what runs and measures it once. */
async function runner({ host, workflow, timed }: Transfer): Promise<() => Promise<Sample>> {
	const id = await host.load(workflow);
	await host.settle();
	return async () => {
		const measured = await host.run(id);
		// The next repetition finds the disk as this one did.
		await host.forget(measured.execution);
		const time = timed.reduce((total, node) => total + measured.seconds(node), 0);
		return { time, memory: measured.memory, cpu: measured.cpu };
	};
}

/** Time and memory of the same transfer, by each side in turns. */
export async function compareTransfers(
	{ note }: Setting,
	repetitions: number,
	sides: Partial<Record<'package' | 'byHand', Transfer>>,
	floor?: () => Promise<number>,
): Promise<{ time: Measure; memory: Measure; cpu: Measure }> {
	const runners: Partial<Record<Side, () => Promise<Sample>>> = {};
	if (sides.package) runners.package = await runner(sides.package);
	if (sides.byHand) runners.byHand = await runner(sides.byHand);
	if (floor) runners.floor = async () => ({ time: await floor() });
	const samples = await compare(repetitions, runners, note);
	return {
		time: measure(samples, 'time', { name: "Node's time", unit: 's' }),
		memory: measure(samples, 'memory', { name: 'Memory', unit: 'MiB' }),
		cpu: measure(samples, 'cpu', { name: 'Processor time of n8n', unit: 's' }),
	};
}
