import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { nodeTypes, PACKAGE, parameterProblems } from './forms';

/**
 * What 0.1.0 (commit 138862a) has put into workflows: the nodes of its examples, and all its forms. What nodes of version 1
 * send is said by `operations.generations.test.ts`.
 */
interface FirstRelease {
	nodes: Array<{ example: string; type: string; typeVersion: number; parameters: INodeParameters }>;
	/** By node type: what fields there are, in their variants; and the names of those that are shown for each choice. */
	forms: Record<string, { fields: Record<string, Field[]>; shown: Record<string, string> }>;
}

/** The default of a field, and what can be chosen in it. */
type Field = [initial: unknown, choices?: unknown[]];

const { forms, nodes } = JSON.parse(
	readFileSync(join(__dirname, 'firstRelease.json'), 'utf8'),
) as FirstRelease;

const nodeOf = (type: string, parameters: INodeParameters, typeVersion = 1): INode => ({
	id: 'node',
	name: 'Node',
	type,
	typeVersion,
	position: [0, 0],
	parameters,
});

const versionsOf = (type: string) => [nodeTypes.get(type)?.version].flat();

it.each(nodes.map(({ example, ...node }, index) => [`${example}, node ${index}`, node] as const))(
	'%s: is in the form as it was left',
	(_name, { type, typeVersion, parameters }) => {
		expect(versionsOf(type)).toContain(typeVersion);
		expect(parameterProblems(nodeOf(PACKAGE + type, parameters, typeVersion))).toEqual([]);
	},
);

const choicesOf = ({ options = [] }: INodeProperties): unknown[] =>
	options.flatMap((option) => ('value' in option ? [option.value] : []));

/** The fields that a form shows, those of its collections too. */
function fieldsOf(description: INodeTypeDescription, chosen: INodeParameters): Map<string, Field> {
	const { name, properties } = description;
	const node = nodeOf(name, chosen);
	const values = NodeHelpers.getNodeParameters(properties, chosen, true, false, node, description);
	const isShown = (field: INodeProperties) =>
		NodeHelpers.displayParameter(values ?? {}, field, node, description);
	const entries = properties.filter(isShown).flatMap((field) => {
		if (field.type !== 'collection') return [[field.name, field] as const];
		const inside = (field.options ?? []).filter((option) => 'type' in option).filter(isShown);
		return inside.map((option) => [`${field.name}.${option.name}`, option] as const);
	});
	return new Map(entries.map(([key, field]) => [key, [field.default, choicesOf(field)]]));
}

const FORMS = Object.entries(forms).flatMap(([type, { fields, shown }]) =>
	Object.entries(shown).map(([chosen, names]) => [type, chosen, names, fields] as const),
);

it.each(FORMS)(
	'%s, %s: shows what it did, with the same defaults',
	(type, chosen, names, fields) => {
		const description = nodeTypes.get(type);
		if (!description) throw new Error(`There is no ${type}`);
		const values = new Map(chosen.split(' ').map((pair) => pair.split('=') as [string, string]));
		const today = fieldsOf(description, Object.fromEntries(values));
		for (const [name, value] of values) expect(today.get(name)?.[1]).toContain(value);
		for (const [name = '', variant = '0'] of names.split(' ').map((one) => one.split('#'))) {
			const [initial, choices = []] = fields[name]?.[Number(variant)] ?? [];
			const [initialToday, choicesToday] = today.get(name) ?? [];
			expect([name, initialToday]).toEqual([name, initial]);
			expect(choicesToday).toEqual(expect.arrayContaining(choices));
		}
	},
);
