import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeTypeDescription,
	type IWorkflowBase,
} from 'n8n-workflow';

import { Ltx } from '../../nodes/Ltx/Ltx.node';
import { LtxStudio } from '../../nodes/LtxStudio/LtxStudio.node';
import { LtxStudioTrigger } from '../../nodes/LtxStudio/LtxStudioTrigger.node';
import { Luma } from '../../nodes/Luma/Luma.node';

const FOLDER = join(__dirname, '../../examples');
const PACKAGE = 'n8n-nodes-useapi-ltxstudio.';
const STICKY_NOTE = 'n8n-nodes-base.stickyNote';

/** What n8n adds to the form of a node that is used as a tool. */
const TOOL_PROPERTIES: INodeProperties[] = [
	{
		displayName: 'Tool Description',
		name: 'descriptionType',
		type: 'options',
		default: 'auto',
		options: ['auto', 'manual'].map((value) => ({ name: value, value })),
	},
	{
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		default: '',
		displayOptions: { show: { descriptionType: ['manual'] } },
	},
];

const asTool = (description: INodeTypeDescription): INodeTypeDescription => ({
	...description,
	name: `${description.name}Tool`,
	properties: [...TOOL_PROPERTIES, ...description.properties],
});

const ownTypes = [new Ltx(), new LtxStudio(), new LtxStudioTrigger(), new Luma()].flatMap(
	({ description }) =>
		description.usableAsTool ? [description, asTool(description)] : [description],
);

const own = new Map(ownTypes.map((description) => [PACKAGE + description.name, description]));

const examples = readdirSync(FOLDER)
	.filter((file) => file.endsWith('.json'))
	.map((file) => {
		const text = readFileSync(join(FOLDER, file), 'utf8');
		return { name: file.replace(/\.json$/, ''), text, workflow: JSON.parse(text) as IWorkflowBase };
	});

const isExpression = (value: unknown) => typeof value === 'string' && value.startsWith('=');

/** What is wrong with the value of a drop-down. */
const choiceProblems = (
	{ name, type, options = [] }: INodeProperties,
	value: unknown,
): string[] => {
	if (type !== 'options' || isExpression(value)) return [];
	const known = options.some((option) => 'value' in option && option.value === value);
	return known ? [] : [`${name} cannot be ${JSON.stringify(value)}`];
};

/** What is wrong with the entries of a collection. */
function entryProblems({ name, type, options = [] }: INodeProperties, value: unknown): string[] {
	if (type !== 'collection') return [];
	return Object.entries(value as INodeParameters).flatMap(([entry, entryValue]) => {
		const field = options.find((option) => option.name === entry);
		return field && 'type' in field
			? choiceProblems(field, entryValue)
			: [`${name} has no "${entry}"`];
	});
}

/** What is wrong with the parameters of a node of this package. */
function parameterProblems(node: INode, description: INodeTypeDescription): string[] {
	const { properties } = description;
	const values =
		NodeHelpers.getNodeParameters(properties, node.parameters, true, false, node, description) ??
		{};
	const misplaced = Object.entries(node.parameters).flatMap(([name, value]) => {
		const shown = properties.find(
			(property) =>
				property.name === name && NodeHelpers.displayParameter(values, property, node, description),
		);
		if (!shown) return [`"${name}" is not in the form as it is filled in`];
		return [...choiceProblems(shown, value), ...entryProblems(shown, value)];
	});
	const issues = NodeHelpers.getNodeParametersIssues(
		properties,
		{ ...node, parameters: values },
		description,
	);
	return [...misplaced, ...Object.values(issues?.parameters ?? {}).flat()];
}

const namesIn = (pattern: RegExp, text: string) =>
	[...text.matchAll(pattern)].map(([, name]) => name);

it('are all in the table of the README, and the table names no others', () => {
	const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
	const listed = namesIn(/\]\(([\w-]+)\.json\)/g, readme);
	expect([...listed].sort()).toEqual(examples.map(({ name }) => name).sort());
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
			const problems = ownNodes.flatMap((node) => {
				const description = own.get(node.type);
				return description
					? parameterProblems(node, description).map((problem) => `${node.name}: ${problem}`)
					: [`${node.name}: there is no node type ${node.type}`];
			});
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
