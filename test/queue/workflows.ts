import type { INodeParameters } from 'n8n-workflow';
import { ltxStudio, workflow, type NodeSpec } from '../../bench/harness/nodes';
import type { WorkflowJson } from '../n8n-host/api';

const CALL = 'Call';
const PROMPTS = 'Prompts';
const CREATE = 'Create Image';
const FAILED = 'Failed';
const FIND = 'Find Jobs';
const WAIT = 'Wait';
const TELL = 'Tell';
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
const tell = (name: string, url: string, expression: string): NodeSpec => ({
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

/** The name that an execution was called with. */
const NAME = `$("${CALL}").first().json.body.name`;
/** The jobs that the node before has put out. */
const JOBS = '$input.all().map(({ json }) => ({ jobId: json.jobId, status: json.status }))';

/** Makes an image for each prompt that it is called with, and tells when it goes on. */
export const generation = (
	path: string,
	goneOn: string,
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
			{
				...ltxStudio(CREATE, {
					resource: 'image',
					operation: 'create',
					prompt: '={{ $json.prompt }}',
					download: false,
					options: {},
					...parameters,
				}),
				typeVersion: 1.1,
			},
			tell(GO_ON, goneOn, `{ name: ${NAME}, jobs: ${JOBS} }`),
		],
		{ [CALL]: [[PROMPTS]], [PROMPTS]: [[CREATE]], [CREATE]: [[GO_ON]] },
	);

/** An error workflow: finds the jobs that the failed execution has submitted, and tells them. */
export const findJobsOfFailed = (name: string, foundJobs: string): WorkflowJson =>
	findJobs(name, base(FAILED, 'errorTrigger', 1, {}), 'execution.id', foundJobs);

/** Finds the jobs of the execution that it is called with as a name, as a person does, and tells them. */
export const findJobsOfNamed = (path: string, foundJobs: string): WorkflowJson =>
	findJobs(path, call(path), 'body.name', foundJobs);

const findJobs = (name: string, trigger: NodeSpec, id: string, foundJobs: string): WorkflowJson =>
	workflow(
		name,
		[
			trigger,
			ltxStudio(FIND, {
				resource: 'scheduler',
				operation: 'findJobs',
				executionId: `={{ $json.${id} }}`,
			}),
			tell(TELL, foundJobs, `{ name: $("${trigger.name}").first().json.${id}, jobs: ${JOBS} }`),
		],
		{ [trigger.name]: [[FIND]], [FIND]: [[TELL]] },
	);

/** Tells where it can be resumed, sleeps in n8n's own Wait node, and tells when it goes on. */
export const waitNode = (path: string, resumeUrl: string, goneOn: string): WorkflowJson =>
	workflow(
		path,
		[
			call(path),
			tell(TELL, resumeUrl, `{ name: ${NAME}, jobs: [], resumeUrl: $execution.resumeUrl }`),
			{
				...base(WAIT, 'wait', 1.1, { resume: 'webhook', httpMethod: 'POST', options: {} }),
				webhookId: path,
			},
			tell(GO_ON, goneOn, `{ name: ${NAME}, jobs: [] }`),
		],
		{ [CALL]: [[TELL]], [TELL]: [[WAIT]], [WAIT]: [[GO_ON]] },
	);
