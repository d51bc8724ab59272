import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { addPicture, byId } from '../fixtures';
import type { Lab } from '../setup';

/** One way to generate something, and what it has to send. */
export interface GenerationCase {
	title: string;
	/** The endpoint. */
	path: string;
	output: 'image' | 'video';
	/** What cannot be left out. */
	required: INodeParameters;
	/** What is sent when only that is filled in. */
	sentByDefault: IDataObject;
	/** Every other field. */
	others: INodeParameters;
	/** What is sent when all is filled in. */
	sentInFull: IDataObject;
}

/** Fields that every generation has. */
const jobOptions = {
	maxJobs: 7,
	pollForResult: 2,
	replyRef: '={{ $json.order }}',
	replyUrl: 'http://127.0.0.1:9/callback?of=tests',
};

const { maxJobs, pollForResult, replyUrl } = jobOptions;
const sentJobOptions = { maxJobs, pollForResult, replyUrl };

const scene = {
	lighting: 'soft morning light',
	location: 'a harbour in Norway',
	shotAngle: 'low-angle',
	shotType: 'wide shot',
	weather: 'light fog',
};

const prompt = '={{ $json.prompt }}';

/** The files that the cases are about. */
async function makeFiles(lab: Lab) {
	const reference = () => addPicture(lab, { type: 'reference-image' });
	const run = await lab.engine.runNode({
		parameters: { resource: 'image', operation: 'create', prompt: 'the picture to upscale' },
	});
	return {
		frames: [addPicture(lab), addPicture(lab)] as const,
		references: [reference(), reference(), reference()] as const,
		imageJob: run.items()[0]?.json.jobId as string,
	};
}

/** Every generation, with each of its fields. */
export async function generationCases(lab: Lab): Promise<GenerationCase[]> {
	const { frames, references, imageJob } = await makeFiles(lab);
	const [start, end] = frames;
	const [first, second, third] = references;
	return [
		{
			title: 'Image > Create',
			path: 'images/create',
			output: 'image',
			required: { resource: 'image', operation: 'create', prompt },
			sentByDefault: { model: 'flux', aspectRatio: '16:9' },
			others: {
				aspectRatio: '1:1',
				style: 'cinematic',
				referenceAssetId: byId(first),
				reference_strength: 80,
				options: { ...jobOptions, ...scene, seed: 42 },
			},
			sentInFull: {
				model: 'flux',
				aspectRatio: '1:1',
				style: 'cinematic',
				referenceAssetId: first,
				reference_strength: 80,
				...scene,
				...sentJobOptions,
				seed: 42,
			},
		},
		{
			title: 'Image > Edit',
			path: 'images/edit',
			output: 'image',
			required: {
				resource: 'image',
				operation: 'edit',
				prompt,
				referenceAssetId: byId(first),
			},
			sentByDefault: { model: 'flux', aspectRatio: '16:9', referenceAssetId: first },
			others: {
				model: 'flux-premium',
				aspectRatio: '9:16',
				referenceAssetId2: byId(second),
				referenceAssetId3: byId(third),
				options: { ...jobOptions, ...scene, seed: 0 },
			},
			sentInFull: {
				model: 'flux-premium',
				aspectRatio: '9:16',
				referenceAssetId: first,
				referenceAssetId2: second,
				referenceAssetId3: third,
				...scene,
				...sentJobOptions,
				seed: 0,
			},
		},
		{
			title: 'Image > Upscale',
			path: 'images/upscale',
			output: 'image',
			required: { resource: 'image', operation: 'upscale', jobId: byId(imageJob) },
			sentByDefault: { jobId: imageJob },
			others: { options: jobOptions },
			sentInFull: { jobId: imageJob, ...sentJobOptions },
		},
		{
			title: 'Video > Create with LTX',
			path: 'videos/ltx-create',
			output: 'video',
			required: {
				resource: 'video',
				operation: 'createLtx',
				prompt,
				startAssetId: byId(start),
			},
			sentByDefault: {
				model: 'ltxv-turbo',
				startAssetId: start,
				duration: '3',
				aspectRatio: '16:9',
				intensity: 'medium',
				audioSFX: false,
			},
			others: {
				model: 'ltxv',
				endAssetId: byId(end),
				duration: '9',
				aspectRatio: '1:1',
				intensity: 'high',
				audioSFX: true,
				options: { ...jobOptions, seed: 42 },
			},
			sentInFull: {
				model: 'ltxv',
				startAssetId: start,
				endAssetId: end,
				duration: '9',
				aspectRatio: '1:1',
				intensity: 'high',
				audioSFX: true,
				...sentJobOptions,
				seed: 42,
			},
		},
		{
			title: 'Video > Create with Veo',
			path: 'videos/veo-create',
			output: 'video',
			required: { resource: 'video', operation: 'createVeo', model: 'veo3-fast', prompt },
			sentByDefault: {
				model: 'veo3-fast',
				duration: '8',
				aspectRatio: '16:9',
				resolution: '1080p',
				audioSFX: false,
			},
			others: {
				startAssetId: byId(first),
				resolution: '720p',
				audioSFX: true,
				options: { ...jobOptions, seed: 42 },
			},
			sentInFull: {
				model: 'veo3-fast',
				startAssetId: first,
				duration: '8',
				aspectRatio: '16:9',
				resolution: '720p',
				audioSFX: true,
				...sentJobOptions,
				seed: 42,
			},
		},
	];
}
