import { isTool, letsOnlySleepersGoOn, rerunsDeadWorkers } from '../../../nodes/shared/n8n/version';

const node = (type: string) => ({
	id: '1',
	name: 'LTX Studio',
	type: `n8n-nodes-useapi-ltxstudio.${type}`,
	typeVersion: 1,
	position: [0, 0] as [number, number],
	parameters: {},
});

const before22 = (type: string) => ({ getNode: () => node(type) });
const since22 = (type: string, answer: boolean) => ({
	...before22(type),
	isToolExecution: () => answer,
});

describe('the version of n8n', () => {
	it.each([
		['a node before 2.2', before22('ltxStudio'), false],
		['a tool before 2.2', before22('ltxStudioTool'), true],
		['a node', since22('ltxStudio', false), false],
		['a tool that an agent calls', since22('ltxStudio', true), true],
		['a tool that the engine runs as a node', since22('ltxStudioTool', false), true],
	])('tells whether an agent runs it: %s', (_, context, expected) => {
		expect(isTool(context)).toBe(expected);
	});

	it('tells whether executions of dead workers run again', () => {
		expect(rerunsDeadWorkers(before22('ltxStudio'))).toBe(true);
		expect(rerunsDeadWorkers(since22('ltxStudio', false))).toBe(false);
	});

	it.each([
		[{ 'n8n-nodes-base.wait': {} }, false],
		[{ 'n8n-nodes-base.wait': {}, '@n8n/n8n-nodes-langchain.microsoftAgent365Trigger': {} }, true],
	])('tells by its nodes whether only what waits is let go on: %j', (known, expected) => {
		expect(letsOnlySleepersGoOn({ getKnownNodeTypes: () => known })).toBe(expected);
	});
});
