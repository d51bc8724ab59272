import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { IConnections, INode } from 'n8n-workflow';

import {
	SERVER_CASES,
	type CaseWorkflow,
	type Seen,
	type Stage,
} from '../engine/harness/serverCases';
import { serverNodes } from '../engine/harness/serverNodes';
import { hasEnded, N8nApi, N8nApiError, type Execution, type WorkflowJson } from '../n8n-host/api';
import { startN8n, type N8n } from '../n8n-host/instance';
import { OWNER, sharedN8n } from './shared';

jest.setTimeout(180_000);

const NODES = join(__dirname, '../engine/harness/serverNodes');
const TYPES: Partial<Record<string, string>> = {
	start: 'n8n-nodes-base.manualTrigger',
	noOp: 'n8n-nodes-base.noOp',
};

/** Writes the cases' nodes where n8n looks for custom ones: a file for each class. */
async function bundleNodes(folder: string): Promise<void> {
	for (const name of Object.keys(serverNodes)) {
		await build({
			stdin: {
				contents: `export { ${name} } from ${JSON.stringify(NODES)}`,
				resolveDir: __dirname,
			},
			bundle: true,
			platform: 'node',
			outfile: join(folder, `${name}.node.js`),
		});
	}
}

function toJson({ nodes, links }: CaseWorkflow): WorkflowJson {
	const chain = nodes.slice(1).map(({ name }, index) => [nodes[index]?.name ?? '', name] as const);
	const connections: IConnections = {};
	for (const [from, node, output = 0] of links ?? chain) {
		const { main = [] } = connections[from] ?? {};
		while (main.length <= output) main.push([]);
		main[output]?.push({ node, type: 'main', index: 0 });
		connections[from] = { main };
	}
	return {
		name: randomUUID(),
		nodes: nodes.map(({ type, ...node }, index): INode => ({
			id: randomUUID(),
			typeVersion: 1,
			position: [index * 200, 0],
			parameters: {},
			...node,
			type: TYPES[type] ?? `CUSTOM.${type}`,
		})),
		connections,
	};
}

/** A real n8n as a stage. */
function stageOf(n8n: N8n, api: N8nApi): Stage {
	const until = async (id: string, isReached: (execution: Execution) => boolean): Promise<Seen> =>
		await api.waitForExecution(id, { until: isReached });
	const over = async (id: string) => await until(id, hasEnded);
	return {
		url: `${n8n.url}/`,
		start: async (workflow) => {
			const { id } = await api.importWorkflow(toJson(workflow));
			return await api.run(id);
		},
		settled: async (id) =>
			await until(id, ({ status }) => status !== 'new' && status !== 'running'),
		over,
		stored: async (id) => await api.execution(id),
		// n8n looks every minute for what is due.
		timeUp: over,
		cancel: async (id) => {
			await api.stopExecution(id);
		},
		restart: async () => {
			await n8n.restart();
		},
		activate: async (workflow) => {
			const { id } = await api.importWorkflow(toJson(workflow));
			await api.activate(id);
			return id;
		},
		deactivate: async (workflowId) => {
			await api.deactivate(workflowId);
		},
		executionsOf: async (workflowId) => (await api.executions(workflowId)).map(({ id }) => id),
		file: async (id) => {
			try {
				return await api.binary(id);
			} catch (error) {
				if (error instanceof N8nApiError) return undefined;
				throw error;
			}
		},
	};
}

/** The release that the harness imitates. */
const onImitated = sharedN8n().version === '2.8.4' ? describe : describe.skip;

/** What the harness imitates of n8n's server is what n8n does: the cases of `test/engine/harness/server.test.ts`. */
onImitated('in n8n', () => {
	let folder: string;
	let n8n: N8n;
	let api: N8nApi;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'server-nodes-'));
		await bundleNodes(folder);
		n8n = await startN8n({
			version: sharedN8n().version,
			env: { N8N_CUSTOM_EXTENSIONS: folder },
		});
		api = await N8nApi.connect(n8n.url, OWNER);
	});

	afterAll(async () => {
		await n8n.stop();
		await rm(folder, { recursive: true, force: true });
	});

	it.each(Object.entries(SERVER_CASES))('%s', async (_name, play) => {
		await play(stageOf(n8n, api));
	});
});
