import {
	NodeOperationError,
	type IExecuteFunctions,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { byText } from '../words';
import { showIf } from './display';
import type { OperationFacts } from './itemOperation';

/** What operations have in common: what they are about. */
export interface Resource<Operation extends OperationFacts = OperationFacts> {
	name: string;
	value: string;
	description: string;
	/** By their values; the first is chosen at first. */
	operations: Readonly<Record<string, Operation>>;
}

/**
 * The operation that is chosen in the form.
 * @throws NodeOperationError where there is none of that name, as in a workflow that somebody has written by hand
 */
export function chosenOperation<Operation extends OperationFacts>(
	context: IExecuteFunctions,
	resources: ReadonlyArray<Resource<Operation>>,
): Operation {
	const resource = context.getNodeParameter('resource', 0);
	const name = context.getNodeParameter('operation', 0);
	const operation = resources.find(({ value }) => value === resource)?.operations[name];
	if (operation) return operation;
	throw new NodeOperationError(
		context.getNode(),
		`There is no operation "${name}" of "${resource}"`,
	);
}

/** The drop-downs of resources and operations, and the fields of each operation, shown for it only. */
export function resourceProperties(
	resources: readonly Resource[],
	preset: string,
): INodeProperties[] {
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			default: preset,
			options: resources
				.map(({ name, value, description }) => ({ name, value, description }))
				.sort(byText(({ name }) => name)),
		},
		...resources.map(operationField),
		...resources.flatMap(({ value: resource, operations }) =>
			Object.entries(operations).flatMap(([operation, { description }]) =>
				description.map((field) => showIf({ resource: [resource], operation: [operation] }, field)),
			),
		),
	];
}

const OPERATION: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: '',
};

const operationField = ({ value: resource, operations }: Resource): INodeProperties => ({
	...OPERATION,
	displayOptions: { show: { resource: [resource] } },
	default: Object.keys(operations)[0] ?? '',
	options: Object.entries(operations)
		.map(([value, { name, summary, action }]): INodePropertyOptions => ({
			name,
			value,
			description: summary,
			action,
		}))
		.sort(byText(({ name }) => name)),
});

/**
 * Makes the expression for the line below the node's name: the model and the length of what it makes in seconds, where the operation
 * has a model, and else the action of the operation.
 */
export function subtitleOf(resources: readonly Resource[]): string {
	const actions = resources.flatMap(({ value, operations }) =>
		Object.entries(operations).map(([operation, { action }]) => [`${value}:${operation}`, action]),
	);
	const models = resources
		.flatMap(({ operations }) => Object.values(operations))
		.flatMap(({ description }) => description)
		.filter(({ name }) => name === 'model')
		.flatMap(({ options = [] }) => options)
		.flatMap((option) => ('value' in option ? [[option.value, option.name]] : []));
	const actionOf = JSON.stringify(Object.fromEntries(actions));
	const modelOf = JSON.stringify(Object.fromEntries(models));
	const made = `[(${modelOf})[$parameter["model"]], $parameter["duration"] > 0 && $parameter["duration"] + " s"]`;
	const action = `(${actionOf})[$parameter["resource"] + ":" + $parameter["operation"]]`;
	return `={{ (${modelOf})[$parameter["model"]] ? ${made}.filter(Boolean).join(" · ") : ${action} }}`;
}
