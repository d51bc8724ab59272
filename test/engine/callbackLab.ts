import type { INodeParameters } from 'n8n-workflow';

import { LtxStudio } from '../../nodes/LtxStudio/LtxStudio.node';
import { LtxStudioTrigger } from '../../nodes/LtxStudio/LtxStudioTrigger.node';
import type { EmulatorOptions, Job } from '../emulator';
import { startWebhookServer } from './harness';
import type { EngineRun } from './harness/run';
import type { NodeRequest } from './harness/requests';
import { nodeOfVersion1, startLab } from './setup';

/** An account that can run as many jobs as most tests have items. */
const ROOMY = { email: 'creator@example.com', maxJobs: 100, credits: 1_000_000 };

/** A job as the service reports it. */
export type CallbackBody = Record<string, unknown> & { jobId: string };

/** The node and its trigger on an n8n that the service can call back. */
export async function startCallbackLab({
	node = nodeOfVersion1(),
	...options
}: EmulatorOptions & { node?: LtxStudio } = {}) {
	const lab = await startLab({
		accounts: [ROOMY],
		...options,
		engine: { nodes: { ltxStudio: node, ltxStudioTrigger: new LtxStudioTrigger() } },
	});
	const { emulator, engine } = lab;
	const server = await startWebhookServer(engine);

	return {
		...lab,
		server,

		/** Publishes a workflow of the trigger and a node behind it. */
		async activate(parameters: INodeParameters = {}) {
			const { workflowId, urls } = await engine.activate({
				nodes: [
					{ name: 'LTX Studio Trigger', type: 'ltxStudioTrigger', parameters },
					{ name: 'Next', type: 'noOp' },
				],
			});
			return { workflowId, url: urls[0] ?? '' };
		},

		/** Starts to generate an image for each of `count` items. */
		start: (count: number, parameters: INodeParameters = {}, rest: Partial<NodeRequest> = {}) =>
			engine.startNode(generationRequest(count, parameters, rest)),

		/** Generates an image for each of `count` items, up to the end or to where it waits. */
		generate: (count: number, parameters: INodeParameters = {}, rest: Partial<NodeRequest> = {}) =>
			engine.runNode(generationRequest(count, parameters, rest)),

		/** The jobs of the service in the order of the items that they were submitted for. */
		jobs: (): Job[] => [...emulator.jobs.all].sort((one, other) => number(one) - number(other)),

		/** What the service would report of a job now. */
		async report({ id }: Job): Promise<CallbackBody> {
			const url = `${emulator.url}/v1/ltxstudio/assets/${encodeURIComponent(id)}`;
			const headers = { authorization: `Bearer ${emulator.token}` };
			return (await (await fetch(url, { headers })).json()) as CallbackBody;
		},

		/** Calls a URL as the service does; text is sent as it is. */
		async call(url: string, body: object | string) {
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: typeof body === 'string' ? body : JSON.stringify(body),
			});
			return { status: response.status, body: (await response.json()) as unknown };
		},

		/** The executions after the first `known` ones, a minute later: by then nothing more can come. */
		async executions(known = 0): Promise<EngineRun[]> {
			await lab.clock.sleep(60_000);
			await engine.idle();
			return engine
				.executionIds()
				.slice(known)
				.map((id) => engine.stored(id));
		},

		/** Resolves once a line with this text was logged. */
		logged: (text: string) =>
			until(() => engine.logs.some(({ message }) => message.includes(text))),

		async close() {
			await server.close();
			await lab.close();
		},
	};
}

export type CallbackLab = Awaited<ReturnType<typeof startCallbackLab>>;

const generationRequest = (
	count: number,
	parameters: INodeParameters,
	rest: Partial<NodeRequest>,
): NodeRequest => ({
	type: 'ltxStudio',
	parameters: {
		resource: 'image',
		operation: 'create',
		prompt: '=Picture {{ $json.number }}',
		...parameters,
	},
	items: Array.from({ length: count }, (_, number) => ({ json: { number } })),
	...rest,
});

/** Which item a job was submitted for, by its prompt. */
export const number = ({ prompt }: Job): number => Number(/\d+/.exec(prompt ?? '')?.[0]);

/** Resolves once a condition holds, while everything else goes on. */
export async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((one, other) => one - other);
	return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
