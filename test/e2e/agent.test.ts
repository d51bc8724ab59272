import type { INodeParameters } from 'n8n-workflow';
import { failureOf, outputOf, type WorkflowJson } from '../n8n-host/api';
import { startChatModel, type ChatRequest } from './chatModel';
import { useSharedN8n, type Stage } from './setup';
import type { SharedN8n } from './shared';

const node = (
	name: string,
	type: string,
	typeVersion: number,
	parameters: INodeParameters,
	credentialType?: string,
) => ({
	id: name,
	name,
	type,
	typeVersion,
	position: [0, 0] as [number, number],
	parameters,
	...(credentialType && { credentials: { [credentialType]: { id: null, name: '' } } }),
});

/** An agent that has the node as its only tool, set up with no more than the tool's own defaults. */
const agentWith = (tool: INodeParameters): WorkflowJson => ({
	name: 'Agent',
	nodes: [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		node('Agent', '@n8n/n8n-nodes-langchain.agent', 3, {
			promptType: 'define',
			text: 'Make a picture of a lighthouse',
			options: {},
		}),
		node(
			'Model',
			'@n8n/n8n-nodes-langchain.lmChatOpenAi',
			1.3,
			{
				model: { __rl: true, mode: 'id', value: 'scripted' },
				responsesApiEnabled: false,
				options: {},
			},
			'openAiApi',
		),
		node('LTX Studio', 'n8n-nodes-useapi-ltxstudio.ltxStudioTool', 1, tool, 'useapiApi'),
	],
	settings: { executionOrder: 'v1' },
	connections: {
		Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
		Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
		'LTX Studio': { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
	},
});

const fromAi = (key: string, description: string) =>
	`={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`${description}\`, 'string') }}`;

const create = {
	resource: 'image',
	operation: 'create',
	prompt: fromAi('Prompt', 'What to make'),
};

/** What the model was told that the tool has done. */
const toolResult = ({ messages }: ChatRequest): string => {
	const { content } = messages.filter(({ role }) => role === 'tool').at(-1) ?? {};
	return typeof content === 'string' ? content : JSON.stringify(content);
};

describe('the node as a tool of an AI agent', () => {
	let stage: Stage<SharedN8n>;
	beforeAll(async () => {
		stage = await useSharedN8n({ jobDuration: 500 });
	});
	afterAll(() => stage.close());

	/** Lets the model call the tool once, and say what came of it. */
	async function converse(tool: INodeParameters) {
		const model = await startChatModel([
			() => ({ call: 'LTX_Studio', with: { Prompt: 'A lighthouse at dusk' } }),
			(request) => ({ say: toolResult(request) }),
		]);
		const scripted = await stage.api.createCredential('openAiApi', 'Scripted model', {
			apiKey: 'none',
			url: `${model.url}/v1`,
		});
		const { id } = await stage.api.importWorkflow(agentWith(tool), [
			...stage.credentials,
			scripted,
		]);
		const execution = await stage.api.waitForExecution(await stage.api.run(id));
		await model.close();
		return { conversation: model.conversation, execution };
	}

	it('is called with what the model says, and gives back the asset URL first', async () => {
		const { conversation, execution } = await converse(create);
		expect(execution.status).toBe('success');
		const [offered] = conversation[0]?.tools ?? [];
		expect(offered?.function).toMatchObject({
			name: 'LTX_Studio',
			description: expect.stringMatching(/image/i) as string,
			parameters: { properties: { Prompt: { type: 'string', description: 'What to make' } } },
		});
		expect(stage.emulator.jobs.all.map(({ prompt }) => prompt)).toEqual(['A lighthouse at dusk']);
		const [agent] = outputOf(execution, 'Agent');
		const answer = agent?.json.output as string;
		expect(answer).toMatch(/^\[\{"assetUrl":"http/);
		expect(answer.length).toBeLessThan(1000);
	});

	it('says why, and submits nothing, when it is to sleep until it is called back', async () => {
		const before = stage.emulator.jobs.all.length;
		const { conversation, execution } = await converse({ ...create, waitMode: 'webhook' });
		// An older n8n ends the execution, a newer one lets the model know.
		const [last] = conversation.slice(-1);
		const told = execution.status === 'success' && last ? toolResult(last) : failureOf(execution);
		expect(told).toContain('An AI tool cannot sleep until it is called back');
		expect(stage.emulator.jobs.all).toHaveLength(before);
	});
});
