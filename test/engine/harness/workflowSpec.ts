import { randomUUID } from 'node:crypto';
import {
	NodeConnectionTypes,
	type IConnections,
	type INode,
	type INodeCredentials,
	type IWorkflowBase,
	type IWorkflowSettings,
	type NodeConnectionType,
} from 'n8n-workflow';

import type { CredentialsHelper } from './credentials';
import type { NodeTypeRegistry } from './nodeTypes';

/** A node as in an exported workflow; what is left out is filled in. */
export type NodeSpec = Pick<INode, 'name' | 'type'> & Partial<INode>;

/** From a node's output (0 when left out) to a node's first input; of type main when left out. */
export type Link = [from: string, to: string, output?: number, type?: NodeConnectionType];

/** A workflow as n8n exports it, or in short. */
export interface WorkflowSpec {
	/** The same id stands for the same workflow: its static data is kept. */
	id?: string;
	name?: string;
	nodes: NodeSpec[];
	/** Left out, each node is connected to the next one. */
	connections?: IConnections | Link[];
	settings?: IWorkflowSettings;
}

/** Fills in what the editor would, credentials included where the node type takes one that is there. */
export function toWorkflow(
	spec: WorkflowSpec,
	nodeTypes: NodeTypeRegistry,
	credentials: CredentialsHelper,
): IWorkflowBase {
	const now = new Date();
	const id = spec.id ?? randomUUID();
	return {
		id,
		name: spec.name ?? id,
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
		nodes: spec.nodes.map((node, index) => toNode(node, index, nodeTypes, credentials)),
		connections: toConnections(spec),
		settings: { executionOrder: 'v1', ...spec.settings },
		staticData: {},
	};
}

function toNode(
	spec: NodeSpec,
	index: number,
	nodeTypes: NodeTypeRegistry,
	credentials: CredentialsHelper,
): INode {
	const typeVersion = spec.typeVersion ?? nodeTypes.newestVersion(spec.type);
	const { description } = nodeTypes.getByNameAndVersion(spec.type, typeVersion);
	const usable = (description.credentials ?? []).filter(({ name }) => credentials.has(name));
	const defaultCredentials: INodeCredentials = Object.fromEntries(
		usable.map(({ name }) => [name, { id: name, name }]),
	);
	return {
		id: randomUUID(),
		position: [index * 200, 0],
		parameters: {},
		credentials: defaultCredentials,
		...(description.webhooks && { webhookId: randomUUID() }),
		...spec,
		typeVersion,
	};
}

function toConnections({ nodes, connections }: WorkflowSpec): IConnections {
	if (connections && !Array.isArray(connections)) return connections;
	const links = connections ?? chain(nodes);
	const result: IConnections = {};
	for (const [from, node, output = 0, type = NodeConnectionTypes.Main] of links) {
		const outputs = ((result[from] ??= {})[type] ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]?.push({ node, type, index: 0 });
	}
	return result;
}

const chain = (nodes: NodeSpec[]): Link[] =>
	nodes.flatMap(({ name }, index) => {
		const next = nodes[index + 1];
		return next ? [[name, next.name] satisfies Link] : [];
	});
