import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { Ltx } from '../../nodes/Ltx/Ltx.node';
import { LtxStudio } from '../../nodes/LtxStudio/LtxStudio.node';
import { LtxStudioTrigger } from '../../nodes/LtxStudio/LtxStudioTrigger.node';
import { Luma } from '../../nodes/Luma/Luma.node';

/** What n8n puts before the names of this package's node types. */
export const PACKAGE = 'n8n-nodes-useapi-ltxstudio.';

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

/** The node types of this package, by name, those that n8n makes of them for agents too. */
export const nodeTypes = new Map(ownTypes.map((description) => [description.name, description]));

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
export function parameterProblems(node: INode): string[] {
	const description = nodeTypes.get(node.type.replace(PACKAGE, ''));
	if (!description) return [`there is no node type ${node.type}`];
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
