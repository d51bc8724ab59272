import type { INodeProperties } from 'n8n-workflow';

import { emailLocator } from '../../shared/n8n/email';
import { optionalPattern } from '../../shared/n8n/optionalPattern';
import { JOB_ID_PATTERN, type MediaType } from '../service/jobId';

export const ASSET_ID_EXAMPLE = 'asset:3b18c2d4-5e6f-7081-92a3-b4c5d6e7f809-type:image/png';

const ASSET_ID_SHAPE = 'asset:…-type:image/png';

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

const defaultOf = (preset: string | undefined) =>
	preset === undefined ? { mode: 'list', value: '' } : { mode: 'id', value: `={{ ${preset} }}` };

/** The LTX Studio account that a call runs on. */
export const accountLocator = (field: Partial<INodeProperties> = {}): INodeProperties =>
	emailLocator({
		description:
			'The LTX Studio account to use. Leave empty for the one with the most free slots, or the one that owns the assets.',
		...field,
	});

/** A picture that was uploaded or made before. */
export function assetLocator({ preset, ...field }: LocatorField): INodeProperties {
	return {
		type: 'resourceLocator',
		default: defaultOf(preset),
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
				placeholder: ASSET_ID_SHAPE,
				validation: [
					{
						type: 'regex',
						properties: {
							regex: optionalPattern(ASSET_ID.source, field.required),
							errorMessage: `An asset ID looks like ${ASSET_ID_SHAPE}`,
						},
					},
				],
			},
		],
		...field,
	};
}

interface JobChoice {
	searchListMethod: string;
	/** What may be given by ID. Default: one job. */
	pattern?: string;
	/** What the example of an ID is of. Default: a video. */
	type?: MediaType;
}

/** A job, running or finished. */
export function jobLocator(
	{ preset, ...field }: LocatorField,
	{ searchListMethod, pattern = JOB_ID_PATTERN, type = 'video' }: JobChoice,
): INodeProperties {
	const shape = `email:…-job:…-type:${type}`;
	return {
		type: 'resourceLocator',
		default: defaultOf(preset),
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
				placeholder: shape,
				validation: [
					{
						type: 'regex',
						properties: {
							regex: pattern,
							errorMessage: `A job ID looks like ${shape}`,
						},
					},
				],
			},
		],
		...field,
	};
}
