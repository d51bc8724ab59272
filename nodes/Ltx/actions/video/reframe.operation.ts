import type { INodeProperties } from 'n8n-workflow';

import { formatPrice } from '../../../shared/jobs/price';
import { jobOptions } from '../../fields/jobOptions';
import { mediaField, readMedia } from '../../fields/media';
import { waitFields } from '../../fields/waiting';
import { REFRAME_PRICES } from '../../models';
import { jobOperation } from '../operation';

const VIDEO = {
	name: 'video_uri',
	displayName: 'Video',
	kind: 'video',
	required: true,
	limit: 200,
	description: 'The video to bring into another shape, up to 60 seconds and 1800 frames.',
} as const;

const SHAPES: Readonly<Record<string, string>> = {
	'1:1': 'Square',
	'4:5': '4:5 Portrait',
	'5:4': '5:4 Landscape',
	'9:16': '9:16 Portrait',
	'16:9': '16:9 Landscape',
};

function labelOf(resolution: string): string {
	const [width = 1, height = 1] = resolution.split('x').map(Number);
	const shape = Object.keys(SHAPES).find((ratio) => {
		const [across = 1, down = 1] = ratio.split(':').map(Number);
		return width * down === height * across;
	});
	return `${SHAPES[shape ?? ''] ?? ''} (${width} × ${height})`;
}

const fields: INodeProperties[] = [
	mediaField(VIDEO),
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		default: '1080x1920',
		description: 'The size and shape of the new video. What is missing around the old one is made.',
		options: Object.entries(REFRAME_PRICES).map(([value, price]) => ({
			name: labelOf(value),
			value,
			description: `Each second of the video costs ${formatPrice(price)}`,
		})),
	},
	...waitFields,
	jobOptions(),
];

/** Brings a video into another shape. */
export const reframe = jobOperation({
	name: 'Reframe',
	summary: 'Bring a video into another shape',
	action: 'Reframe a video',
	endpoint: 'video-to-video-reframe',
	description: fields,
	read: (form, context) => ({
		parameters: { resolution: form.choice('resolution') },
		media: { video_uri: readMedia(form, context, VIDEO) },
		price: undefined,
	}),
});
