import type { INodeProperties } from 'n8n-workflow';

import { audioToVideo } from './audioToVideo.operation';
import { extend } from './extend.operation';
import { imageToVideo } from './imageToVideo.operation';
import { reframe } from './reframe.operation';
import { retake } from './retake.operation';
import { textToVideo } from './textToVideo.operation';
import { toHdr } from './toHdr.operation';

export const video = { audioToVideo, extend, imageToVideo, reframe, retake, textToVideo, toHdr };

export const videoOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['video'] } },
	default: 'textToVideo',
	options: [
		{
			name: 'Extend',
			value: 'extend',
			description: 'Make a video longer, at its end or at its start',
			action: 'Extend a video',
		},
		{
			name: 'From Audio',
			value: 'audioToVideo',
			description: 'Make a video to speech, music or another sound',
			action: 'Make a video from audio',
		},
		{
			name: 'From Image',
			value: 'imageToVideo',
			description: 'Make a video from its first picture, or from its first and its last',
			action: 'Make a video from an image',
		},
		{
			name: 'From Text',
			value: 'textToVideo',
			description: 'Make a video from a text',
			action: 'Make a video from text',
		},
		{
			name: 'Reframe',
			value: 'reframe',
			description: 'Bring a video into another shape',
			action: 'Reframe a video',
		},
		{
			name: 'Retake',
			value: 'retake',
			description: 'Make a part of a video anew',
			action: 'Retake a part of a video',
		},
		{
			name: 'To HDR',
			value: 'toHdr',
			description: 'Convert a video to high dynamic range, as a series of EXR pictures',
			action: 'Convert a video to HDR',
		},
	],
};
