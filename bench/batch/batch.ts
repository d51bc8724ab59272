import { outputOf, type WorkflowJson } from '../../test/n8n-host/api';
import { medianBar, ratioBar } from '../harness/bars';
import { compare, measure } from '../harness/compare';
import { Host } from '../harness/host';
import { chain, ltxStudio, noOperation } from '../harness/nodes';
import type { Findings, Row, Sample, Setting } from '../harness/row';
import { startService, type Service } from '../harness/service';
import { byHandBatch } from './byHand';

const SLOTS_OF_ACCOUNT = 10;
const EMAILS = ['first@example.com', 'second@example.com'];
const SLOTS = SLOTS_OF_ACCOUNT * EMAILS.length;
const JOB_SECONDS = 8;
const LATENCY_MS = 150;
const CREDITS = 1_000_000;

/** One way of doing the work, with a service of its own so that both ways can have all slots at the same time. */
interface Contestant {
	service: Service;
	host: Host;
	workflowId: string;
}

const byPackage = (prompts: readonly string[]): WorkflowJson =>
	chain(
		'By the package',
		prompts.map((prompt) => ({ json: { prompt } })),
		[
			ltxStudio('Create', {
				resource: 'image',
				operation: 'create',
				prompt: '={{ $json.prompt }}',
				waitMode: 'poll',
				options: {},
			}),
			noOperation('Done'),
		],
	);

async function enter(
	{ tarball }: Setting,
	workflow: (service: Service) => WorkflowJson,
): Promise<Contestant> {
	const service = await startService({
		latency: LATENCY_MS,
		jobDuration: JOB_SECONDS * 1000,
		accounts: EMAILS.map((email) => ({ email, maxJobs: SLOTS_OF_ACCOUNT, credits: CREDITS })),
	});
	const host = await Host.start({ tarball, service });
	return { service, host, workflowId: await host.load(workflow(service)) };
}

/** Runs the whole batch once. @returns seconds from its first node's start to its last one's */
async function runBatch({ service, host, workflowId }: Contestant, jobs: number): Promise<Sample> {
	const callsBefore = (await service.requests()).length;
	const { execution } = await host.run(workflowId);
	const finished = outputOf(execution, 'Done');
	if (finished.length !== jobs) throw new Error(`Only ${finished.length} of ${jobs} came out`);
	const { runData } = execution.data.resultData;
	const started = Math.min(...Object.values(runData).flatMap((runs) => runs.map(startOf)));
	const ended = runData.Done?.[0]?.startTime ?? NaN;
	const calls = (await service.requests()).length - callsBefore;
	return { time: (ended - started) / 1000, calls: calls / jobs };
}

const startOf = ({ startTime }: { startTime: number }): number => startTime;

async function run(setting: Setting): Promise<Findings> {
	const jobs = setting.quick ? 40 : 100;
	const ideal = (jobs / SLOTS) * JOB_SECONDS;
	const prompts = Array.from({ length: jobs }, (_, index) => `Lighthouse number ${index + 1}`);
	const contestants: Contestant[] = [];
	try {
		contestants.push(await enter(setting, () => byPackage(prompts)));
		contestants.push(
			await enter(setting, (service) => byHandBatch(service, prompts, EMAILS, SLOTS)),
		);
		const [ours, byHand] = contestants;
		if (!ours || !byHand) throw new Error('Nobody takes part');
		// Both wait most of the time, and so may run side by side.
		let other: Promise<Sample>;
		const samples = await compare(
			setting.quick ? 1 : 5,
			{
				package: () => {
					other = runBatch(byHand, jobs);
					// Whoever asks for it, next, gets the error too.
					other.catch(() => undefined);
					return runBatch(ours, jobs);
				},
				byHand: () => other,
			},
			setting.note,
		);
		const time = measure(samples, 'time', { name: 'Time', unit: 's' });
		const calls = measure(samples, 'calls', { name: 'API calls a job', unit: '' });
		return {
			work:
				`${jobs} images, ${EMAILS.length} accounts of ${SLOTS_OF_ACCOUNT} slots, ${JOB_SECONDS} s a job, ${LATENCY_MS} ms a ` +
				`request. Ideal, jobs / slots × job time: ${ideal} s. (b) loops over ${SLOTS} items at a time: HTTP Request, Wait with ` +
				'its preset of 5 s, HTTP Request, IF.',
			measures: [time, calls],
			bars: [
				{
					...medianBar(time, 1.15 * ideal),
					text: `Time ≤ 1.15 × ideal (${ideal} s)`,
				},
				ratioBar(time, 0.7, 'byHand'),
			],
		};
	} finally {
		await Promise.all(contestants.map(({ host }) => host.stop()));
		await Promise.all(contestants.map(({ service }) => service.stop()));
	}
}

export const batch: Row = {
	id: 'batch',
	title: 'Batch',
	sides: { package: 'This package', byHand: 'HTTP Request, Wait and IF' },
	run,
};
