import type { WorkflowJson } from '../../test/n8n-host/api';
import { compare, measure } from '../harness/compare';
import type { Host } from '../harness/host';
import type { Measure, Sample, Setting, Side } from '../harness/row';
import { settleDisk } from './files';

/** A workflow, and those of its nodes whose time counts. */
export interface Transfer {
	host: Host;
	workflow: WorkflowJson;
	timed: readonly string[];
	/** Does the same with a small file, so that the code is loaded before anything is measured. */
	warmUp: () => Promise<void>;
}

/** What a transfer is measured by. */
export interface TransferMeasures {
	time: Measure;
	memory: Measure;
	cpu: Measure;
	/** The same once more in the same n8n, whose memory has grown in the meantime. Not measured in quick runs. */
	again: Measure;
}

/**
 * Loads a workflow and gives what runs and measures it once: in an n8n that has just been started, since the first large
 * transfer leaves its mark on the memory of the process, and on the speed of all that follow.
 */
async function runner(
	{ host, workflow, timed, warmUp }: Transfer,
	quick: boolean,
): Promise<() => Promise<Sample>> {
	const id = await host.load(workflow);
	const once = async () => {
		await settleDisk();
		const measured = await host.run(id);
		// The next repetition finds the disk as this one did.
		await host.forget(measured.execution);
		const time = timed.reduce((total, node) => total + measured.seconds(node), 0);
		return { time, memory: measured.memory, cpu: measured.cpu };
	};
	if (quick) {
		await warmUp();
		return once;
	}
	return async () => {
		await host.restart();
		await warmUp();
		return { ...(await once()), again: (await once()).time };
	};
}

/** Time and memory of the same transfer, by each side in turns. */
export async function compareTransfers(
	{ note, quick }: Setting,
	repetitions: number,
	sides: Partial<Record<'package' | 'byHand', Transfer>>,
	floor?: () => Promise<number>,
): Promise<TransferMeasures> {
	const runners: Partial<Record<Side, () => Promise<Sample>>> = {};
	if (sides.package) runners.package = await runner(sides.package, quick);
	if (sides.byHand) runners.byHand = await runner(sides.byHand, quick);
	if (floor) {
		runners.floor = async () => {
			await settleDisk();
			return { time: await floor() };
		};
	}
	const samples = await compare(repetitions, runners, note);
	return {
		time: measure(samples, 'time', { name: "Node's time", unit: 's' }),
		memory: measure(samples, 'memory', { name: 'Memory', unit: 'MiB' }),
		cpu: measure(samples, 'cpu', { name: 'Processor time of n8n', unit: 's' }),
		again: measure(samples, 'again', { name: "Node's time, once more in the same n8n", unit: 's' }),
	};
}
