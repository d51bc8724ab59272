import type { INodeParameters } from 'n8n-workflow';
import type { WorkflowJson } from '../../test/n8n-host/api';
import {
	chain,
	endpoint,
	httpRequest,
	INPUT,
	noOperation,
	type NodeSpec,
	type Wires,
} from '../harness/nodes';
import type { Service } from '../harness/service';

/** Where the items come out, whichever way they were made. */
export const DONE = 'Done';

/** What the Wait node waits when nobody changes it. */
const WAIT_SECONDS = 5;

interface Batch {
	service: Service;
	prompts: readonly string[];
	emails: readonly string[];
}

/** Items take turns with the accounts: the API wants to be told which. */
const create = ({ service, emails }: Batch, prompt: string, options: INodeParameters): NodeSpec =>
	httpRequest('Create', {
		method: 'POST',
		url: endpoint(service, 'images/create'),
		sendBody: true,
		specifyBody: 'keypair',
		bodyParameters: {
			parameters: [
				{ name: 'prompt', value: prompt },
				{ name: 'email', value: `={{ ${JSON.stringify(emails)}[$itemIndex % ${emails.length}] }}` },
			],
		},
		options,
	});

const wait = (name: string): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.wait',
	typeVersion: 1.1,
	parameters: { amount: WAIT_SECONDS, unit: 'seconds' },
});

const status = ({ service }: Batch, jobId: string): NodeSpec =>
	httpRequest('Status', {
		url: `=${endpoint(service, `assets/{{ encodeURIComponent(${jobId}) }}`)}`,
		options: {},
	});

const isEqual = (name: string, leftValue: string, rightValue: string): NodeSpec => ({
	name,
	type: 'n8n-nodes-base.if',
	typeVersion: 2.2,
	parameters: {
		conditions: {
			combinator: 'and',
			options: { version: 2, caseSensitive: true, leftValue: '', typeValidation: 'strict' },
			conditions: [
				{ id: name, leftValue, rightValue, operator: { type: 'string', operation: 'equals' } },
			],
		},
		options: {},
	},
});

const isFinished = isEqual('Finished?', '={{ $json.status.type }}', 'completed');

const itemsOf = ({ prompts }: Batch) => prompts.map((prompt) => ({ json: { prompt } }));

/**
 * HTTP Request, Wait and IF: what the API has no slot for waits and is sent again, and what is not finished waits and is
 * looked at again.
 */
export function retryingBatch(batch: Batch): WorkflowJson {
	const specs = [
		create(batch, `={{ $('${INPUT}').item.json.prompt }}`, {
			response: { response: { fullResponse: true, neverError: true } },
		}),
		isEqual('Accepted?', '={{ String($json.statusCode) }}', '200'),
		wait('Wait for Job'),
		// Both what the creation and what an earlier look has put out come here.
		status(batch, '($json.body ?? $json).jobId'),
		isFinished,
		wait('Wait for Slot'),
		noOperation(DONE),
	];
	const wires: Wires = {
		[INPUT]: [['Create']],
		Create: [['Accepted?']],
		'Accepted?': [['Wait for Job'], ['Wait for Slot']],
		'Wait for Job': [['Status']],
		Status: [['Finished?']],
		'Finished?': [[DONE], ['Wait for Job']],
		'Wait for Slot': [['Create']],
	};
	return chain('Send again', itemsOf(batch), specs, wires);
}

/**
 * The same for somebody who knows the number of slots, that no other program uses them, and that all jobs take equally
 * long: a loop over as many items at a time as there are slots.
 */
export function loopingBatch(batch: Batch, slots: number): WorkflowJson {
	const specs: NodeSpec[] = [
		{
			name: 'Loop',
			type: 'n8n-nodes-base.splitInBatches',
			typeVersion: 3,
			parameters: { batchSize: slots, options: {} },
		},
		create(batch, '={{ $json.prompt }}', {}),
		wait('Wait'),
		status(batch, '$json.jobId'),
		isFinished,
		noOperation(DONE),
	];
	const wires: Wires = {
		[INPUT]: [['Loop']],
		Loop: [[DONE], ['Create']],
		Create: [['Wait']],
		Wait: [['Status']],
		Status: [['Finished?']],
		'Finished?': [['Loop'], ['Wait']],
	};
	return chain('Loop', itemsOf(batch), specs, wires);
}
