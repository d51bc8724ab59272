import { Host } from '../harness/host';
import type { Findings, Row, Setting } from '../harness/row';
import { startService } from '../harness/service';
import { median } from '../harness/statistics';
import { packageReads, READER } from './getJobs';

const WARM_UP_ITEMS = 50;
const MILLISECONDS = 1000;
const KIBIBYTES = 1024;

interface Size {
	count: number;
	repetitions: number;
}

/** What a number of items takes, for each of them. */
interface PerItem {
	count: number;
	milliseconds: number[];
	kibibytes: number[];
}

async function measureSize(
	host: Host,
	jobId: string,
	{ count, repetitions }: Size,
): Promise<PerItem> {
	const id = await host.load(packageReads(jobId, count));
	const result: PerItem = { count, milliseconds: [], kibibytes: [] };
	for (let repetition = 0; repetition < repetitions; repetition++) {
		// From the same start each time: what is measured is this run's memory, not what earlier ones have left.
		await host.settle();
		const { execution, memory, seconds } = await host.run(id);
		await host.forget(execution);
		result.milliseconds.push((seconds(READER) * MILLISECONDS) / count);
		result.kibibytes.push((memory * KIBIBYTES) / count);
	}
	return result;
}

async function run(setting: Setting): Promise<Findings> {
	const sizes: Size[] = setting.quick
		? [
				{ count: 100, repetitions: 3 },
				{ count: 1000, repetitions: 2 },
			]
		: [
				{ count: 10, repetitions: 7 },
				{ count: 100, repetitions: 7 },
				{ count: 1000, repetitions: 5 },
				{ count: 10_000, repetitions: 5 },
			];
	const service = await startService();
	try {
		const host = await Host.start({ tarball: setting.tarball, service });
		try {
			const { jobId } = await service.makeArtifact();
			await host.run(await host.load(packageReads(jobId, WARM_UP_ITEMS)));
			const found: PerItem[] = [];
			for (const size of sizes) {
				const perItem = await measureSize(host, jobId, size);
				setting.note(`${size.count} items: ${median(perItem.milliseconds).toFixed(2)} ms an item`);
				found.push(perItem);
			}
			return findings(found);
		} finally {
			await host.stop();
		}
	} finally {
		await service.stop();
	}
}

function findings(found: readonly PerItem[]): Findings {
	const of = (count: number): PerItem | undefined => found.find((size) => size.count === count);
	const most = found.at(-1);
	const [hundred, thousand] = [of(100), of(1000)];
	if (!most || !hundred || !thousand) throw new Error('A size is missing');
	return {
		work: 'Reading a job for each item, for more and more items.',
		measures: found.flatMap(({ count, milliseconds, kibibytes }) => [
			{ name: `Time an item, ${count} items`, unit: 'ms', values: { package: milliseconds } },
			{ name: `Memory an item, ${count} items`, unit: 'KiB', values: { package: kibibytes } },
		]),
		bars: [
			{
				text: `Time an item at ${most.count} ≤ 1.2 × at 100`,
				measured: median(most.milliseconds) / median(hundred.milliseconds),
				limit: 1.2,
				unit: '×',
			},
			{
				text: `Memory an item at ${most.count} ≤ 1.2 × at 1000`,
				measured: median(most.kibibytes) / median(thousand.kibibytes),
				limit: 1.2,
				unit: '×',
			},
		],
	};
}

export const growth: Row = {
	id: 'growth',
	title: 'Growth',
	sides: { package: 'This package' },
	run,
};
