import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { subtitleOf, resourceProperties } from '../shared/n8n/resource';
import { resources, router } from './actions/router';

export class Ltx implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LTX',
		name: 'ltx',
		icon: { light: 'file:../../icons/ltx.svg', dark: 'file:../../icons/ltx.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(resources),
		description: "Make videos with LTX-2.5 and LTX-2.3 through Lightricks' own API",
		defaults: { name: 'LTX' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'ltxApi', required: true }],
		properties: resourceProperties(resources, 'video'),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
