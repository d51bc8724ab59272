import type { INodeParameters } from 'n8n-workflow';
import { ltxStudio, workflow, type NodeSpec } from '../../bench/harness/nodes';
import type { WorkflowJson } from '../n8n-host/api';

const CALL = 'Call';
const PROMPTS = 'Prompts';
const CREATE = 'Create Image';
const WAIT = 'Wait';
const TELL = 'Tell Where';
const GO_ON = 'Go On';

/** What starts an execution: a call with its name and its prompts. */
export interface Order {
	name: string;
	prompts: string[];
}

const base = (
	name: string,
	type: string,
	typeVersion: number,
	parameters: INodeParameters,
): NodeSpec => ({ name, type: `n8n-nodes-base.${type}`, typeVersion, parameters });

const call = (path: string): NodeSpec => ({
	...base(CALL, 'webhook', 2.1, {
		httpMethod: 'POST',
		path,
		responseMode: 'onReceived',
		options: {},
	}),
	webhookId: path,
});

/** Sends what an expression says, once for all items. */
const send = (name: string, url: string, expression: string): NodeSpec => ({
	...base(name, 'httpRequest', 4.2, {
		method: 'POST',
		url,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: `={{ JSON.stringify(${expression}) }}`,
		options: {},
	}),
	executeOnce: true,
});

/**
 * Makes an image for each prompt that it is called with, and reports when it goes on.
 * @param reportTo where an execution that goes on reports
 */
export const generation = (
	path: string,
	reportTo: string,
	parameters: INodeParameters,
): WorkflowJson =>
	workflow(
		path,
		[
			call(path),
			base(PROMPTS, 'splitOut', 1, {
				fieldToSplitOut: 'body.prompts',
				options: { destinationFieldName: 'prompt' },
			}),
			ltxStudio(CREATE, {
				resource: 'image',
				operation: 'create',
				prompt: '={{ $json.prompt }}',
				options: {},
				...parameters,
			}),
			send(
				GO_ON,
				reportTo,
				`{ name: $("${CALL}").first().json.body.name, jobs: $input.all().map(({ json }) => ({ jobId: json.jobId, status: json.status })) }`,
			),
		],
		{ [CALL]: [[PROMPTS]], [PROMPTS]: [[CREATE]], [CREATE]: [[GO_ON]] },
	);

/** Tells where it can be resumed, sleeps in n8n's own Wait node, and reports when it goes on. */
export const waitNode = (path: string, reportTo: string): WorkflowJson =>
	workflow(
		path,
		[
			call(path),
			send(
				TELL,
				`${reportTo}/resume-url`,
				`{ name: $("${CALL}").first().json.body.name, resumeUrl: $execution.resumeUrl }`,
			),
			{
				...base(WAIT, 'wait', 1.1, { resume: 'webhook', httpMethod: 'POST', options: {} }),
				webhookId: path,
			},
			send(GO_ON, reportTo, `{ name: $("${CALL}").first().json.body.name, jobs: [] }`),
		],
		{ [CALL]: [[TELL]], [TELL]: [[WAIT]], [WAIT]: [[GO_ON]] },
	);
