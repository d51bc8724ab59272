import type { IDataObject } from 'n8n-workflow';

import { resources } from '../../../nodes/LtxStudio/actions/router';
import { EMAIL, jsonOf, pairsOf, parametersNotSent, requestsOf } from '../fixtures';
import { generationCases, type GenerationCase } from './generationCases';
import { shareLab, startLab, type Lab } from '../setup';

const TITLES = resources.flatMap(({ name, operations }) =>
	Object.values(operations)
		.filter(({ kind }) => kind === 'job')
		.map((operation) => `${name} > ${operation.name}`),
);

const ITEMS = ['one', 'two', 'three'].map((word, index) => ({
	json: { prompt: `A lighthouse, take ${word}`, order: `order.${index}` },
}));

const PAIRS = ITEMS.map((_, item) => ({ item }));

describe('generations', () => {
	let lab: Lab;
	let cases: GenerationCase[];

	shareLab(async () => {
		lab = await startLab({ accounts: [{ email: EMAIL, credits: 1_000_000 }] });
		cases = await generationCases(lab);
		return lab;
	});

	const caseOf = (title: string): GenerationCase => {
		const found = cases.find((candidate) => candidate.title === title);
		if (!found) throw new Error(`There is no case "${title}"`);
		return found;
	};

	/** The bodies that were submitted, in the order of the items. */
	const submitted = ({ path }: GenerationCase) => {
		const bodies = requestsOf(lab, 'POST', `/v1/ltxstudio/${path}`).map(
			({ body }) => body as IDataObject & { replyRef: string },
		);
		const itemOf = (reference: string) => Number(reference.split('.')[5]);
		return bodies.sort((one, other) => itemOf(one.replyRef) - itemOf(other.replyRef));
	};

	const reference = (executionId: string, own = '') =>
		expect.stringMatching(
			new RegExp(
				`^n8n2\\.[\\w-]{8}\\.${executionId}\\.[\\w-]{8}\\.0\\.\\d\\.[\\w-]{8}\\.[\\w-]{22}${own}$`,
			),
		) as string;

	const promptOf = ({ required }: GenerationCase, index: number): IDataObject =>
		'prompt' in required ? { prompt: ITEMS[index]?.json.prompt } : {};

	it.each(TITLES)('%s sends nothing but what it must when nothing else is set', async (title) => {
		const testCase = caseOf(title);
		const run = await lab.engine.runNode({ parameters: testCase.required, items: ITEMS });

		expect(run.error).toBeUndefined();
		expect(submitted(testCase)).toEqual(
			ITEMS.map((_, index) => ({
				...testCase.sentByDefault,
				...promptOf(testCase, index),
				email: EMAIL,
				replyRef: reference(run.executionId),
			})),
		);
	});

	it.each(TITLES)('%s sends every field under its API name', async (title) => {
		const testCase = caseOf(title);
		const run = await lab.engine.runNode({
			parameters: { ...testCase.required, ...testCase.others, email: EMAIL },
			items: ITEMS,
		});

		expect(run.error).toBeUndefined();
		expect(submitted(testCase)).toEqual(
			ITEMS.map((_, index) => ({
				...testCase.sentInFull,
				...promptOf(testCase, index),
				email: EMAIL,
				replyRef: reference(run.executionId, `\\.order\\.${index}`),
			})),
		);
		expect(run.items().map(({ json }) => json.replyRef)).toEqual(['order.0', 'order.1', 'order.2']);
	});

	it.each(TITLES)('%s puts out one finished, paired item for each', async (title) => {
		const testCase = caseOf(title);
		const run = await lab.engine.runNode({ parameters: testCase.required, items: ITEMS });

		const items = run.items();
		expect(pairsOf(items)).toEqual(PAIRS);
		const jobs = lab.emulator.jobs.all.slice(-ITEMS.length);
		const jobIds = submitted(testCase).map(
			({ replyRef }) => jobs.find((job) => job.replyRef === replyRef)?.id,
		);
		const mimeType = testCase.output === 'image' ? 'image/png' : 'video/mp4';
		expect(jsonOf(items)).toEqual(
			jobIds.map((jobId) => ({
				jobId,
				type: testCase.output,
				status: 'completed',
				progress: 100,
				assetUrl: expect.stringContaining(`${lab.emulator.url}/storage/`) as string,
				fileId: expect.stringMatching(`^asset:.*-type:${mimeType}$`) as string,
				mimeType,
				expiresAt: expect.stringMatching(/^2026-03-\d\dT.*Z$/) as string,
				email: EMAIL,
				replyRef: null,
				generationId: expect.stringMatching(/^gen_/) as string,
			})),
		);
	});

	it.each(TITLES)('%s puts out what the API says when Simplify is off', async (title) => {
		const { required, output } = caseOf(title);
		const run = await lab.engine.runNode({
			parameters: { ...required, simplify: false, options: { replyRef: 'mine' } },
			items: ITEMS,
		});

		const mimeType = output === 'image' ? 'image/png' : 'video/mp4';
		expect(pairsOf(run.items())).toEqual(PAIRS);
		for (const { json } of run.items()) {
			expect(json).toMatchObject({
				jobId: expect.stringMatching(`-type:${output}$`) as string,
				email: EMAIL,
				replyRef: 'mine',
				status: {
					type: 'completed',
					progress: 100,
					artifact: {
						assetUrl: expect.any(String) as string,
						expirationDateString: expect.stringMatching(/^\d+$/) as string,
						asset: { type: 'artifact', mimeType, fileId: expect.any(String) as string },
					},
				},
			});
		}
	});

	it.each(TITLES)('%s hands over the job IDs at once when it does not wait', async (title) => {
		const testCase = caseOf(title);
		const before = lab.clock.now();
		const run = await lab.engine.runNode({
			parameters: { ...testCase.required, waitMode: 'none' },
			items: ITEMS,
		});

		expect(lab.clock.now() - before).toBeLessThan(1000);
		expect(pairsOf(run.items())).toEqual(PAIRS);
		expect(jsonOf(run.items())).toEqual(
			ITEMS.map(() => ({
				jobId: expect.stringMatching(`^email:${EMAIL}-job:.*-type:${testCase.output}$`) as string,
				generationId: expect.stringMatching(/^gen_/) as string,
				type: testCase.output,
				status: 'active',
				progress: 0,
				assetUrl: null,
				fileId: null,
				mimeType: null,
				expiresAt: null,
				email: EMAIL,
				replyRef: null,
			})),
		);
		await lab.clock.advance(120_000);
	});

	it('has sent every parameter of every create endpoint', () => {
		expect(parametersNotSent(lab, /images|videos/)).toEqual([]);
	});
});
