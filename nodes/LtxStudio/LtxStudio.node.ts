import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { subtitleOf, resourceProperties } from '../shared/n8n/resource';
import { resources, router } from './actions/router';
import { testLtxStudioSessionApi } from './service/sessionTest';
import { getAccounts } from './listSearch/getAccounts';
import { getImages } from './listSearch/getImages';
import { getImageJobs, getJobs, getRunningJobs } from './listSearch/jobLists';
import { wake } from '../shared/jobs/waiting/wake';
import { openDesk, WEBHOOK_PATH } from './service/desk';

export class LtxStudio implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LTX Studio',
		name: 'ltxStudio',
		icon: { light: 'file:../../icons/ltxStudio.svg', dark: 'file:../../icons/ltxStudio.dark.svg' },
		group: ['transform'],
		version: [1, 1.1],
		defaultVersion: 1.1,
		subtitle: subtitleOf(resources),
		// The nodes panel shows one description for this node and its trigger.
		description:
			'Create images and videos with LTX, Veo, FLUX and Nano Banana, or start a workflow when they are finished',
		defaults: { name: 'LTX Studio' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'useapiApi', required: true },
			{
				name: 'ltxStudioSessionApi',
				required: true,
				testedBy: 'testLtxStudioSessionApi',
				displayOptions: {
					show: { resource: ['account'], operation: ['create'], cookieSource: ['credential'] },
				},
			},
		],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				path: WEBHOOK_PATH,
				restartWebhook: true,
			},
			// For executions that sleep since version 0.1.0.
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				path: '',
				restartWebhook: true,
			},
		],
		properties: [
			// Without this, n8n would put them below the fields on which the second one depends.
			{ displayName: 'Credentials', name: 'credentials', type: 'credentials', default: '' },
			...resourceProperties(resources, 'video'),
		],
	};

	methods = {
		credentialTest: { testLtxStudioSessionApi },
		listSearch: { getAccounts, getImageJobs, getImages, getJobs, getRunningJobs },
	};

	/** A webhook that resumes an execution is registered nowhere: it is there as long as the execution waits. */
	webhookMethods = {
		default: {
			checkExists: () => Promise.resolve(true),
			create: () => Promise.resolve(true),
			delete: () => Promise.resolve(true),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}

	/** n8n's chat has a message wake whatever execution its sender names: none that sleeps here. */
	onMessage(context: IExecuteFunctions): Promise<never> {
		const message = 'A chat message does not wake an execution that waits for jobs';
		return Promise.reject(new NodeOperationError(context.getNode(), message));
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await wake(this, openDesk, WEBHOOK_PATH);
	}
}
