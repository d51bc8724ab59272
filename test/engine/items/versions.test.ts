import type { INodeParameters } from 'n8n-workflow';

import { ltxStudio, operationsOf, outputOf } from '../../../build/catalogue';
import { resources } from '../../../nodes/LtxStudio/actions/router';
import { addPicture, byId, EMAIL, forgetRequests, PHOTO, requestsOf } from '../fixtures';
import { generationCases, type GenerationCase } from '../operations/generationCases';
import { shareLab, startLab, type Lab } from '../setup';

/** What stands among the options since version 1.1. */
const MOVED = ['audioSFX', 'binaryPropertyName', 'email', 'intensity', 'simplify'];

/** The parameters of a node of version 1 as one of version 1.1 has them. */
function moved({ options, ...parameters }: INodeParameters): INodeParameters {
	const isMoved = ([name]: [string, unknown]) => MOVED.includes(name);
	const entries = Object.entries(parameters);
	return {
		...Object.fromEntries(entries.filter((entry) => !isMoved(entry))),
		options: { ...(options as INodeParameters), ...Object.fromEntries(entries.filter(isMoved)) },
	};
}

jest.setTimeout(30_000);

const GENERATIONS = resources.flatMap(({ name, operations }) =>
	Object.values(operations)
		.filter(({ kind }) => kind === 'job')
		.map((operation) => `${name} > ${operation.name}`),
);

describe('version 1.1', () => {
	let lab: Lab;
	let cases: GenerationCase[];

	shareLab(async () => {
		lab = await startLab({
			accounts: [{ email: EMAIL, credits: 1_000_000, maxJobs: 5 }],
			engine: {
				credentials: {
					ltxStudioSessionApi: {
						cookie: `lt_id=${EMAIL}; lt_token=a; lt_refresh_token=b`,
					},
				},
			},
		});
		const { token, url } = lab.emulator;
		lab.engine.setCredential('useapiApi', { token, baseUrl: url });
		cases = await generationCases(lab);
		return lab;
	});

	const run = async (parameters: INodeParameters) => {
		const result = await lab.engine.runNode({
			parameters,
			typeVersion: 1.1,
			items: [{ json: { prompt: 'a lighthouse' }, binary: { data: PHOTO } }],
		});
		expect(result.error).toBeUndefined();
		return result.items();
	};

	const posted = (path: string) => requestsOf(lab, 'POST', `/v1/ltxstudio/${path}`)[0]?.body;

	it.each(GENERATIONS)('%s: sends what is set, and puts the file on the item', async (title) => {
		const found = cases.find((candidate) => candidate.title === title);
		if (!found) throw new Error(`There is no case "${title}"`);
		const { required, others, sentInFull, path } = found;
		const parameters = moved({ ...required, ...others, email: EMAIL, binaryPropertyName: 'file' });
		const [item] = await run(parameters);
		expect(posted(path)).toMatchObject({ ...sentInFull, email: EMAIL });
		expect(item?.json.status).toBe('completed');
		expect(Object.keys(item?.binary ?? {})).toEqual(['file']);
	});

	it.each(ltxStudio.description.version as number[])(
		'puts out what its output schema says, in version %d',
		async (typeVersion) => {
			const run = await lab.engine.runNode({
				parameters: { resource: 'image', operation: 'create', prompt: 'a fox' },
				typeVersion,
			});
			const create = operationsOf(ltxStudio).find(({ path }) => path === 'image/create');
			const [item] = run.items();
			expect(create && Object.keys(outputOf(create.facts, typeVersion)).sort()).toEqual(
				// Only somebody who has given a reference gets one.
				[...new Set([...Object.keys(item?.json ?? {}), 'replyRef'])].sort(),
			);
		},
	);

	it('downloads nothing where that is turned off, and gives the raw answer as an option', async () => {
		const create = { resource: 'image', operation: 'create', prompt: 'a fox' };
		const [item] = await run({ ...create, download: false, options: { simplify: false } });
		expect(item?.binary).toBeUndefined();
		expect(item?.json).toHaveProperty('status.artifact');
	});

	it('keeps the maximum of jobs of an account that is renewed, unless it is set', async () => {
		const renew = { resource: 'account', operation: 'create' };
		const [kept] = await run(renew);
		expect(posted('accounts')).not.toHaveProperty('maxJobs');
		expect(kept?.json).toMatchObject({ email: EMAIL, maxJobs: 5 });
		forgetRequests(lab);
		const [set] = await run({ ...renew, options: { maxJobs: 20 } });
		expect(set?.json).toMatchObject({ email: EMAIL, maxJobs: 20 });
	});

	it('lists assets by the page, of the size that the API has, and with what it says of the page', async () => {
		for (let index = 0; index < 30; index++) addPicture(lab);
		const list = { resource: 'asset', operation: 'getAll', email: byId(EMAIL), filter: 'images' };
		const first = await run(list);
		expect(first).toHaveLength(20);
		const second = await run({ ...list, page: 2, simplify: false });
		const ids = new Set(first.map(({ json }) => json.id));
		expect(second.filter(({ json }) => ids.has(json.id))).toEqual([]);
		expect(second[0]?.json.meta).toMatchObject({ currentPage: 2, itemsPerPage: 20 });
		expect(requestsOf(lab, 'GET', '/v1/ltxstudio/assets/').map(({ query }) => query)).toEqual([
			expect.objectContaining({ page: '1', limit: '20' }),
			expect.objectContaining({ page: '2', limit: '20' }),
		]);
	});
});
