import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { runItems } from '../shared/n8n/runItems';
import { subtitleOf, resourceProperties } from '../shared/n8n/resource';
import { USEAPI } from '../shared/useapi/api';
import { asset } from './actions/asset';
import { getAccounts } from './listSearch/getAccounts';

export class Luma implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Luma AI',
		name: 'luma',
		icon: { light: 'file:../../icons/luma.svg', dark: 'file:../../icons/luma.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf([asset]),
		description: 'Upload pictures for Luma videos and images through useapi.net',
		defaults: { name: 'Luma AI' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'useapiApi', required: true }],
		properties: resourceProperties([asset], 'asset'),
	};

	methods = { listSearch: { getAccounts } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await runItems(this, asset.operations.upload, USEAPI)];
	}
}
