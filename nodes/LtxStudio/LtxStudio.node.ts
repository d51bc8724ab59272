import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { actionAsSubtitle } from '../shared/n8n/subtitle';
import { testUseapiApi } from './service/credentialTest';
import { accountOperations } from './actions/account';
import { assetOperations } from './actions/asset';
import { imageOperations } from './actions/image';
import { operations, router } from './actions/router';
import { schedulerOperations } from './actions/scheduler';
import { videoOperations } from './actions/video';
import { testLtxStudioSessionApi } from './service/sessionTest';
import { getAccounts } from './listSearch/getAccounts';
import { getImages } from './listSearch/getImages';
import { getImageJobs, getJobs, getRunningJobs } from './listSearch/jobLists';
import { resume } from './resume';

const operationFields = {
	account: accountOperations,
	asset: assetOperations,
	image: imageOperations,
	scheduler: schedulerOperations,
	video: videoOperations,
};

// eslint-disable-next-line @n8n/community-nodes/webhook-lifecycle-complete -- a webhook that resumes an execution is not registered anywhere
export class LtxStudio implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LTX Studio',
		name: 'ltxStudio',
		icon: { light: 'file:../../icons/ltxStudio.svg', dark: 'file:../../icons/ltxStudio.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: actionAsSubtitle(operationFields),
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
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'video',
				options: [
					{
						name: 'Account',
						value: 'account',
						description: 'Connects LTX Studio accounts to useapi.net and tells their balance',
					},
					{
						name: 'Asset',
						value: 'asset',
						description: 'Uploads files to LTX Studio, lists and downloads what is there',
					},
					{
						name: 'Image',
						value: 'image',
						description: 'Makes and changes images with FLUX and Nano Banana',
					},
					{
						name: 'Scheduler',
						value: 'scheduler',
						description: 'Looks at jobs, waits for them and cancels them',
					},
					{ name: 'Video', value: 'video', description: 'Makes videos with LTX Video and Veo' },
				],
			},
			...Object.values(operationFields),
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
