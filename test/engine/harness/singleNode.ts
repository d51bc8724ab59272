import { UnexpectedError } from 'n8n-workflow';

import type { NodeTypeRegistry } from './nodeTypes';
import type { NodeRequest, RunRequest } from './requests';
import type { Link, NodeSpec } from './workflowSpec';

/** The nodes that are put around the node under test. */
const INPUT = 'Items';
const SUCCESS = 'Success';
const ERRORS = 'Errors';

/** The workflow that runs a single node: its items before it, and a node behind each output. */
export function aroundNode(
	{
		type,
		parameters,
		items,
		workflowId,
		settings,
		mode,
		executionId,
		cancelSignal,
		...node
	}: NodeRequest,
	nodeTypes: NodeTypeRegistry,
): RunRequest {
	const nodeType = type ?? nodeTypes.only();
	if (nodeType === undefined) throw new UnexpectedError('Say which node type is to run');
	const { displayName: name } = nodeTypes.getByNameAndVersion(nodeType).description;
	const nodes: NodeSpec[] = [
		{ name: INPUT, type: 'items' },
		{ name, type: nodeType, ...(parameters && { parameters }), ...node },
		{ name: SUCCESS, type: 'noOp' },
	];
	const connections: Link[] = [
		[INPUT, name],
		[name, SUCCESS],
	];
	if (node.onError === 'continueErrorOutput') {
		nodes.push({ name: ERRORS, type: 'errorSink' });
		connections.push([name, ERRORS, 1]);
	}
	return {
		workflow: {
			...(workflowId !== undefined && { id: workflowId }),
			nodes,
			connections,
			...(settings && { settings }),
		},
		subject: name,
		...(items && { startItems: items }),
		...(mode && { mode }),
		...(executionId !== undefined && { executionId }),
		...(cancelSignal && { cancelSignal }),
	};
}
