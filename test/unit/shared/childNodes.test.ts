import {
	NodeConnectionTypes,
	Workflow,
	type IExecuteFunctions,
	type INodeParameters,
	type INodeTypeDescription,
	type INodeTypes,
} from 'n8n-workflow';

import { mayWaitAgain, mayWaitLater } from '../../../nodes/shared/n8n/childNodes';

/** A node of a workflow: where it leads to, and what it is. */
interface Part {
	to?: string[];
	type?: string;
	parameters?: INodeParameters;
}

const OWN = 'n8n-nodes-useapi-ltxstudio.ltxStudio';
const SET: Part = { type: 'n8n-nodes-base.set' };

const OPERATION = { displayName: 'Operation', name: 'operation', type: 'string', default: '' };

/** Nodes of all types have one field. */
const nodeTypes: INodeTypes = {
	getByName: () => {
		throw new Error('No type is asked for by its name alone');
	},
	getByNameAndVersion: () => ({
		description: Object.assign(Object.create(null) as INodeTypeDescription, {
			properties: [OPERATION],
		}),
	}),
	getKnownTypes: () => ({}),
};

/** What n8n's own workflow says of the node "Film". */
function contextOf(parts: Record<string, Part>): IExecuteFunctions {
	const nodes = Object.entries(parts).map(
		([name, { type = 'n8n-nodes-base.noOp', parameters = {} }]) => {
			const position: [number, number] = [0, 0];
			return { id: name, name, type, parameters, typeVersion: 1, position };
		},
	);
	const connections = Object.fromEntries(
		Object.entries(parts).map(([name, { to = [] }]) => [
			name,
			{ main: [to.map((node) => ({ node, type: NodeConnectionTypes.Main, index: 0 }))] },
		]),
	);
	const workflow = new Workflow({ nodes, connections, active: false, nodeTypes });
	const toNodes = (names: string[]) => names.flatMap((name) => workflow.getNode(name) ?? []);
	return Object.assign(Object.create(null) as IExecuteFunctions, {
		getNode: () => workflow.getNode('Film'),
		getParentNodes: (of: string) => toNodes(workflow.getParentNodes(of)),
		getChildNodes: (of: string) => toNodes(workflow.getChildNodes(of)),
	});
}

const WAIT: Part = { type: 'n8n-nodes-base.wait' };

describe('what comes behind a node', () => {
	it.each<[string, boolean, Record<string, Part>]>([
		[
			'behind the node',
			true,
			{ Film: { type: OWN, to: ['Set'] }, Set: { to: ['Wait'] }, Wait: WAIT },
		],
		[
			'on another branch',
			true,
			{ Start: { to: ['Film', 'Wait'] }, Film: { type: OWN }, Wait: WAIT },
		],
		[
			'nowhere',
			false,
			{ Wait: { ...WAIT, to: ['Film'] }, Film: { type: OWN, to: ['Set'] }, Set: SET },
		],
	])('may be a Wait node %s', (_where, may, parts) => {
		expect(mayWaitLater(contextOf(parts))).toBe(may);
	});

	const behind = (part: Part): Record<string, Part> => ({
		Start: { to: ['Film'] },
		Film: { type: OWN, to: ['Set'] },
		Set: { ...SET, to: ['Next'] },
		Next: part,
	});
	const base = (type: string, parameters: INodeParameters = {}) =>
		behind({ type: `n8n-nodes-base.${type}`, parameters });

	it.each<[string, boolean, Record<string, Part>]>([
		["n8n's own nodes", false, base('slack', { operation: 'send' })],
		['a Wait node', true, behind(WAIT)],
		['a form', true, base('form')],
		['another workflow', true, base('executeWorkflow')],
		['an answer in a chat', true, base('respondToWebhook')],
		['an operation that waits for a person', true, base('slack', { operation: 'sendAndWait' })],
		[
			'an operation that waits for a workflow',
			true,
			base('github', { operation: 'dispatchAndWait' }),
		],
		['an operation that an expression says', true, base('slack', { operation: '={{ $json.do }}' })],
		["somebody else's node", true, behind({ type: '@n8n/n8n-nodes-langchain.agent' })],
		['another one of these', true, behind({ type: OWN })],
		['the same node once more', true, { ...behind(SET), Next: { ...SET, to: ['Start'] } }],
		[
			'one of these on another branch',
			true,
			{ ...behind(SET), Start: { to: ['Film', 'Other'] }, Other: { type: OWN } },
		],
	])('may let the execution wait once more: %s', (_what, may, parts) => {
		expect(mayWaitAgain(contextOf(parts))).toBe(may);
	});
});
