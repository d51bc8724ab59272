import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { byId, EMAIL, pairsOf, PHOTO, requestsOf, UNKNOWN_JOB } from '../fixtures';
import { shareLab, startLab, type Lab } from '../setup';

/** Items of which the second and the last are not valid. */
const PROMPTS = ['a fox', '', 'a heron', 'x'.repeat(2001)];
const CREATE: INodeParameters = {
	resource: 'image',
	operation: 'create',
	prompt: '={{ $json.prompt }}',
	options: { concurrency: 1 },
};

const EMPTY_PROMPT =
	'Item 2 of 4: "Prompt" is empty: {{ $json.prompt }} found nothing. The incoming item has prompt (empty). It must be text, such as "A quiet mountain lake at sunset, mist over the water".';

const isError = ({ json }: INodeExecutionData) => 'error' in json;

describe('bad items among good ones', () => {
	let lab: Lab;
	shareLab(async () => (lab = await startLab()));

	const itemsWith = (values: unknown[], name = 'prompt') =>
		values.map((value) => ({ json: { [name]: value } as IDataObject, binary: { data: PHOTO } }));

	describe.each(['poll', 'none'])('generations, wait mode %s', (waitMode) => {
		const parameters = { ...CREATE, waitMode };

		it('end the run before anything is sent by default', async () => {
			const run = await lab.engine.runNode({ parameters, items: itemsWith(PROMPTS) });
			expect(run.error).toMatchObject({ message: '"Prompt" is missing' });
			expect(run.error?.description).toBe(`${EMPTY_PROMPT} Nothing was sent.`);
			expect(lab.emulator.requests).toEqual([]);
		});

		it('become error items in their places, and the others go on', async () => {
			const run = await lab.engine.runNode({
				parameters,
				items: itemsWith(PROMPTS),
				onError: 'continueRegularOutput',
			});
			const items = run.items();
			expect(items.map(isError)).toEqual([false, true, false, true]);
			expect(pairsOf(items)).toEqual(PROMPTS.map((_, item) => ({ item })));
			expect(items[1]?.json).toEqual({
				error: '"Prompt" is missing',
				message: `${EMPTY_PROMPT} Nothing was sent for it.`,
			});
			expect(items[3]?.json.error).toBe('"Prompt" is too long');
			expect(requestsOf(lab, 'POST').map(({ body }) => (body as IDataObject).prompt)).toEqual([
				'a fox',
				'a heron',
			]);
		});

		it('go to the error output', async () => {
			const run = await lab.engine.runNode({
				parameters,
				items: itemsWith(PROMPTS),
				onError: 'continueErrorOutput',
			});
			expect(run.items().map(isError)).toEqual([false, false]);
			expect(pairsOf(run.items())).toEqual([{ item: 0 }, { item: 2 }]);
			expect(run.errorItems().map(isError)).toEqual([true, true]);
			expect(pairsOf(run.errorItems())).toEqual([{ item: 1 }, { item: 3 }]);
		});

		it('send nothing when all are bad', async () => {
			const run = await lab.engine.runNode({
				parameters,
				items: itemsWith(['', '', '']),
				onError: 'continueErrorOutput',
			});
			expect(run.items()).toEqual([]);
			expect(pairsOf(run.errorItems())).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
			expect(requestsOf(lab, 'POST')).toEqual([]);
		});
	});

	const others: Array<[string, INodeParameters, string, unknown[]]> = [
		[
			'asset: upload',
			{ resource: 'asset', operation: 'upload' },
			'binaryPropertyName',
			['data', 'photo', 'data'],
		],
		['account: get', { resource: 'account', operation: 'get' }, 'email', [EMAIL, 'nobody', EMAIL]],
		['scheduler: getJob', { resource: 'scheduler', operation: 'getJob' }, 'jobId', []],
		['scheduler: waitForJob', { resource: 'scheduler', operation: 'waitForJob' }, 'jobId', []],
	];

	it.each(others)('%s: become error items in their places', async (_, form, name, given) => {
		const made = await lab.engine.runNode({ parameters: { ...CREATE, prompt: 'a fox' } });
		const jobId = made.items()[0]?.json.jobId;
		const values = given.length > 0 ? given : [jobId, 'job-4711', jobId];
		const value = '={{ $json.value }}';
		const run = await lab.engine.runNode({
			parameters: { ...form, [name]: name === 'binaryPropertyName' ? value : byId(value) },
			items: itemsWith(values, 'value'),
			onError: 'continueRegularOutput',
		});
		expect(run.items().map(isError)).toEqual([false, true, false]);
		expect(pairsOf(run.items())).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(run.items()[1]?.json.message).toMatch(/^Item 2 of 3: "/);
	});

	it('name the job that an item had, when the API no longer knows it', async () => {
		const made = await lab.engine.runNode({ parameters: { ...CREATE, prompt: 'a fox' } });
		const jobId = made.items()[0]?.json.jobId;
		const run = await lab.engine.runNode({
			parameters: { resource: 'scheduler', operation: 'waitForJob' },
			items: [jobId, UNKNOWN_JOB].map((value) => ({ json: { jobId: value as string } })),
			onError: 'continueErrorOutput',
		});
		expect(run.items().map(({ json }) => json.jobId)).toEqual([jobId]);
		const [unknown] = run.errorItems();
		expect(unknown?.pairedItem).toEqual({ item: 1 });
		expect(unknown?.json.message).toContain(UNKNOWN_JOB);
	});

	const FAILING = ['a fox', 'a heron [fail: too many legs]', 'an owl'];

	it('name what failed at LTX Studio, beside what the item had, at the error output', async () => {
		const run = await lab.engine.runNode({
			parameters: CREATE,
			items: itemsWith(FAILING),
			onError: 'continueErrorOutput',
		});
		const failed = lab.emulator.jobs.all.find(({ state }) => state === 'failed');
		expect(pairsOf(run.items())).toEqual([{ item: 0 }, { item: 2 }]);
		expect(run.errorItems()).toMatchObject([
			{
				pairedItem: { item: 1 },
				json: {
					prompt: FAILING[1],
					error: 'The generation failed: too many legs',
					message: expect.stringContaining(`Job ${failed?.id}.`) as string,
				},
			},
		]);
	});

	it('have the ID of the job as a field of its own at the regular output', async () => {
		const run = await lab.engine.runNode({
			parameters: CREATE,
			items: itemsWith(FAILING),
			onError: 'continueRegularOutput',
		});
		const failed = lab.emulator.jobs.all.filter(({ state }) => state === 'failed').at(-1);
		expect(run.items().map(isError)).toEqual([false, true, false]);
		expect(run.items()[1]?.json).toMatchObject({
			error: 'The generation failed: too many legs',
			jobId: failed?.id,
			replyReference: failed?.replyRef,
		});
	});
});
