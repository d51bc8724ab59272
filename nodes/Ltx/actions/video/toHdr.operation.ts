import type { INodeProperties } from 'n8n-workflow';

import { formatPrice } from '../../../shared/jobs/price';
import { jobOptions } from '../../fields/jobOptions';
import { mediaField, readMedia } from '../../fields/media';
import { waitFields } from '../../fields/waiting';
import { HDR_PRICES } from '../../models';
import { jobOperation } from '../operation';

const [TO_1080P, TO_1440P, TO_4K] = HDR_PRICES.map(formatPrice);

const VIDEO = {
	name: 'video_uri',
	displayName: 'Video',
	kind: 'video',
	required: true,
	description: `The video to convert: up to 181 frames at 1080p, 101 at 1440p, 41 at 4K. Each second costs ${TO_1080P}, ${TO_1440P} or ${TO_4K}.`,
} as const;

const fields: INodeProperties[] = [
	{
		displayName:
			'The result is a ZIP archive with one EXR picture for each frame, for editing software, and no video.',
		name: 'hdrNotice',
		type: 'notice',
		default: '',
	},
	mediaField(VIDEO),
	...waitFields,
	jobOptions(),
];

/** Converts a video to high dynamic range, as a series of EXR pictures. */
export const toHdr = jobOperation({
	name: 'To HDR',
	summary: 'Convert a video to high dynamic range, as a series of EXR pictures',
	action: 'Convert a video to HDR',
	endpoint: 'video-to-video-hdr',
	description: fields,
	read: (form, context) => ({
		parameters: {},
		media: { video_uri: readMedia(form, context, VIDEO) },
		price: undefined,
	}),
});
