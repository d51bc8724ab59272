import type { WorkflowJson } from '../../test/n8n-host/api';
import { medianBar, ratioBar } from '../harness/bars';
import { measure, valuesOf } from '../harness/compare';
import { Host } from '../harness/host';
import { chain, ltxStudio, noOperation } from '../harness/nodes';
import type { Findings, Row, Sample, Setting, Side } from '../harness/row';
import { startService, type Service } from '../harness/service';
import { median } from '../harness/statistics';
import { DONE, loopingBatch, retryingBatch } from './byHand';

const SLOTS_OF_ACCOUNT = 10;
const EMAILS = ['first@example.com', 'second@example.com'];
const SLOTS = SLOTS_OF_ACCOUNT * EMAILS.length;
const JOB_SECONDS = 8;
const LATENCY_MS = 150;
const CREDITS = 1_000_000;

/** One way of doing the work, with a service of its own: all ways can have all slots at the same time. */
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
			noOperation(DONE),
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

/** Runs the whole batch once, from the first node's start to the start of the last one with the last items. */
async function runBatch({ service, host, workflowId }: Contestant, jobs: number): Promise<Sample> {
	const callsBefore = (await service.requests()).length;
	const { execution } = await host.run(workflowId);
	const calls = (await service.requests()).length - callsBefore;

	const { runData } = execution.data.resultData;
	const done = runData[DONE] ?? [];
	const finished = done.reduce((total, { data }) => total + (data?.main?.[0]?.length ?? 0), 0);
	if (finished !== jobs) throw new Error(`${finished} of ${jobs} items came out`);
	const starts = Object.values(runData).flatMap((runs) => runs.map(({ startTime }) => startTime));
	const ended = Math.max(...done.map(({ startTime }) => startTime));
	return { time: (ended - Math.min(...starts)) / 1000, calls: calls / jobs };
}

async function run(setting: Setting): Promise<Findings> {
	const jobs = setting.quick ? 40 : 100;
	const prompts = Array.from({ length: jobs }, (_, index) => `Lighthouse number ${index + 1}`);
	const contestants: Contestant[] = [];
	const enterWith = async (workflow: (service: Service) => WorkflowJson): Promise<Contestant> => {
		const contestant = await enter(setting, workflow);
		contestants.push(contestant);
		return contestant;
	};
	try {
		const ours = await enterWith(() => byPackage(prompts));
		const retrying = await enterWith((service) =>
			retryingBatch({ service, prompts, emails: EMAILS }),
		);
		const looping = await enterWith((service) =>
			loopingBatch({ service, prompts, emails: EMAILS }, SLOTS),
		);
		const samples: Record<Side, Sample[]> = { package: [], byHand: [], floor: [] };
		const loops: Sample[] = [];
		const repetitions = setting.quick ? 1 : 5;
		for (let repetition = 1; repetition <= repetitions; repetition++) {
			// They wait most of the time, and so may run side by side.
			const [mine, again, loop] = await Promise.all([
				runBatch(ours, jobs),
				runBatch(retrying, jobs),
				runBatch(looping, jobs),
			]);
			samples.package.push(mine);
			samples.byHand.push(again);
			loops.push(loop);
			setting.note(
				`${repetition}/${repetitions}: ${[mine, again, loop].map(inSeconds).join(', ')}`,
			);
		}
		return findings(jobs, samples, loops);
	} finally {
		await Promise.all(contestants.map(({ host }) => host.stop()));
		await Promise.all(contestants.map(({ service }) => service.stop()));
	}
}

const inSeconds = ({ time = NaN }: Sample): string => `${time.toFixed(1)} s`;

function findings(jobs: number, samples: Record<Side, Sample[]>, loops: Sample[]): Findings {
	const ideal = (jobs / SLOTS) * JOB_SECONDS;
	const time = measure(samples, 'time', { name: 'Time', unit: 's' });
	const ofLoops = { package: [], byHand: loops, floor: [] };
	const timeOfLoop = measure(ofLoops, 'time', { name: 'Time of (b) as a loop', unit: 's' });
	const loopSeconds = median(valuesOf(timeOfLoop, 'byHand'));
	return {
		work:
			`${jobs} images, ${EMAILS.length} accounts of ${SLOTS_OF_ACCOUNT} slots, ${JOB_SECONDS} s a job, ${LATENCY_MS} ms a ` +
			`request. Ideal, jobs / slots × job time: ${ideal} s.`,
		measures: [
			time,
			measure(samples, 'calls', { name: 'API calls a job', unit: '' }),
			timeOfLoop,
			measure(ofLoops, 'calls', { name: 'API calls a job of (b) as a loop', unit: '' }),
		],
		bars: [
			{ ...medianBar(time, 1.15 * ideal), text: `Time ≤ 1.15 × ideal (${ideal} s)` },
			ratioBar(time, 0.7, 'byHand'),
		],
		remarks: [
			'(b) is HTTP Request, Wait (its preset of 5 s) and IF: what meets a 429 waits and is sent again, what is not finished ' +
				`waits and is looked at again. As a loop over ${SLOTS} items at a time, which only works for somebody who knows ` +
				'the number of slots, whose jobs all take equally long, and where no other program uses the accounts, it takes ' +
				`${loopSeconds.toFixed(1)} s; the ideal itself is ${(ideal / loopSeconds).toFixed(2)} × that.`,
		],
	};
}

export const batch: Row = {
	id: 'batch',
	isIdle: true,
	title: 'Batch',
	sides: { package: 'This package', byHand: 'HTTP Request, Wait and IF' },
	run,
};
