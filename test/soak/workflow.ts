import type { INodeParameters } from 'n8n-workflow';

import type { RunRequest } from '../engine/harness';
import type { Link, NodeSpec } from '../engine/harness/workflowSpec';
import { batchKinds } from './batches';
import { RETRY_PAUSE_MS } from './lab';
import { batchSizeOf, type Plan } from './plan';

/** What the node is called. */
export const NODE = 'LTX Studio';
const AGENT = 'Agent';

const SOURCE = 'Rows';

/** What the node's form takes from an item, or, in a tool, from the model. */
const fields = {
	input: (name: string) => `={{ $json.${name} }}`,
	source: (name: string) => `={{ $('${SOURCE}').item.json.${name} }}`,
	tool: (name: string) => `={{ $fromAI('${name}', '', 'string') }}`,
};

/** The form of the node. */
function parametersOf(plan: Plan, more: INodeParameters): INodeParameters {
	const { batch, waitMode, download, simplify, onUncertain, options, way, readsFrom } = plan;
	const field = fields[way === 'tool' ? 'tool' : readsFrom];
	return {
		...batchKinds[batch].parameters(field),
		email: { __rl: true, mode: 'id', value: field('account') },
		waitMode,
		...(waitMode !== 'none' && { download }),
		simplify,
		options: { ...options, onUncertain, replyRef: field('order'), ...more },
	};
}

/**
 * The workflow that a plan is played in.
 *
 * @param options beside those of the plan
 */
export function workflowOf(plan: Plan, options: INodeParameters = {}): RunRequest {
	const { way, mode, onError, retryOnFail, sleepsBehind } = plan;
	const node: NodeSpec = {
		name: NODE,
		type: way === 'tool' ? 'ltxStudioTool' : 'ltxStudio',
		parameters: parametersOf(plan, options),
		onError,
		retryOnFail,
		waitBetweenTries: RETRY_PAUSE_MS,
	};
	const start: NodeSpec = { name: 'Start', type: 'items' };
	const source: NodeSpec = { name: SOURCE, type: 'rows' };
	const end: NodeSpec = { name: 'End', type: 'noOp' };
	const request = (nodes: NodeSpec[], links: Link[], subject = NODE): RunRequest => ({
		workflow: {
			nodes: [start, source, ...nodes],
			connections: [[start.name, source.name], ...links],
		},
		subject,
		mode,
	});
	switch (way) {
		case 'node': {
			const links: Link[] = [[source.name, NODE]];
			const behind: NodeSpec = sleepsBehind ? { name: 'Pause', type: 'pause' } : end;
			links.push([NODE, behind.name]);
			if (onError !== 'continueErrorOutput') return request([node, behind], links);
			const errors: NodeSpec = { name: 'Errors', type: 'errorSink' };
			return request([node, behind, errors], [...links, [NODE, errors.name, 1]]);
		}
		case 'loop': {
			const loop: NodeSpec = {
				name: 'Loop',
				type: 'loop',
				parameters: { size: batchSizeOf(plan) },
			};
			return request(
				[loop, node, end],
				[
					[source.name, loop.name],
					[loop.name, end.name],
					[loop.name, NODE, 1],
					[NODE, loop.name],
				],
			);
		}
		case 'tool': {
			const agent: NodeSpec = { name: AGENT, type: 'agent' };
			return request(
				[agent, node],
				[
					[source.name, AGENT],
					[NODE, AGENT, 0, 'ai_tool'],
				],
				AGENT,
			);
		}
	}
}
