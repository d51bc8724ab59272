import { createEngine, startWebhookServer, type Engine, type WebhookServer } from './';
import { BinaryDataService, Container } from './core';
import { SERVER_CASES, type CaseWorkflow, type Seen, type Stage } from './serverCases';
import { serverNodes } from './serverNodes';

const nodes = Object.fromEntries(
	Object.values(serverNodes).map((Node) => {
		const node = new Node();
		return [node.description.name, node];
	}),
);

const specOf = ({ nodes: given, links }: CaseWorkflow) => ({
	nodes: given.map((node) => (node.type === 'start' ? { ...node, type: 'noOp' } : node)),
	...(links && { connections: links }),
});

/** The harness as a stage; a restart is nothing to it but that all is read anew, which it does anyway. */
function stageOf(engine: Engine, { url }: WebhookServer): Stage {
	const seen = (executionId: string): Seen => engine.stored(executionId);
	const settled = async (executionId: string) => {
		await engine.idle();
		return seen(executionId);
	};
	return {
		url,
		start: async (workflow) =>
			(await engine.start({ workflow: specOf(workflow), mode: 'manual' })).executionId,
		settled,
		over: async (executionId) => await engine.whenOver({ executionId }),
		stored: (executionId) => Promise.resolve(seen(executionId)),
		timeUp: async (executionId) => await engine.resumeByTimer({ executionId }),
		cancel: (executionId) => {
			engine.cancel({ executionId });
			return Promise.resolve();
		},
		restart: async () => {
			for (const executionId of engine.executionIds()) await engine.restart({ executionId });
		},
		activate: async (workflow) => (await engine.activate(specOf(workflow))).workflowId,
		deactivate: async (workflowId) => {
			await engine.deactivate(workflowId);
		},
		executionsOf: (workflowId) =>
			Promise.resolve(
				engine.executionIds().filter((id) => engine.stored(id).workflowData.id === workflowId),
			),
		file: async (id) =>
			await Container.get(BinaryDataService)
				.getAsBuffer({ id, data: '', mimeType: '' })
				.catch(() => undefined),
	};
}

/** What the harness imitates of n8n's server. The same cases run on a real n8n: `test/e2e/harness.test.ts`. */
describe('in the harness', () => {
	let engine: Engine;
	let server: WebhookServer;

	beforeAll(async () => {
		engine = await createEngine({ nodes });
		server = await startWebhookServer(engine);
	});

	afterAll(async () => {
		await server.close();
		await engine.close();
	});

	it.each(Object.entries(SERVER_CASES))('%s', async (_name, play) => {
		await play(stageOf(engine, server));
	});
});
