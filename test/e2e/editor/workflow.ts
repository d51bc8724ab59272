import type { INode, INodeParameters } from 'n8n-workflow';
import type { Credential, WorkflowJson } from '../../n8n-host/api';

const PACKAGE = 'n8n-nodes-useapi-ltxstudio';

/** What a node has that is added now; others have 1. */
const NEWEST: Readonly<Record<string, number>> = { ltxStudio: 1.1, ltxStudioTrigger: 1.1 };

interface NodeSpec {
	name: string;
	parameters: INodeParameters;
	/** Default: the LTX Studio node. */
	type?: string;
	/** Default: that of the workflow. */
	credential?: Credential | undefined;
	webhookId?: string;
}

const COLUMNS = 6;

/** A workflow of nodes that each hang on the manual trigger. */
export function workflowOf(specs: readonly NodeSpec[], credential?: Credential): WorkflowJson {
	const nodes = specs.map((spec, index): INode => {
		const { name, parameters, type = 'ltxStudio', credential: own = credential, webhookId } = spec;
		return {
			id: `node-${index}`,
			name,
			type: type.includes('.') ? type : `${PACKAGE}.${type}`,
			typeVersion: NEWEST[type] ?? 1,
			position: [220 + (index % COLUMNS) * 220, Math.floor(index / COLUMNS) * 180],
			parameters,
			...(own && { credentials: { [own.type]: { id: own.id, name: own.name } } }),
			...(webhookId !== undefined && { webhookId }),
		};
	});
	return {
		name: 'In the editor',
		settings: { executionOrder: 'v1' },
		nodes: [
			{
				id: 'start',
				name: 'Start',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			...nodes,
		],
		connections: {
			Start: { main: [specs.map(({ name }) => ({ node: name, type: 'main', index: 0 }))] },
		},
	};
}

/** A workflow of one LTX Studio node behind the manual trigger. */
export const oneNode = (parameters: INodeParameters, credential?: Credential): WorkflowJson =>
	workflowOf([{ name: 'LTX Studio', parameters }], credential);
