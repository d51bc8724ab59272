import {
	createEmptyRunExecutionData,
	NodeConnectionTypes,
	UnexpectedError,
	type IAuthenticateRuleResponseCode,
	type IAuthenticateRuleResponseSuccessBody,
	type ICredentialDataDecryptedObject,
	type ICredentialsDecrypted,
	type ICredentialTestRequest,
	type INodeCredentialTestResult,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { CredentialTestContext, ExecuteContext, RoutingNode } from './core';
import type { Instance } from './instance';
import { NodeTypeRegistry } from './nodeTypes';
import { toWorkflow } from './workflowSpec';

type Rule = IAuthenticateRuleResponseCode | IAuthenticateRuleResponseSuccessBody;

/** What lies at a path with dots. */
const valueAt = (path: string, body: unknown) =>
	path
		.split('.')
		.reduce((value, part) => (value as Record<string, unknown> | undefined)?.[part], body);

const failed = (message: string): INodeCredentialTestResult => ({ status: 'Error', message });

/** Presses *Test* in a credential: its type tells how to test it, or a node that takes it does. */
export async function testCredential(
	instance: Instance,
	type: string,
	given: ICredentialDataDecryptedObject,
): Promise<INodeCredentialTestResult> {
	const { credentials, nodeTypes } = instance;
	const data = credentials.complete(instance.additionalData(), given, type, 'internal');
	const credential = { id: type, name: type, type, data };
	const request = credentials.testOf(type);
	if (request) return await testByRequest(instance, credential, request);
	for (const { description, methods } of nodeTypes.all()) {
		const entry = description.credentials?.find(({ name }) => name === type);
		const test = typeof entry?.testedBy === 'string' && methods?.credentialTest?.[entry.testedBy];
		if (test) return await test.call(new CredentialTestContext(), credential);
	}
	return failed('No testing function found for this credential.');
}

/** What n8n's CredentialsTester does: a node is made up that sends nothing but the request. */
async function testByRequest(
	instance: Instance,
	credential: ICredentialsDecrypted,
	{ request, rules = [] }: ICredentialTestRequest,
): Promise<INodeCredentialTestResult> {
	const name = 'tester';
	const description: INodeTypeDescription = {
		displayName: name,
		name,
		group: ['transform'],
		version: 1,
		description: '',
		defaults: { name },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: credential.type, required: true }],
		properties: [
			{ displayName: 'Temp', name: 'temp', type: 'string', default: '', routing: { request } },
		],
	};
	const nodeTypes = new NodeTypeRegistry({ [name]: { description } });
	const spec = { nodes: [{ name, type: name }] };
	const workflow = instance.workflow(
		toWorkflow(spec, nodeTypes, instance.credentials),
		undefined,
		nodeTypes,
	);
	const node = workflow.getNode(name);
	if (!node) throw new UnexpectedError('The node is missing');
	const context = new ExecuteContext(
		workflow,
		node,
		instance.additionalData(),
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	try {
		const output = await new RoutingNode(context, { description }, credential).runNode();
		const body = output?.[0]?.[0]?.json;
		const broken = (rules as Rule[]).find(
			(rule) =>
				rule.type === 'responseSuccessBody' &&
				valueAt(rule.properties.key, body) === rule.properties.value,
		);
		return broken
			? failed(broken.properties.message)
			: { status: 'OK', message: 'Connection successful!' };
	} catch (error) {
		// The status, which rules are about, is lost by now in this version of n8n.
		return failed(error instanceof Error ? error.message : String(error));
	}
}
