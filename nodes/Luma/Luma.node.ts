import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { runItems } from '../shared/n8n/runItems';
import { actionAsSubtitle } from '../shared/n8n/subtitle';
import { testUseapiApi } from '../LtxStudio/service/credentialTest';
import { asset, assetOperations } from './actions/asset';
import { getAccounts } from './listSearch/getAccounts';

export class Luma implements INodeType {
	// eslint-disable-next-line n8n-nodes-base/node-class-description-missing-subtitle -- the rule sees literals only
	description: INodeTypeDescription = {
		displayName: 'Luma AI',
		name: 'luma',
		icon: { light: 'file:../../icons/luma.svg', dark: 'file:../../icons/luma.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: actionAsSubtitle({ asset: assetOperations }),
		description: 'Upload pictures for Luma videos and images through useapi.net',
		defaults: { name: 'Luma AI' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'useapiApi', required: true, testedBy: 'testUseapiApi' }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'asset',
				options: [{ name: 'Asset', value: 'asset', description: 'Uploads pictures to Luma' }],
			},
			assetOperations,
			...asset.upload.description,
		],
	};

	methods = {
		credentialTest: { testUseapiApi },
		listSearch: { getAccounts },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await runItems(this, asset.upload)];
	}
}
