import type { INodeProperties } from 'n8n-workflow';

/**
 * Makes the expression for the line below the node's name: the action of the chosen operation.
 *
 * @param operations the Operation drop-down of each resource
 */
export function actionAsSubtitle(operations: Readonly<Record<string, INodeProperties>>): string {
	const actions = Object.entries(operations).flatMap(([resource, { options = [] }]) =>
		options.flatMap((option) =>
			'value' in option ? [[`${resource}:${String(option.value)}`, option.action]] : [],
		),
	);
	const byOperation = JSON.stringify(Object.fromEntries(actions));
	return `={{ (${byOperation})[$parameter["resource"] + ":" + $parameter["operation"]] }}`;
}
