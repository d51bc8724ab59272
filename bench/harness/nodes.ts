import { randomUUID } from 'node:crypto';
import type { IConnections, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { WorkflowJson } from '../../test/n8n-host/api';
import type { Service } from './service';

/** Where the items of a workflow come in. */
export const INPUT = 'Input';

/** A node of a benchmark's workflow. */
export interface NodeSpec {
	name: string;
	type: string;
	typeVersion: number;
	parameters: INodeParameters;
	/** The type of its credential. */
	credential?: string;
	/** Of a trigger with a path: n8n serves it under that path alone. */
	webhookId?: string;
	/** Runs it for the first item alone. */
	executeOnce?: boolean;
}

/** This package's node. */
export const ltxStudio = (name: string, parameters: INodeParameters): NodeSpec => ({
	name,
	type: 'n8n-nodes-useapi-ltxstudio.ltxStudio',
	typeVersion: 1,
	parameters,
	credential: 'useapiApi',
});

/** This package's node for Lightricks' own API. */
export const ltx = (name: string, parameters: INodeParameters): NodeSpec => ({
	name,
	type: 'n8n-nodes-useapi-ltxstudio.ltx',
	typeVersion: 1,
	parameters,
	credential: 'ltxApi',
});

/** n8n's HTTP Request node, with the API token as the vendor's documentation asks for it. */
export const httpRequest = (name: string, parameters: INodeParameters): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.4,
	parameters: {
		authentication: 'genericCredentialType',
		genericAuthType: 'httpBearerAuth',
		...parameters,
	},
	credential: 'httpBearerAuth',
});

/** n8n's HTTP Request node for a signed URL, which takes no token; the answer becomes a file. */
export const httpDownload = (name: string, url: string): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.4,
	parameters: { url, options: { response: { response: { responseFormat: 'file' } } } },
});

/** A call of the API by the HTTP Request node. */
export const endpoint = ({ url }: Service, path: string): string => `${url}/v1/ltxstudio/${path}`;

/** A node that does nothing: when it starts, the one before has ended. */
export const noOperation = (name: string): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	parameters: {},
});

const manualTrigger: NodeSpec = {
	name: INPUT,
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	parameters: {},
};

/** A node to come next, and which of its inputs; default: the first. */
type Target = string | readonly [node: string, input: number];

/** From a node's output, by its place, to the next nodes. */
export type Wires = Record<string, Target[][]>;

/** A workflow of any shape. */
export function workflow(name: string, specs: readonly NodeSpec[], wires: Wires): WorkflowJson {
	const nodes = specs.map(({ credential, ...node }, index): INode => ({
		...node,
		id: randomUUID(),
		position: [index * 220, 0],
		...(credential !== undefined && { credentials: { [credential]: { id: null, name: '' } } }),
	}));
	const connections = Object.entries(wires).map(([from, outputs]) => [
		from,
		{ main: outputs.map((targets) => targets.map(toConnection)) },
	]);
	return {
		name,
		nodes,
		connections: Object.fromEntries(connections) as IConnections,
		settings: { executionOrder: 'v1' },
	};
}

function toConnection(target: Target) {
	const [node, index] = typeof target === 'string' ? [target, 0] : target;
	return { node, type: 'main', index };
}

/** A row of nodes, each of which gets what the one before puts out. */
const inARow = (specs: readonly NodeSpec[]): Wires =>
	Object.fromEntries(
		specs.slice(1).map(({ name }, index) => [specs[index]?.name ?? '', [[name]]] as const),
	);

/**
 * Nodes behind a trigger that is run by hand; the items are pinned to it.
 * @param wires how they hang together; default: in a row
 */
export function chain(
	name: string,
	items: INodeExecutionData[],
	specs: readonly NodeSpec[],
	wires?: Wires,
): WorkflowJson {
	const all = [manualTrigger, ...specs];
	return { ...workflow(name, all, wires ?? inARow(all)), pinData: { [INPUT]: items } };
}
