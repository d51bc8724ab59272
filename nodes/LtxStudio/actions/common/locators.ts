import type { INodeProperties } from 'n8n-workflow';

import { JOB_ID_EXAMPLE, JOB_ID_PATTERN } from '../../../shared/jobs/jobId';

const EMAIL_PATTERN = '\\S+@\\S+\\.\\S+';

export const ASSET_ID_EXAMPLE = 'asset:3b18c2d4-5e6f-7081-92a3-b4c5d6e7f809-type:image/png';

/** `asset:{id}-type:{MIME type}` */
export const ASSET_ID = /^asset:\S+-type:[\w.+-]+\/[\w.+-]+$/;

interface LocatorField {
	name: string;
	displayName: string;
	description: string;
	required?: boolean;
	/** Where the value comes from when nothing is chosen, such as an expression on the incoming item. */
	preset?: string;
	displayOptions?: INodeProperties['displayOptions'];
}

/** The account that a call runs on, chosen from the configured ones or by its e-mail. */
export function accountLocator(field: Partial<LocatorField> = {}): INodeProperties {
	return {
		displayName: 'Account',
		name: 'email',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		description:
			'The LTX Studio account to use. Leave empty for the one with the most free slots, or the one that owns the assets.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Automatic',
				typeOptions: { searchListMethod: 'getAccounts', searchable: true },
			},
			{
				displayName: 'By Email',
				name: 'id',
				type: 'string',
				placeholder: 'name@example.com',
				validation: [
					{
						type: 'regex',
						properties: { regex: EMAIL_PATTERN, errorMessage: 'This is not an email address' },
					},
				],
			},
		],
		...field,
	};
}

/** A picture that was uploaded or made before. */
export function assetLocator({ preset, ...field }: LocatorField): INodeProperties {
	return {
		type: 'resourceLocator',
		default:
			preset === undefined
				? { mode: 'list', value: '' }
				: { mode: 'id', value: `={{ ${preset} }}` },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Choose an image…',
				typeOptions: { searchListMethod: 'getImages', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: ASSET_ID_EXAMPLE,
				validation: [
					{
						type: 'regex',
						properties: {
							regex: ASSET_ID.source,
							errorMessage: 'An asset ID looks like asset:…-type:image/png',
						},
					},
				],
			},
		],
		...field,
	};
}

/** A job, running or finished. */
export function jobLocator(
	{ preset, ...field }: LocatorField,
	searchListMethod: string,
): INodeProperties {
	return {
		type: 'resourceLocator',
		default:
			preset === undefined
				? { mode: 'list', value: '' }
				: { mode: 'id', value: `={{ ${preset} }}` },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Choose a job…',
				typeOptions: { searchListMethod, searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: JOB_ID_EXAMPLE,
				validation: [
					{
						type: 'regex',
						properties: {
							regex: JOB_ID_PATTERN,
							errorMessage: 'A job ID looks like email:…-job:…-type:video',
						},
					},
				],
			},
		],
		...field,
	};
}
