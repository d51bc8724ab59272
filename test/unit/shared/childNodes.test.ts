import type { IExecuteFunctions } from 'n8n-workflow';

import { mayWaitLater } from '../../../nodes/shared/n8n/childNodes';

const CHILDREN: Record<string, string[]> = {
	Start: ['Film', 'Mail', 'Other', 'Wait'],
	Film: ['Mail'],
	Other: ['Wait'],
};
const TYPES: Record<string, string> = { Wait: 'n8n-nodes-base.wait' };

const contextOf = (name: string, parents: string[]) =>
	Object.assign(Object.create(null) as IExecuteFunctions, {
		getNode: () => ({ name }),
		getParentNodes: () => parents.map((parent) => ({ name: parent, type: 'any' })),
		getChildNodes: (of: string) =>
			(CHILDREN[of] ?? []).map((child) => ({ name: child, type: TYPES[child] ?? 'any' })),
	});

it.each([
	['behind the node', 'Other', [], true],
	['on another branch', 'Film', ['Start'], true],
	['nowhere', 'Film', [], false],
])('an execution may come to a Wait node %s', (_where, name, parents, may) => {
	expect(mayWaitLater(contextOf(name, parents))).toBe(may);
});
