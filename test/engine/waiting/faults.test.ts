import type { IDataObject } from 'n8n-workflow';

import type { RequestFault } from '../../emulator/faults';
import type { JobFailure } from '../../emulator/options';
import { startCallbackLab, type CallbackLab } from '../callbackLab';
import { byId, jsonOf } from '../fixtures';
import type { EngineRun } from '../harness/run';

jest.setTimeout(60_000);

const SECOND = 1000;
const JOB = /assets\/email/;
const EVERYTHING = /./;
const STILL_RUNNING = 'The job was still running after 2 minutes';
const UNSEEN = 'After 2 minutes it could not be seen whether the job has finished';
const NO_TOKEN = 'The API token was not accepted';
const options = { timeout: 2 };

interface Fault {
	/** What the job ends in. */
	end?: JobFailure;
	/** How reading is answered. */
	answer?: RequestFault;
	/** What is answered so; otherwise the job itself. */
	path?: RegExp;
	/** How often; otherwise for ever. */
	times?: number;
	/** How long the job runs; otherwise 20 seconds. */
	duration?: number;
	/** Whether it is taken away while it runs. */
	isCancelled?: boolean;
	/** What the item says; undefined where it ends well. */
	error: string | undefined;
}

const status = (code: number, error: string): RequestFault => ({
	kind: 'status',
	status: code,
	body: { error },
});

const FAULTS: Record<string, Fault> = {
	'no fault': { error: undefined },
	'a failed job': { end: { message: 'busy' }, error: 'The generation failed: busy' },
	'an expired job': { isCancelled: true, error: 'The job is no longer known to the API' },
	'401': { answer: status(401, 'no'), error: NO_TOKEN },
	'401 to everything': { answer: status(401, 'no'), path: EVERYTHING, error: NO_TOKEN },
	'596': { answer: status(596, 'dead'), error: "The account's session is dead: dead" },
	'a page, a few times': { answer: { kind: 'html200' }, times: 4, error: undefined },
	'a page, for ever': { answer: { kind: 'html200' }, error: UNSEEN },
	'a page with 404': { answer: { kind: 'status', status: 404, html: true }, error: UNSEEN },
	'another shape': {
		answer: { kind: 'status', status: 200, body: { ok: true } },
		error: UNSEEN,
	},
	'an unknown status': {
		end: { status: 'paused', message: 'later' },
		error: 'The status of the job is not known: "paused"',
	},
	'the end of the time': { duration: Infinity, error: STILL_RUNNING },
};

/** What only who has submitted a job knows of it. */
const OWN_FACTS = { generationId: undefined, replyReference: undefined };

/** What came of an item. What no two jobs have in common, and what only one way of waiting can know, is left out. */
interface Outcome {
	error: { message: string; description: string } | undefined;
	success: IDataObject[];
	errors: IDataObject[];
}

/** A fault reads the same, word for word, however the job is waited for. */
describe('a job that is waited for, with', () => {
	let lab: CallbackLab;

	beforeAll(async () => {
		lab = await startCallbackLab();
	});

	afterAll(async () => {
		await lab.close();
		expect(lab.violations).toEqual([]);
	});

	/** Lets the next job meet a fault, once it is submitted. */
	const prepare = ({ end, answer, path = JOB, times, duration, isCancelled }: Fault) => {
		const { behaviour, faults, jobs } = lab.emulator;
		faults.clear();
		behaviour.jobDuration = duration ?? 20 * SECOND;
		behaviour.failure = () => end;
		const known = jobs.all.length;
		lab.clock.at(lab.clock.now() + 10 * SECOND, () => {
			const match = { method: 'GET', path, ...(times === undefined ? {} : { times }) };
			if (answer) faults.add({ ...answer, match });
			if (isCancelled) for (const { id } of jobs.all.slice(known)) jobs.cancel(id);
		});
	};

	const WAYS = {
		poll: async (rest: object) => await lab.generate(1, { options }, rest),
		waitForJob: async (rest: object) => {
			await lab.generate(1, { waitMode: 'none' });
			const jobId = byId(lab.emulator.jobs.all.at(-1)?.id ?? '?');
			return await lab.engine.runNode({
				type: 'ltxStudio',
				parameters: { resource: 'scheduler', operation: 'waitForJob', jobId, options },
				items: [{ json: { number: 0 } }],
				...rest,
			});
		},
		sleep: async (rest: object) => {
			const run = await lab.generate(1, { waitMode: 'webhook', options }, rest);
			expect(run.status).toBe('waiting');
			return await lab.engine.whenOver(run);
		},
	};

	const outcomeOf = (run: EngineRun): Outcome => {
		const jsonOfNode = (name: string) =>
			run.tasks(name).length > 0
				? jsonOf(run.items(name)).map((json) => ({ ...json, ...OWN_FACTS }))
				: [];
		const { error } = run;
		const outcome = {
			error: error && { message: error.message, description: error.description },
			success: jsonOfNode('Success'),
			errors: jsonOfNode('Errors'),
		};
		const text = JSON.stringify(outcome)
			.replaceAll(lab.emulator.jobs.all.at(-1)?.id ?? '?', 'JOB')
			.replaceAll(/"(assetUrl|fileId|expiresAt)":"[^"]+"/g, '"$1":"…"');
		return JSON.parse(text) as Outcome;
	};

	const wait = async (way: keyof typeof WAYS, fault: Fault, onError: string) => {
		prepare(fault);
		return outcomeOf(await WAYS[way]({ onError }));
	};

	it.each(Object.entries(FAULTS))('%s', async (_name, fault) => {
		const isLate = fault.error === STILL_RUNNING || fault.error === UNSEEN;
		const more = isLate ? [] : ['continueErrorOutput'];
		for (const onError of ['continueRegularOutput', 'stopWorkflow', ...more]) {
			const polled = await wait('poll', fault, onError);
			expect(await wait('waitForJob', fault, onError)).toEqual(polled);
			const woken = await wait('sleep', fault, onError);
			const [said] = [...polled.success, ...polled.errors];
			const message = polled.error?.message ?? said?.error;
			const description = polled.error?.description ?? said?.message;
			expect(message).toBe(fault.error);
			if (fault.error === undefined || (onError !== 'stopWorkflow' && !isLate)) {
				expect(woken).toEqual(polled);
				continue;
			}
			// n8n cannot stop a workflow that goes on after a wait, and its own timer hands items on: both are told as data.
			expect(woken).toMatchObject({
				success: [{ jobId: 'JOB', problem: message, nextStep: description }],
				errors: [],
			});
			expect(woken.error).toBeUndefined();
			expect(woken.success[0]?.timedOut).toBe(isLate ? true : undefined);
		}
	});

	it('a reply reference that was sent as it is', async () => {
		const asItIs = { ...options, replyRef: 'order-4711', replyRefAsIs: true };
		const known: unknown[] = [];
		for (const waitMode of ['poll', 'webhook']) {
			prepare({ end: { message: 'busy' }, error: undefined });
			const parameters = { waitMode, options: asItIs };
			const run = await lab.generate(1, parameters, { onError: 'continueRegularOutput' });
			const end = run.status === 'waiting' ? await lab.engine.whenOver(run) : run;
			known.push(end.items('Success')[0]?.json.replyReference);
		}
		expect(known).toEqual(['order-4711', 'order-4711']);
	});
});
