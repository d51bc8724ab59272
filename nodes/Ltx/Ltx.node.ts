import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { actionAsSubtitle } from '../shared/n8n/subtitle';
import { assetOperations } from './actions/asset';
import { jobOperations } from './actions/job';
import { operations, router } from './actions/router';
import { videoOperations } from './actions/video';

const operationFields = { asset: assetOperations, job: jobOperations, video: videoOperations };

export class Ltx implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LTX',
		name: 'ltx',
		icon: { light: 'file:../../icons/ltx.svg', dark: 'file:../../icons/ltx.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: actionAsSubtitle(operationFields),
		description: "Make videos with LTX-2.5 and LTX-2.3 through Lightricks' own API",
		defaults: { name: 'LTX' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'ltxApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'video',
				options: [
					{
						name: 'Asset',
						value: 'asset',
						description: 'Uploads files to make videos from, and downloads what was made',
					},
					{ name: 'Job', value: 'job', description: 'Looks at jobs and waits for them' },
					{
						name: 'Video',
						value: 'video',
						description: 'Makes videos from texts, images, sound and other videos',
					},
				],
			},
			...Object.values(operationFields),
			...Object.values(operations).flatMap((resource) =>
				Object.values(resource).flatMap(({ description }) => description),
			),
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
