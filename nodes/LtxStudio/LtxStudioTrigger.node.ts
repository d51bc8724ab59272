import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type IHookFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { getAccounts } from './listSearch/getAccounts';
import { fields } from './trigger/fields';
import { output } from './trigger/output';
import { receiveCallback } from './trigger/receiveCallback';
import { isRegistered, register, unregister, TRIGGER_PATH } from './trigger/registration';

export class LtxStudioTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LTX Studio Trigger',
		name: 'ltxStudioTrigger',
		icon: { light: 'file:../../icons/ltxStudio.svg', dark: 'file:../../icons/ltxStudio.dark.svg' },
		group: ['trigger'],
		// 1.1 puts jobs out as the LTX Studio node of 1.1 does. At each callback of version 1, n8n evaluates an expression, which costs n8n 2.41 a V8 isolate.
		version: [1, 1.1],
		defaultVersion: 1.1,
		subtitle:
			'={{ $parameter["mode"] === "resume" ? "resume executions" : "start when a job has finished" }}',
		description:
			'Create images and videos with LTX, Veo, FLUX and Nano Banana, or start a workflow when they are finished',
		eventTriggerDescription:
			'Put the test URL into "Reply URL" of an LTX Studio node that does not wait, and run that node',
		triggerPanel: {
			header: 'Be told when a job has finished',
			executionsHelp: {
				inactive:
					'<b>To try it:</b> click the button, put the test URL above into the option "Reply URL" of an LTX Studio node that does not wait, and run that node. The job that finishes comes in here.<br /><br /><b>For good:</b> publish the workflow, and put the production URL there instead.',
				active:
					'<b>To try it:</b> click the button, put the test URL above into the option "Reply URL" of an LTX Studio node that does not wait, and run that node. The job that finishes comes in here.<br /><br /><b>For good:</b> put the production URL there instead. What it brings is in the list of executions.',
			},
			activationHint: 'Publish the workflow to be told at the production URL.',
		},
		activationMessage: 'LTX Studio jobs that finish can now be reported to the production URL.',
		defaults: { name: 'LTX Studio Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'useapiApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				path: TRIGGER_PATH,
			},
		],
		properties: fields,
	};

	methods = { listSearch: { getAccounts } };

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await isRegistered(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await register(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await unregister(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveCallback(this);
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await output(this)];
	}
}
