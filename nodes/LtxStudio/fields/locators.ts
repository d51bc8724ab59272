import type { INodeProperties } from 'n8n-workflow';

import type { FieldReader } from '../../shared/n8n/fieldReader';
import { emailLocator, locator, type LocatorField } from '../../shared/n8n/locator';
import { UPLOAD_USES, type UploadUse } from '../service/texts';
import { JOB_ID_EXAMPLE, JOB_ID_PATTERN, type MediaType } from '../service/jobId';

const ASSET_ID_EXAMPLE = 'asset:3b18c2d4-5e6f-7081-92a3-b4c5d6e7f809-type:image/png';

const ASSET_ID_SHAPE = 'asset:…-type:image/png';

/** `asset:{id}-type:{MIME type}`, of a picture: nothing else is taken by a form. */
const ASSET_ID = /^asset:\S+-type:image\/[\w.+-]+$/i;

const JOB_ID = new RegExp(JOB_ID_PATTERN, 'i');

/** The LTX Studio account that a call runs on. */
export const accountLocator = (field: Partial<LocatorField> = {}): INodeProperties =>
	emailLocator({
		description:
			'The LTX Studio account to use. Leave empty for the one with the most free slots, or the one that owns the assets.',
		...field,
	});

/** A picture that was uploaded or made before. */
export const assetLocator = (field: LocatorField): INodeProperties =>
	locator(field, {
		list: { method: 'getImages', placeholder: 'Choose an image…' },
		id: {
			displayName: 'By ID',
			placeholder: ASSET_ID_SHAPE,
			pattern: ASSET_ID.source,
			problem: `The asset ID of a picture looks like ${ASSET_ID_SHAPE}`,
		},
	});

const isUploadUse = (value: unknown): value is UploadUse =>
	typeof value === 'string' && value in UPLOAD_USES;

/**
 * Reads the ID of an asset.
 *
 * @param use what it must have been uploaded for; checked where the incoming item is that upload
 */
export function readAsset(form: FieldReader, name: string, use: UploadUse): string | undefined {
	const assetId = form.text(name, {
		pattern: ASSET_ID,
		expected: `the asset ID of a picture, such as ${ASSET_ID_EXAMPLE}`,
	});
	const { fileId, type, jobId } = form.fields.incoming();
	// The item of a job has a type, too: that of what it has made.
	const isUpload = assetId !== undefined && assetId === fileId && jobId === undefined;
	if (isUpload && isUploadUse(type) && type !== use) {
		return form.reject(
			name,
			assetId,
			`a picture that was uploaded with "Use With" set to "${UPLOAD_USES[use]}", or made by an image job. This one was uploaded for "${UPLOAD_USES[type]}"`,
		);
	}
	return assetId;
}

interface JobChoice {
	/** The list in the editor. */
	method: string;
	/** What may be given by ID. Default: one job. */
	pattern?: string;
	/** What the example of an ID is of. Default: a video. */
	type?: MediaType;
}

/** A job, running or finished. */
export function jobLocator(
	field: Pick<LocatorField, 'displayName' | 'description'>,
	{ method, pattern = JOB_ID_PATTERN, type = 'video' }: JobChoice,
): INodeProperties {
	const shape = `email:…-job:…-type:${type}`;
	return locator(
		{ name: 'jobId', required: true, preset: '$json.jobId', ...field },
		{
			list: { method, placeholder: 'Choose a job…' },
			id: {
				displayName: 'By ID',
				placeholder: shape,
				pattern,
				problem: `A job ID looks like ${shape}`,
			},
		},
	);
}

/** Reads the ID of a job. */
export const readJobId = (form: FieldReader): string =>
	form.text('jobId', {
		required: true,
		pattern: JOB_ID,
		expected: `a job ID such as ${JOB_ID_EXAMPLE}`,
	});
