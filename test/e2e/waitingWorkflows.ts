import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { INode, INodeParameters } from 'n8n-workflow';
import type { Emulator, Job } from '../emulator';
import type { WorkflowJson } from '../n8n-host/api';
import type { SideServer } from './sideServer';

const PACKAGE = 'n8n-nodes-useapi-ltxstudio';
const POLL_INTERVAL_MS = 100;

export const ownNode = (name: string, type: string, parameters: INodeParameters): INode => ({
	id: randomUUID(),
	name,
	type: `${PACKAGE}.${type}`,
	typeVersion: 1,
	position: [0, 0],
	parameters,
	credentials: { useapiApi: { id: null, name: '' } },
});

export const baseNode = (
	name: string,
	type: string,
	typeVersion: number,
	parameters: INodeParameters,
): INode => ({
	id: randomUUID(),
	name,
	type: `n8n-nodes-base.${type}`,
	typeVersion,
	position: [0, 0],
	parameters,
});

/** A workflow whose nodes follow one another. */
export const chain = (name: string, nodes: INode[]): WorkflowJson => ({
	name,
	nodes: nodes.map((node, index) => ({ ...node, position: [220 * index, 0] })),
	connections: Object.fromEntries(
		nodes
			.slice(1)
			.map((next, index) => [
				nodes[index]?.name ?? '',
				{ main: [[{ node: next.name, type: 'main', index: 0 }]] },
			]),
	),
});

/** The prompts of the items of {@link generation}, in order. */
export const PROMPTS = ['Lighthouse 1', 'Lighthouse 2', 'Lighthouse 3'];

/** Makes an image for each of three items, sleeps until called back, and tells the side server when it goes on. */
export const generation = (side: SideServer, parameters: INodeParameters = {}): WorkflowJson =>
	chain('Three images', [
		baseNode('Start', 'manualTrigger', 1, {}),
		baseNode('Prompts', 'code', 2, {
			jsCode: `return ${JSON.stringify(PROMPTS.map((prompt) => ({ json: { prompt } })))}`,
		}),
		ownNode('Create Image', 'ltxStudio', {
			resource: 'image',
			operation: 'create',
			prompt: '={{ $json.prompt }}',
			waitMode: 'webhook',
			...parameters,
		}),
		{
			...baseNode('Go On', 'httpRequest', 4.2, {
				method: 'POST',
				url: side.url,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '={{ JSON.stringify($input.all().map((item) => item.json)) }}',
				options: {},
			}),
			executeOnce: true,
		},
	]);

/** A trigger with a node behind it. */
export function triggered(parameters: INodeParameters) {
	const webhookId = randomUUID();
	const node = ownNode('LTX Studio Trigger', 'ltxStudioTrigger', parameters);
	const trigger = { ...node, typeVersion: 1.1, webhookId };
	return {
		workflow: chain('Triggered', [trigger, baseNode('Next', 'noOp', 1, {})]),
		/** Where the trigger is called, below n8n's address. */
		path: `/webhook/${webhookId}/ltx-studio`,
		/** The same, while the editor listens for a test event. */
		testPath: `/webhook-test/${webhookId}/ltx-studio`,
	};
}

/** Waits for a condition; where it never holds, the test's own time-out ends it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await condition())) await delay(POLL_INTERVAL_MS);
}

/** The job of a prompt. */
export function jobOf({ jobs }: Emulator, prompt: string): Job {
	const job = jobs.all.find((candidate) => candidate.prompt === prompt);
	if (!job) throw new Error(`There is no job for "${prompt}"`);
	return job;
}

/**
 * Ends a job now.
 * @returns the status by which its callback was answered
 */
export async function finish(emulator: Emulator, { id }: Job): Promise<number | undefined> {
	const known = emulator.callbacks.length;
	emulator.jobs.finish(id);
	const answered = () => {
		const delivery = emulator.callbacks[known];
		return delivery && (delivery.status ?? delivery.error) !== undefined;
	};
	await until(() => answered() === true);
	return emulator.callbacks[known]?.status;
}

/** What the service reports of a job. */
export async function report({ url, token }: Emulator, { id }: Job): Promise<unknown> {
	const response = await fetch(`${url}/v1/ltxstudio/assets/${encodeURIComponent(id)}`, {
		headers: { authorization: `Bearer ${token}` },
	});
	return await response.json();
}

/** Calls a URL with a job, as the service does. */
export async function call(url: string, job: unknown) {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(job),
	});
	const body: unknown = await response.json();
	return { status: response.status, body };
}
