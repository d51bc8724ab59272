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

/** What the Wait node waits when nobody changes it. */
const WAIT_SECONDS = 5;

const create = (service: Service, emails: readonly string[]): NodeSpec =>
	httpRequest('Create', {
		method: 'POST',
		url: endpoint(service, 'images/create'),
		sendBody: true,
		specifyBody: 'keypair',
		bodyParameters: {
			parameters: [
				{ name: 'prompt', value: '={{ $json.prompt }}' },
				{ name: 'email', value: `={{ ${JSON.stringify(emails)}[$itemIndex % ${emails.length}] }}` },
			],
		},
		options: {},
	});

const loop = (batchSize: number): NodeSpec => ({
	name: 'Loop',
	type: 'n8n-nodes-base.splitInBatches',
	typeVersion: 3,
	parameters: { batchSize, options: {} },
});

const wait: NodeSpec = {
	name: 'Wait',
	type: 'n8n-nodes-base.wait',
	typeVersion: 1.1,
	parameters: { amount: WAIT_SECONDS, unit: 'seconds' },
};

const status = (service: Service): NodeSpec =>
	httpRequest('Status', {
		url: `=${endpoint(service, 'assets/{{ encodeURIComponent($json.jobId) }}')}`,
		options: {},
	});

const isFinished: NodeSpec = {
	name: 'Finished?',
	type: 'n8n-nodes-base.if',
	typeVersion: 2.2,
	parameters: {
		conditions: {
			combinator: 'and',
			options: { version: 2, caseSensitive: true, leftValue: '', typeValidation: 'strict' },
			conditions: [
				{
					id: 'finished',
					leftValue: '={{ $json.status.type }}',
					rightValue: 'active',
					operator: { type: 'string', operation: 'notEquals' },
				},
			],
		},
		options: {},
	},
};

/**
 * What a careful person wires: as many jobs at a time as there are slots, spread evenly over the accounts; wait, look, and
 * go on when they have finished.
 */
export function byHandBatch(
	service: Service,
	prompts: readonly string[],
	emails: readonly string[],
	slots: number,
): WorkflowJson {
	const specs = [
		loop(slots),
		create(service, emails),
		wait,
		status(service),
		isFinished,
		noOperation('Done'),
	];
	const wires: Wires = {
		[INPUT]: [['Loop']],
		Loop: [['Done'], ['Create']],
		Create: [['Wait']],
		Wait: [['Status']],
		Status: [['Finished?']],
		'Finished?': [['Loop'], ['Wait']],
	};
	const items = prompts.map((prompt) => ({ json: { prompt } }));
	return chain('By hand', items, specs, wires);
}
