import type { Resource } from '../../../shared/n8n/resource';
import { audioToVideo } from './audioToVideo.operation';
import { extend } from './extend.operation';
import { imageToVideo } from './imageToVideo.operation';
import { reframe } from './reframe.operation';
import { retake } from './retake.operation';
import { textToVideo } from './textToVideo.operation';
import { toHdr } from './toHdr.operation';

export const video = {
	name: 'Video',
	value: 'video',
	description: 'Makes videos from texts, images, sound and other videos',
	operations: { textToVideo, imageToVideo, audioToVideo, retake, extend, reframe, toHdr },
} satisfies Resource;
