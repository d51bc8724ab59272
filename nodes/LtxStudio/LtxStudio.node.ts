import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { testUseapiApi } from '../shared/credentialTest';
import { accountOperations } from './actions/account';
import { assetOperations } from './actions/asset';
import { imageOperations } from './actions/image';
import { operations, router } from './actions/router';
import { schedulerOperations } from './actions/scheduler';
import { videoOperations } from './actions/video';
import { testLtxStudioSessionApi } from './credentialTest';
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
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
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
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'video',
				options: [
					{ name: 'Account', value: 'account' },
					{ name: 'Asset', value: 'asset' },
					{ name: 'Image', value: 'image' },
					{ name: 'Scheduler', value: 'scheduler' },
					{ name: 'Video', value: 'video' },
				],
			},
			accountOperations,
			assetOperations,
			imageOperations,
			schedulerOperations,
			videoOperations,
			...Object.values(operations).flatMap((resource) =>
				Object.values(resource).flatMap(({ description }) => description),
			),
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
