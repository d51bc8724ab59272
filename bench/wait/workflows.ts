import type { WorkflowJson } from '../../test/n8n-host/api';
import { chain, ltxStudio, noOperation, workflow, type NodeSpec } from '../harness/nodes';

export type WaitMode = 'none' | 'poll' | 'webhook';

/** The node that submits and waits. */
export const CREATE = 'Create';
/** The node behind it: when it starts, the waiting is over. */
export const NEXT = 'Next';

const create = (waitMode: WaitMode): NodeSpec =>
	ltxStudio(CREATE, {
		resource: 'image',
		operation: 'create',
		prompt: '={{ $json.prompt ?? "A lighthouse" }}',
		waitMode,
		options: {},
	});

/** A workflow that is run by hand, with an item for each job. */
export const waitingWorkflow = (waitMode: WaitMode, jobs: number): WorkflowJson =>
	chain(
		`${waitMode} ${jobs}`,
		Array.from({ length: jobs }, (_, index) => ({ json: { prompt: `Lighthouse ${index + 1}` } })),
		[create(waitMode), noOperation(NEXT)],
	);

/** A workflow in production: each call of its webhook starts an execution, which waits for one job. */
export function waitingForEachCall(path: string): WorkflowJson {
	const trigger = {
		name: 'Webhook',
		webhookId: path,
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2.1,
		parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
	};
	return workflow('Waiting for each call', [trigger, create('webhook'), noOperation(NEXT)], {
		Webhook: [[CREATE]],
		[CREATE]: [[NEXT]],
	});
}
