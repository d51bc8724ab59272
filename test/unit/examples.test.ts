import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import type { INode, IWorkflowBase } from 'n8n-workflow';

import { PACKAGE, parameterProblems } from './forms';

const STICKY_NOTE = 'n8n-nodes-base.stickyNote';
const FOLDER = join(__dirname, '../../examples');
const examples = readdirSync(FOLDER)
	.filter((file) => file.endsWith('.json'))
	.map((file) => {
		const text = readFileSync(join(FOLDER, file), 'utf8');
		return { name: file.replace(/\.json$/, ''), text, workflow: JSON.parse(text) as IWorkflowBase };
	});

const namesIn = (pattern: RegExp, text: string) =>
	[...text.matchAll(pattern)].map(([, name]) => name);

it('are all in the table of the README, and the table names no others', () => {
	const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
	const listed = namesIn(/\]\(([\w-]+)\.json\)/g, readme);
	expect([...listed].sort()).toEqual(examples.map(({ name }) => name).sort());
});

it("have each of n8n's own nodes in one version, which the oldest n8n has, too", () => {
	const versions = new Set(
		examples
			.flatMap(({ workflow: { nodes } }) => nodes)
			.filter(({ type }) => !type.startsWith(PACKAGE))
			.map(({ type, typeVersion }) => `${type} ${typeVersion}`),
	);
	const types = [...versions].map((each) => each.split(' ', 1)[0]);
	expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
	expect([...versions]).toContain('n8n-nodes-base.httpRequest 4.2');
});

it.each([
	[
		'a reference at the end of a sentence',
		'Its reply reference is n8n2.a.b.c.d.e.',
		[],
		['n8n2.a.b.c.d.e'],
	],
	[
		'what references are like',
		'with a reply reference like n8n2.a.7.b.0.*.',
		[],
		['n8n2.a.7.b.0.*'],
	],
	[
		'no reference in a host name',
		'connect ECONNREFUSED n8n.automation.svc.cluster.local:5678',
		[],
		[],
	],
	[
		'jobs, but no job that may be somebody else\u2019s',
		'Still running: email:a@b.c-job:1-type:image. Running jobs without a reference: email:a@b.c-job:2-type:image.',
		['email:a@b.c-job:1-type:image'],
		[],
	],
])('the error workflow reads %s', (_, description, jobIds, references) => {
	const code = examples
		.find(({ name }) => name === 'error-workflow')
		?.workflow.nodes.find(({ name }) => name === 'Job IDs')?.parameters.jsCode as string;
	const $input = { all: () => [{ json: { execution: { error: { description } } } }] };
	const read = runInNewContext(`JSON.stringify((() => { ${code} })())`, {
		$input,
	}) as string;
	expect(JSON.parse(read)).toMatchObject([{ json: { jobIds, references } }]);
});

describe.each(examples)(
	'the example $name',
	({ text, workflow: { nodes, connections, pinData } }) => {
		const byName = new Map(nodes.map((node) => [node.name, node]));
		const ownNodes = nodes.filter(({ type }) => type.startsWith(PACKAGE));
		const links = Object.entries(connections).flatMap(([from, outputs]) =>
			Object.values(outputs)
				.flat()
				.flatMap((targets) => targets ?? [])
				.map(({ node }) => ({ from, to: node })),
		);

		it('fills in the forms of our nodes as the editor would let it', () => {
			const problems = ownNodes.flatMap((node) =>
				parameterProblems(node).map((problem) => `${node.name}: ${problem}`),
			);
			expect(problems).toEqual([]);
		});

		it('uses this package', () => {
			const hasOwnCredential = ({ credentials }: INode) =>
				credentials?.useapiApi !== undefined || credentials?.ltxApi !== undefined;
			expect(nodes.some(hasOwnCredential)).toBe(true);
			expect(ownNodes.every(hasOwnCredential)).toBe(true);
		});

		it('holds no credential, no pinned data and no secret', () => {
			const ids = nodes.flatMap(({ credentials = {} }) =>
				Object.values(credentials).map(({ id }) => id),
			);
			expect(ids.every((id) => id === null)).toBe(true);
			expect(pinData).toEqual({});
			expect(text).not.toMatch(/user:\d+-|lt_token=|lt_refresh_token=|Bearer /);
		});

		it('has a sticky note above its nodes that explains it', () => {
			const note = nodes.find(({ type }) => type === STICKY_NOTE);
			const { content, height } = (note?.parameters ?? {}) as { content: string; height: number };
			expect(content).toMatch(/^## \S/);
			expect(content.length).toBeGreaterThan(300);
			const bottom = (note?.position[1] ?? 0) + height;
			const top = Math.min(
				...nodes.filter(({ type }) => type !== STICKY_NOTE).map(({ position }) => position[1]),
			);
			expect(bottom).toBeLessThan(top);
		});

		it('explains nodes and reads nodes that are there', () => {
			const { content } = nodes.find(({ type }) => type === STICKY_NOTE)?.parameters as {
				content: string;
			};
			const read = namesIn(/\$\('([^']+)'\)/g, text);
			const explained = namesIn(/\*\*([A-Z][^*.]*)\*\*/g, content);
			const missing = [...read, ...explained].filter((name = '') => !byName.has(name));
			expect(missing).toEqual([]);
		});

		it('connects every node, once under each name and id', () => {
			expect(byName.size).toBe(nodes.length);
			expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
			const connected = new Set(links.flatMap(({ from, to }) => [from, to]));
			const loose = nodes.filter(({ name, type }) => type !== STICKY_NOTE && !connected.has(name));
			expect(loose.map(({ name }) => name)).toEqual([]);
			expect([...connected].filter((name) => !byName.has(name))).toEqual([]);
		});
	},
);
