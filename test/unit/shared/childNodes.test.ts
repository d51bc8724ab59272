import type { IExecuteFunctions, INodeParameters, NodeTypeAndVersion } from 'n8n-workflow';

import { mayWaitAgain, mayWaitLater } from '../../../nodes/shared/n8n/childNodes';

/** A node of a workflow: where it leads to, and what it is. */
interface Part {
	to?: string[];
	type?: string;
	parameters?: INodeParameters;
}

const OWN = 'n8n-nodes-useapi-ltxstudio.ltxStudio';
const SET: Part = { type: 'n8n-nodes-base.set' };

/** All nodes that some lead to, as n8n finds them: never the one itself. */
function reached(from: string, next: (name: string) => string[]): string[] {
	const found = new Set<string>();
	const follow = (name: string) => {
		for (const other of next(name)) {
			if (other === from || found.has(other)) continue;
			found.add(other);
			follow(other);
		}
	};
	follow(from);
	return [...found];
}

function contextOf(parts: Record<string, Part>): IExecuteFunctions {
	const toNode = (name: string): NodeTypeAndVersion => {
		const { type = SET.type ?? '', parameters = {} } = parts[name] ?? {};
		return { name, type, parameters, typeVersion: 1, disabled: false };
	};
	const children = (name: string) => parts[name]?.to ?? [];
	const parents = (name: string) =>
		Object.keys(parts).filter((parent) => children(parent).includes(name));
	return Object.assign(Object.create(null) as IExecuteFunctions, {
		getNode: () => ({ name: 'Film' }),
		getParentNodes: (of: string) => reached(of, parents).map(toNode),
		getChildNodes: (of: string) => reached(of, children).map(toNode),
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
