import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { actionAsSubtitle, resourceProperties } from '../shared/n8n/resource';
import { testUseapiApi } from './service/credentialTest';
import { resources, router } from './actions/router';
import { testLtxStudioSessionApi } from './service/sessionTest';
import { getAccounts } from './listSearch/getAccounts';
import { getImages } from './listSearch/getImages';
import { getImageJobs, getJobs, getRunningJobs } from './listSearch/jobLists';
import { resume } from './resume';

// eslint-disable-next-line @n8n/community-nodes/webhook-lifecycle-complete -- a webhook that resumes an execution is not registered anywhere
export class LtxStudio implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LTX Studio',
		name: 'ltxStudio',
		icon: { light: 'file:../../icons/ltxStudio.svg', dark: 'file:../../icons/ltxStudio.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: actionAsSubtitle(resources),
		description: 'Create images and videos with LTX, Veo, FLUX and Nano Banana through useapi.net',
		defaults: { name: 'LTX Studio' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'useapiApi', required: true, testedBy: 'testUseapiApi' },
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
		credentialTest: { testUseapiApi, testLtxStudioSessionApi },
		listSearch: { getAccounts, getImageJobs, getImages, getJobs, getRunningJobs },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await resume.call(this);
	}
}
